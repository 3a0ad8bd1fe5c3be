"""Judge real servers that are new to keepalived, and those that it is to forget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.identity.kernel_key import kernel_keys
from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.keepalived import ConfiguredRealServer, VirtualServer

NODEST = "net.ipv4.vs.expire_nodest_conn"


def check(edited: DirectorEdit, targets: Sequence[Target]) -> Iterator[Guard]:
    for target in targets:
        before, after = find(edited.before, target), find(edited.after, target)
        if before is None and after is not None:
            yield from _new(edited.facts, target in edited.raised, *after)
        if before is not None and after is None:
            yield from _gone(edited.facts, *before)


def _new(facts: Facts, raised: bool, server: VirtualServer, real: ConfiguredRealServer) -> Iterator[Guard]:
    if raised and not real.checkers:
        text = f"{real.key} has no checker: it is raised without being seen alive"
        yield Guard(GuardKind.CHECKER, "note", text)
    elif raised:
        text = f"{real.key} starts at weight 0: keepalived would send clients there before its first check"
        yield Guard(GuardKind.UNSEEN, "note", text)
        yield from _suspended(facts, server)
        if real.file_checks:
            text = f"{real.key} has a FILE_CHECK, which adds to weight 0: clients may be sent there before it is seen alive"
            yield Guard(GuardKind.FILE_WEIGHT, "ask", text)
    elif real.alpha and real.weight:
        text = f"{real.key} has alpha: keepalived itself sends no clients there before it is seen alive"
        yield Guard(GuardKind.UNSEEN, "note", text)
    if any(key in (facts.weights or {}) for key in kernel_keys(server, real)):
        text = f"{real.key} is already in the kernel, though in no file; keepalived takes it over"
        yield Guard(GuardKind.UNMANAGED, "ask", text, facts.name)


def _suspended(facts: Facts, server: VirtualServer) -> Iterator[Guard]:
    """Tell that with ha_suspend keepalived checks nothing while the virtual server's address is not on its Director."""
    if not server.ha_suspend:
        return
    if any((server.id, str(real.key)) in facts.suspended for real in server.real_servers):
        text = (
            f"it does not check the real servers of {server.id} now, because it does not hold the address "
            "(ha_suspend): the verdict of the Director that holds it is enough"
        )
        yield Guard(GuardKind.CHECKER, "note", text, facts.name)


def _gone(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> Iterator[Guard]:
    """Ask about connections on what is removed. For TCP the inactive ones are closing; for UDP they are all there are."""
    keys = kernel_keys(server, real)
    held = sum(facts.active.get(key, 0) for key in keys)
    if server.protocol != "tcp":
        held += sum(facts.inactive.get(key, 0) for key in keys)
    if not held:
        return
    how = {
        None: "they end when it is removed",
        "0": f"their packets are dropped silently until they time out ({NODEST} is 0)",
    }.get(facts.sysctls.get(NODEST), f"they are ended at their next packet ({NODEST} is 1)")
    text = f"{held} {'connection is' if held == 1 else 'connections are'} on {real.key}, and {how}; drain it first"
    yield Guard(GuardKind.CONNECTIONS, "ask", text, facts.name)
