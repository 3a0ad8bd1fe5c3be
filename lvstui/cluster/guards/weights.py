"""Does enough weight stay on servers that are alive? keepalived wants 1 at least, and its quorum less the hysteresis.

It lowers a quorum that the configured weights cannot reach (`server.quorum`); the operator's own may be higher.
"""

from __future__ import annotations

from collections.abc import Iterator

from lvstui.cluster.edits import Edited
from lvstui.cluster.facts import Facts, kernel_keys
from lvstui.cluster.guards.guard import Guard
from lvstui.keepalived import VirtualServer


def check(edited: Edited, id: str) -> Iterator[Guard]:
    server = edited.after.virtual_server(id)
    if server is None:
        return
    facts = edited.facts
    live, need = live_weight(facts, server), needed(server)
    wanted = max(need, server.configured_quorum - server.hysteresis)
    short = f"{facts.name}: the live weight of {server.id} would be {live}, under its quorum of {wanted}"
    if live < need and _lost(facts, edited.before.virtual_server(id)):
        text = (
            f"{facts.name}: the live weight of {server.id} is under what it needs already ({live} of {need} after this)"
        )
        yield Guard("quorum", "note", text, facts.name)
    elif live < need and server.sorry_server is not None:
        text = (
            f"{short}: keepalived would remove every live server at once, with their connections, for the sorry server "
            f"{server.sorry_server.key}"
        )
        yield Guard("quorum", "refuse", text, facts.name)
    elif live == 0:
        text = f"{facts.name}: {server.id} would have no live server with a weight: every new client is refused"
        yield Guard("last-server", "ask", text, facts.name)
    elif live < wanted:
        yield Guard("quorum", "ask", short, facts.name)
    else:
        text = f"{facts.name}: quorum kept in {server.id} (live weight {live} of {wanted})"
        yield Guard("quorum", "ok", text, facts.name)


def _lost(facts: Facts, server: VirtualServer | None) -> bool:
    """Does it have less than it needs?"""
    return server is not None and live_weight(facts, server) < needed(server)


def needed(server: VirtualServer) -> int:
    """The live weight under which keepalived holds its quorum for lost."""
    return max(1, server.quorum - server.hysteresis)


def live_weight(facts: Facts, server: VirtualServer) -> int:
    """The configured weights of those that are alive; one of which no checker tells is, when it is in the kernel."""
    live = 0
    for real in server.real_servers:
        alive = facts.alive.get((server.id, str(real.key)))
        if alive is None:
            alive = any(key in (facts.weights or {}) for key in kernel_keys(server, real))
        live += real.weight if alive else 0
    return live
