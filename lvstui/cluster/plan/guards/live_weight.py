"""Judge whether enough weight stays on servers that are alive: keepalived wants 1 at least, and its quorum less the hysteresis.

The weights are the effective ones, with what checkers add. keepalived lowers a quorum that the configured weights cannot reach
(`server.quorum`) when it reads its files; the operator's own may be higher.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from lvstui.cluster.identity.kernel_key import kernel_keys
from lvstui.cluster.plan.absence import sorry_serves
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import Facts, effective_weight
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.keepalived import ConfiguredRealServer, RealServerKey, VirtualServer
from lvstui.keepalived.secrets import masked_text


def check(edited: DirectorEdit, id: str) -> Iterator[Guard]:
    server = edited.after.virtual_server(id)
    if server is None:
        return
    facts = edited.facts
    live, need = live_weight(facts, server), needed(server)
    wanted = max(need, server.configured_quorum - (server.hysteresis if server.quorum else 0))
    short = f"the live weight of {server.id} would be {live}, below its quorum of {wanted}"
    lost = _lost(facts, edited.before.virtual_server(id))
    if live < need and lost and not _takes_the_last(edited, server, live):
        text = f"the live weight of {server.id} is already below the {need} it needs ({live} after this)"
        yield Guard(GuardKind.QUORUM, "note", text, facts.name)
    elif live < need and server.sorry_server is not None:
        text = (
            f"{short}: keepalived would remove every live server at once, with their connections, and use the sorry server "
            f"{server.sorry_server.key}{_runs(edited, server)}"
        )
        yield Guard(GuardKind.QUORUM, "refuse", text, facts.name)
    elif live == 0:
        runs = "" if lost else _runs(edited, server)
        text = f"{server.id} would have no live server with a weight: every new client is refused{runs}"
        yield Guard(GuardKind.LAST_SERVER, "ask", text, facts.name)
    elif live < need:
        yield Guard(GuardKind.QUORUM, "ask", f"{short}{_runs(edited, server)}", facts.name)
    elif (down := _down_without_up(edited, server)) is not None:
        yield Guard(GuardKind.QUORUM, "refuse", down, facts.name)
    elif live < wanted and _is_no_worse(edited, server, live):
        text = f"the live weight of {server.id} is already below its quorum of {wanted} ({live} after this)"
        yield Guard(GuardKind.QUORUM, "note", text, facts.name)
    elif live < wanted:
        yield Guard(GuardKind.QUORUM, "ask", f"{short}{_lowered(edited, server)}", facts.name)
    else:
        text = f"quorum kept in {server.id} (live weight {live}, quorum {wanted})"
        yield Guard(GuardKind.QUORUM, "ok", text, facts.name)
        if server.quorum_up and live >= server.quorum + server.hysteresis and lost:
            script = masked_text(server.quorum_up, edited.after.defined_secrets)
            text = f"{server.id} gains its quorum again: keepalived runs quorum_up ({script})"
            yield Guard(GuardKind.QUORUM, "note", text, facts.name)


def _takes_the_last(edited: DirectorEdit, server: VirtualServer, live: int) -> bool:
    """Return True if it takes the last live weight of what serves: without a sorry server, the lost quorum takes nothing out."""
    before = edited.before.virtual_server(server.id)
    return not live and server.sorry_server is None and before is not None and live_weight(edited.facts, before) > 0


def _is_no_worse(edited: DirectorEdit, server: VirtualServer, live: int) -> bool:
    """Return True if no less lives after the change, of the same quorum: an add, a restore."""
    before = edited.before.virtual_server(server.id)
    return (
        before is not None
        and (before.configured_quorum, before.hysteresis) == (server.configured_quorum, server.hysteresis)
        and live >= live_weight(edited.facts, before)
    )


def _runs(edited: DirectorEdit, server: VirtualServer) -> str:
    """Say what else keepalived does when the quorum is lost."""
    return f"; and keepalived would run quorum_down ({_down(edited, server)})" if server.quorum_down else ""


def _lowered(edited: DirectorEdit, server: VirtualServer) -> str:
    """Say what becomes of a quorum that the configured weights cannot reach any more."""
    text = f"; keepalived lowers it to {server.quorum}, the most that its weights can reach"
    if server.quorum_down:
        text += f", so it does not run quorum_down ({_down(edited, server)}) before that is lost too"
    return text


def _down_without_up(edited: DirectorEdit, server: VirtualServer) -> str | None:
    """Return a sentence if the reload runs quorum_down for what is removed, though the new quorum is met; None if it does not.

    keepalived takes what is removed out of the virtual server of before, and compares what is left with the quorum of before
    (`clear_diff_rs`, `update_vs_notifies`). The new one has taken over that the quorum is met, and so never gains it.
    """
    before = edited.before.virtual_server(server.id)
    if before is None or not before.quorum_down or _lost(edited.facts, before):
        return None
    gone = {real.key for real in before.real_servers} - {real.key for real in server.real_servers}
    left = live_weight(edited.facts, before, without=gone)
    if not gone or left >= needed(before):
        return None
    script = masked_text(before.quorum_down, edited.before.defined_secrets)
    return (
        f"without {', '.join(sorted(map(str, gone)))}, {left} of the {needed(before)} that {server.id} needs until the reload "
        f"would be alive: keepalived would run quorum_down ({script}), and no quorum_up after it, because the new quorum is "
        "met. Drain it first, and then remove it: neither runs quorum_down then"
    )


def _down(edited: DirectorEdit, server: VirtualServer) -> str:
    return masked_text(server.quorum_down or "", edited.after.defined_secrets)


def _lost(facts: Facts, server: VirtualServer | None) -> bool:
    """Return True if it has less than it needs."""
    return server is not None and live_weight(facts, server) < needed(server)


def needed(server: VirtualServer) -> int:
    """Return the live weight under which keepalived holds its quorum for lost."""
    return max(1, server.quorum - server.hysteresis)


def waits_for_quorum(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> bool:
    """Return True if the sorry server goes on to serve with these weights, and the row of a live server stays at 0 meanwhile.

    That is so with `inhibit_on_failure`. keepalived then gives it no other weight before the quorum is regained.
    """
    if not real.inhibit_on_failure or not sorry_serves(facts, server):
        return False
    return live_weight(facts, server) < server.quorum + server.hysteresis


def live_weight(facts: Facts, server: VirtualServer, without: Container[RealServerKey] = ()) -> int:
    """Return the effective weight of those that are alive; one of which no checker tells is, when it is in the kernel."""
    live = 0
    for real in server.real_servers:
        if real.key in without:
            continue
        alive = facts.alive.get((server.id, str(real.key)))
        if alive is None:
            alive = any(key in (facts.weights or {}) for key in kernel_keys(server, real))
        live += effective_weight(facts, server, real) if alive else 0
    return live
