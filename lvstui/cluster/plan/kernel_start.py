"""Tell what a restart of keepalived does to the kernel's table: all goes in anew, dead or alive, until its first check.

Not for: a reload (see `guards.reloading`, `guards.twins`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lvstui.cluster.identity.kernel_key import KernelKey, kernel_keys
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import effective_weight


def brought_in(edited: DirectorEdit) -> Iterator[tuple[KernelKey, int]]:
    """Return the rows that are out for now, and with what weight they go in."""
    for server in edited.after.virtual_servers:
        for real in server.real_servers:
            weight = effective_weight(edited.facts, server, real)
            yield from ((key, weight) for key in kernel_keys(server, real) if key not in (edited.facts.weights or {}))


def weighed_anew(edited: DirectorEdit) -> frozenset[KernelKey]:
    """Return the rows of servers that are down and inhibited: they have their weights until their checkers have failed."""
    return frozenset(
        key
        for server in edited.after.virtual_servers
        for real in server.real_servers
        if edited.facts.alive.get((server.id, str(real.key))) is False
        for key in kernel_keys(server, real)
    )
