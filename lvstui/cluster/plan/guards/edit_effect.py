"""Judge whether the edit does what was meant and no more, and whether the two Directors are the same afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.cluster.plan.guards.possible import ENDS
from lvstui.keepalived import Configuration, Diagnostic, VirtualServer


def only_what_was_meant(edited: DirectorEdit, targets: Sequence[Target]) -> Iterator[Guard]:
    """Refuse an edit by which our own reading of the files changes in more than the targets, or has more to complain of."""
    meant = {
        (server.id, target.real_server)
        for target in targets
        for server in (
            edited.before.virtual_server(target.virtual_server),
            edited.after.virtual_server(target.virtual_server),
        )
        if server is not None
    }
    before, now = (_weights(one, other) for one, other in permutations((edited.before, edited.after)))
    strange = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key) and key not in meant)
    if strange:
        what = ", ".join(f"{real} in {server}" for server, real in strange)
        yield Guard(GuardKind.EDIT, "refuse", f"the edit would also change {what}", edited.facts.name)
    known = {one.message for one in _complaints(edited.before)}  # a copied line is complained of as its model is
    for one in _complaints(edited.after):
        if one.message not in known:
            known.add(one.message)
            text = f"keepalived would complain of {one.path} line {one.line}: {one.message}"
            yield Guard(GuardKind.EDIT, "refuse", text, edited.facts.name)


def _weights(configuration: Configuration, other: Configuration) -> dict[tuple[str, str], int]:
    """Return the weights in the virtual servers that are not those of the other configuration."""
    return {
        (server.id, str(real.key)): real.weight
        for server in configuration.virtual_servers
        if other.virtual_server(server.id) is not server
        for real in server.real_servers
    }


def no_fatal_error(edited: DirectorEdit) -> Iterator[Guard]:
    """Refuse files that would end keepalived, whoever wrote the line."""
    fatal = edited.after.fatal
    if fatal is not None:
        text = f"{ENDS}: {fatal.path} line {fatal.line} would be: {fatal.message}"
        yield Guard(GuardKind.FATAL, "refuse", text, edited.facts.name)


def _complaints(configuration: Configuration) -> list[Diagnostic]:
    """Return all but those of the quorum, which have a guard of their own."""
    return [one for one in configuration.diagnostics if not one.lowers_quorum]


def agreement(servers: Sequence[str], edited: Sequence[DirectorEdit]) -> Iterator[Guard]:
    first, *others = edited
    agreed = True
    for other in others:
        for id in servers:
            if _shape(first.after.virtual_server(id)) != _shape(other.after.virtual_server(id)):
                agreed = False
                names = f"{first.facts.name} and {other.facts.name}"
                text = f"{names} differ in the real servers of {id} or their weights"
                yield Guard(GuardKind.DISAGREE, "ask", text)
    if others and agreed:
        yield Guard(GuardKind.DISAGREE, "ok", "the Directors' configurations agree")


def _shape(server: VirtualServer | None) -> frozenset[tuple[str, int]]:
    return frozenset((str(real.key), real.weight) for real in server.real_servers) if server else frozenset()
