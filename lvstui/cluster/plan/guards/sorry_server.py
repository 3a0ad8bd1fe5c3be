"""Ask where the sorry server is one of the real servers that are to stay without clients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.guards.guard import Guard, GuardKind


def check(edited: DirectorEdit, targets: Sequence[Target]) -> Iterator[Guard]:
    """Ask when a real server is drained or removed to which keepalived sends every client once the quorum is lost."""
    for target in targets:
        before, after = find(edited.before, target), find(edited.after, target)
        server = edited.after.virtual_server(target.virtual_server)
        if before is None or server is None or server.sorry_server is None or (after is not None and after[1].weight):
            continue
        if before[1].key == server.sorry_server.key:
            text = (
                f"{before[1].key} is also the sorry server of {server.id} ({server.sorry_server.path} line "
                f"{server.sorry_server.line}): if the quorum is lost, keepalived sends every client to it"
            )
            yield Guard(GuardKind.SORRY_SERVER, "ask", text, edited.facts.name)
