"""Does the edit do what was meant and no more, and are the two Directors the same afterwards?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from lvstui.cluster.edits import Edited
from lvstui.cluster.guards.guard import Guard
from lvstui.cluster.intent import Target
from lvstui.keepalived import Configuration, VirtualServer


def only_what_was_meant(edited: Edited, targets: Sequence[Target]) -> Iterator[Guard]:
    """Our own reading of the new files differs from that of the old ones in the targets, and in nothing else."""
    meant = {(target.virtual_server, target.real_server) for target in targets}
    before, now = (_weights(one, other) for one, other in permutations((edited.before, edited.after)))
    strange = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key) and key not in meant)
    if strange or not _complaints(edited.after) <= _complaints(edited.before):
        what = ", ".join(f"{real} in {server}" for server, real in strange) or "its diagnostics"
        name = edited.facts.name
        yield Guard("edit", "refuse", f"{name}: the edit would also change {what}", name)


def _weights(configuration: Configuration, other: Configuration) -> dict[tuple[str, str], int]:
    """Of the virtual servers that are not those of the other configuration."""
    return {
        (server.id, str(real.key)): real.weight
        for server in configuration.virtual_servers
        if other.virtual_server(server.id) is not server
        for real in server.real_servers
    }


def _complaints(configuration: Configuration) -> frozenset[str]:
    """Each once, for a copied line is complained of as its model is; those of the quorum have a guard of their own."""
    return frozenset(one.message for one in configuration.diagnostics if "quorum" not in one.message)


def agreement(servers: Sequence[str], edited: Sequence[Edited]) -> Iterator[Guard]:
    first, *others = edited
    agreed = True
    for other in others:
        for id in servers:
            if _shape(first.after.virtual_server(id)) != _shape(other.after.virtual_server(id)):
                agreed = False
                names = f"{first.facts.name} and {other.facts.name}"
                text = f"{names} do not agree on the real servers of {id}, or on their weights"
                yield Guard("disagree", "ask", text)
    if others and agreed:
        yield Guard("disagree", "ok", "the Directors' configurations agree")


def _shape(server: VirtualServer | None) -> frozenset[tuple[str, int]]:
    return frozenset((str(real.key), real.weight) for real in server.real_servers) if server else frozenset()
