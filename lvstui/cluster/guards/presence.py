"""Real servers that are new to keepalived, and those that it is to forget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.edits import Edited
from lvstui.cluster.facts import Facts, find, kernel_keys
from lvstui.cluster.guards.guard import Guard
from lvstui.cluster.intent import Target
from lvstui.keepalived import RealServer, VirtualServer

NODEST = "net.ipv4.vs.expire_nodest_conn"


def check(edited: Edited, targets: Sequence[Target]) -> Iterator[Guard]:
    for target in targets:
        before, after = find(edited.before, target), find(edited.after, target)
        if before is None and after is not None:
            yield from _new(edited.facts, target in edited.raised, *after)
        if before is not None and after is None:
            yield from _gone(edited.facts, *before)


def _new(facts: Facts, raised: bool, server: VirtualServer, real: RealServer) -> Iterator[Guard]:
    if raised and not real.checkers:
        text = f"{real.key} has no checker: it is raised without having been seen alive"
        yield Guard("checker", "note", text)
    elif raised:
        text = f"{real.key} goes in at weight 0: keepalived would send clients there before its first check"
        yield Guard("unseen", "note", text)
    elif real.alpha and real.weight:
        text = f"{real.key} has alpha: keepalived itself sends nobody there before it was seen alive"
        yield Guard("unseen", "note", text)
    if any(key in (facts.weights or {}) for key in kernel_keys(server, real)):
        text = f"{facts.name}: {real.key} is in the kernel already, though in no file; keepalived takes it over"
        yield Guard("unmanaged", "ask", text, facts.name)


def _gone(facts: Facts, server: VirtualServer, real: RealServer) -> Iterator[Guard]:
    """For TCP the inactive ones are closing; for UDP they are all there are."""
    keys = kernel_keys(server, real)
    held = sum(facts.active.get(key, 0) for key in keys)
    if server.protocol != "tcp":
        held += sum(facts.inactive.get(key, 0) for key in keys)
    if not held:
        return
    how = {
        None: "they end when it is removed",
        "0": f"their packets are dropped without a word until they time out ({NODEST} is 0)",
    }.get(facts.sysctls.get(NODEST), f"they are ended at their next packet ({NODEST} is 1)")
    text = f"{facts.name}: {held} {'connection is' if held == 1 else 'connections are'} on {real.key}, and {how}; drain it first"
    yield Guard("connections", "ask", text, facts.name)
