"""Judge whether clients meet the same on the Director that takes over: servers that are alive, files, services, connections.

Not for: whether it takes over at all (see `takeover`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.drift import server_drift, vrrp_drift
from lvstui.cluster.identity.server_names import service_id
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.cluster.plan.mastership import ExpectedMaster
from lvstui.cluster.text import counted, plain, shortened
from lvstui.director.protocol.ipvs_messages import ServiceId, SyncDaemon

SLOPPY = "net.ipv4.vs.sloppy_tcp"


def check(edited: Sequence[DirectorEdit], routers: Sequence[ExpectedMaster]) -> Iterator[Guard]:
    """Judge each Director that takes instances over from another one."""
    known = {one.facts.name: one for one in edited}
    moving = [one for one in routers if one.moves and one.before is not None]
    for giver, taker in dict.fromkeys((one.before, one.after) for one in moving):
        if giver is None or taker is None:
            continue
        old, new = known[giver], known[taker]
        yield from _alive(old.facts, new.facts)
        yield from _alike(old, new)
        if not new.edit.files:  # of one that is changed, the reload's guards tell
            yield from _loaded(new.facts)
        vips = {
            vip for one in moving if (one.before, one.after) == (giver, taker) for vip in one.router[0].identity.vips
        }
        whole = all(one.moves for one in routers if one.before == giver)
        yield from _connections(old.facts, new.facts, vips, whole=whole)


def _alive(old: Facts, new: Facts) -> Iterator[Guard]:
    fewer = sorted(
        f"{real} in {server}"
        for (server, real), alive in old.alive.items()
        if alive and new.alive.get((server, real)) is False and (server, real) not in new.suspended
    )
    if fewer:
        text = (
            f"its checkers see {counted(len(fewer), 'real server')} down that {old.name} sees alive: {shortened(fewer)}"
        )
        yield Guard(GuardKind.FEWER_ALIVE, "ask", text, new.name)
        return
    unknown = [key for key, alive in old.alive.items() if alive and key not in new.alive and key not in new.suspended]
    if unknown:
        text = (
            f"what its checkers say of {counted(len(unknown), 'real server')} that {old.name} sees alive is not known"
        )
        yield Guard(GuardKind.FEWER_ALIVE, "note", text, new.name)
    elif new.alive:
        yield Guard(GuardKind.FEWER_ALIVE, "ok", f"its checkers see as many servers alive as {old.name}", new.name)


def _alike(old: DirectorEdit, new: DirectorEdit) -> Iterator[Guard]:
    both = [(one.facts.name, one.after) for one in (old, new)]
    found = [
        *server_drift.Compared().between(both),
        *vrrp_drift.between(both),
        *vrrp_drift.sync_groups(both),
    ]
    told = list(dict.fromkeys(f"{one.subject} ({one.what})" for one in found if one.matters))
    names = f"{old.facts.name} and {new.facts.name}"
    if told:
        text = f"the configurations of {names} differ in {counted(len(told), 'setting')}: {shortened(told)}"
        yield Guard(GuardKind.DISAGREE, "ask", text)
    elif old.facts.services is not None and new.facts.services is not None and old.facts.services != new.facts.services:
        text = f"the kernels of {names} do not have the same services"
        yield Guard(GuardKind.DISAGREE, "ask", text)
    else:
        yield Guard(GuardKind.DISAGREE, "ok", "the Directors' configurations agree")


def _loaded(facts: Facts) -> Iterator[Guard]:
    if facts.pending:
        text = "its files have changes that keepalived has not loaded: it would serve with the old ones"
        yield Guard(GuardKind.PENDING, "ask", text, facts.name)


def _connections(old: Facts, new: Facts, vips: set[str], *, whole: bool) -> Iterator[Guard]:
    """Tell how many connections would be cut, because the other kernel does not know them."""
    held = [
        (service, count)
        for (service, _), count in old.active.items()
        if count and (whole if service.fwmark else service.address in vips)
    ]
    taken_up = _taken_up(new)
    kept = sum(count for service, count in held if service in taken_up)
    cut = sum(count for service, count in held if service not in taken_up)
    why = _not_synchronised(old, new)
    if why is None:
        yield Guard(GuardKind.CONNECTIONS, "ok", f"connections are synchronised to {new.name}", old.name)
        return
    flows = _udp_flows(old, vips)
    if flows:
        text = f"{counted(flows, 'UDP flow')} would be scheduled anew by {new.name}, and may get another real server: {why}"
        yield Guard(GuardKind.CONNECTIONS, "ask", text, old.name)
    if cut:
        text = f"{counted(cut, 'active connection')} would be cut: {why}"
        yield Guard(GuardKind.CONNECTIONS, "ask", text, old.name)
    if kept:
        text = (
            f"{counted(kept, 'active connection')} would be taken up by {new.name} ({SLOPPY} is 1), and cut if its table has the "
            f"servers in another order: then sh and mh may choose another one"
        )
        yield Guard(GuardKind.CONNECTIONS, "ask", text, old.name)
    if not held and not flows:
        yield Guard(GuardKind.CONNECTIONS, "note", f"no connection is active; {why}", old.name)


def _udp_flows(old: Facts, vips: set[str]) -> int:
    """Return how many UDP flows are open through these VIPs. IPVS counts each as inactive until it was silent long enough."""
    return sum(
        count for (service, _), count in old.inactive.items() if service.protocol == "udp" and service.address in vips
    )


def _taken_up(new: Facts) -> set[ServiceId]:
    """Return the services in which IPVS schedules a connection that it does not know, by a hash of the client.

    A TCP packet without SYN is scheduled with `sloppy_tcp` alone (tcp_conn_schedule in the kernel's ip_vs_proto_tcp.c). sh and mh
    fill their tables from the list of servers (ip_vs_sh_reassign, ip_vs_mh_populate), so that its order counts too. With
    persistence, the client's first connection chose the server for all, and the hash of a later one may name another.
    """
    if new.sysctls.get(SLOPPY) != "1" or new.configuration is None:
        return set()
    servers = new.configuration.virtual_servers
    hashing = [one for one in servers if one.scheduler in ("sh", "mh") and one.persistence_timeout is None]
    services = {service_id(service) for server in hashing for service in server.services}
    return {service for service in services if service.protocol == "tcp"}


def _not_synchronised(old: Facts, new: Facts) -> str | None:
    """Return why the connections of the one are not known to the other; None: they are."""
    for one in (old, new):
        if one.sync_daemons is None or one.sync_daemons.error is not None:
            why = "it has not reported that yet" if one.sync_daemons is None else plain(one.sync_daemons.error or "")
            return f"whether {one.name} synchronises connections is not known: {why}"
    sends, receives = _ids(old, "master"), _ids(new, "backup")
    if not sends:
        return f"no sync daemon of IPVS sends them on {old.name} (ipvsadm --daemon)"
    if not receives:
        return f"no sync daemon of IPVS receives them on {new.name} (ipvsadm --daemon)"
    if 0 in receives or sends & receives:  # one without an id takes all
        return None
    return f"the sync ids differ: {_listed(sends)} on {old.name}, {_listed(receives)} on {new.name}"


def _ids(facts: Facts, role: str) -> set[int]:
    daemons: tuple[SyncDaemon, ...] = () if facts.sync_daemons is None else facts.sync_daemons.daemons
    return {one.sync_id for one in daemons if one.role == role}


def _listed(ids: set[int]) -> str:
    return ", ".join(map(str, sorted(ids)))
