"""Find what a reader of a drill's result must be told beside times: instances that moved apart, VIPs left behind, blind spots.

In LVS-NAT the real servers answer by the gateway VIP. When the service VIP moves and the gateway VIP does not (one network is
cut, and no sync group holds them together), requests arrive at one Director and replies at the other: they are lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network

from lvstui.cluster.drill.drill_routers import DrillRouter
from lvstui.cluster.drill.drill_sources import DirectorSource
from lvstui.cluster.drill.result import DrillCause, DrillNote, InstanceFailover, NoteOn
from lvstui.cluster.observed.vip_holders import parsed
from lvstui.cluster.view import ClusterView
from lvstui.keepalived import RealServerKey

_UNSURE = 0.02  # seconds of a clock's uncertainty from which an order of events may be wrong


def notes(
    moved: Sequence[InstanceFailover],
    routers: Sequence[DrillRouter],
    sources: Mapping[str, DirectorSource],
    view: ClusterView | None,
) -> Iterator[NoteOn]:
    """Return all notes on a drill."""
    yield from _apart(moved, routers, sources, view)
    if view is not None:
        yield from _left_behind([one for one in moved if one.cause is DrillCause.KILL], view)
    blind = tuple(
        name for name, one in sources.items() if one.adverts_error is not None or one.packets_error is not None
    )
    if blind:
        yield NoteOn(DrillNote.NO_ROOT, directors=blind)
    offsets = {name: one.clock.of_monotonic(one.heard_at or 0.0) for name, one in sources.items()}
    unsure = tuple(name for name, known in offsets.items() if known is None or known[1] > _UNSURE)
    if unsure:
        yield NoteOn(DrillNote.CLOCK_UNSURE, directors=unsure)
    lost = tuple(name for name, one in sources.items() if one.lost)
    if lost:
        yield NoteOn(DrillNote.MESSAGES_LOST, directors=lost)


def _apart(
    moved: Sequence[InstanceFailover],
    routers: Sequence[DrillRouter],
    sources: Mapping[str, DirectorSource],
    view: ClusterView | None,
) -> Iterator[NoteOn]:
    """Tell of instances that stayed with the old MASTER while others left it."""
    where = {one.id: one for one in moved}
    for old in dict.fromkeys(one.old for one in moved if one.old is not None):
        gone = [one for one in moved if one.old == old]
        stayed = [
            router
            for router in routers
            if router.initial.get(old) == "MASTER" and not {router.id(name) for name in router.sides} & where.keys()
        ]
        if not stayed:
            continue
        names = (*(one.name for one in gone), *(router.sides[old].name for router in stayed))
        directors = tuple(dict.fromkeys([*(one.new or "" for one in gone), old]))
        yield NoteOn(DrillNote.MOVED_SEPARATELY, names, directors)
        gone_vips = {vip for one in gone for vip in one.vips}
        stayed_vips = {vip for router in stayed for vip in router.vips}
        services, gateways = _service_vips(view), _gateway_vips(view, sources, gone_vips | stayed_vips)
        if gone_vips & services and stayed_vips & gateways:
            vips = tuple(sorted(gone_vips & services)) + tuple(sorted(stayed_vips & gateways))
            yield NoteOn(DrillNote.GATEWAY_STAYED, names, directors, vips)
        elif gone_vips & gateways and stayed_vips & services:
            vips = tuple(sorted(stayed_vips & services)) + tuple(sorted(gone_vips & gateways))
            yield NoteOn(DrillNote.SERVICE_STAYED, names, directors, vips)


def _left_behind(killed: Sequence[InstanceFailover], view: ClusterView) -> Iterator[NoteOn]:
    """Tell of VIPs that a keepalived which was killed has left in its kernel."""
    for old in dict.fromkeys(one.old for one in killed if one.old is not None):
        here = {one.name: [vip for vip in one.vips if _holds(view, old, vip)] for one in killed if one.old == old}
        vips = tuple(vip for some in here.values() for vip in some)
        if vips:
            yield NoteOn(DrillNote.VIP_LEFT_BEHIND, tuple(name for name, some in here.items() if some), (old,), vips)


def _holds(view: ClusterView, name: str, vip: str) -> bool:
    return any(
        one.address == vip and one.held
        for director in view.directors
        if director.name == name
        for instance in director.vrrp
        for one in instance.vips
    )


def _service_vips(view: ClusterView | None) -> set[str]:
    """Return the addresses of virtual servers whose replies come back through the Director."""
    servers = () if view is None else view.virtual_servers
    return {key.address for one in servers if one.method == "NAT" for key in parsed(one.services) if key.address}


def _gateway_vips(view: ClusterView | None, sources: Mapping[str, DirectorSource], vips: set[str]) -> set[str]:
    """Return the VIPs that stand in a network with real servers of LVS-NAT, and are no service's."""
    servers = () if view is None else view.virtual_servers
    machines = {
        RealServerKey.parse(real.id).address for one in servers if one.method == "NAT" for real in one.real_servers
    }
    networks = {network for source in sources.values() for network in source.networks}
    near = [one for one in map(ip_network, networks) if any(ip_address(machine) in one for machine in machines)]
    services = _service_vips(view)
    return {vip for vip in vips if vip not in services and any(ip_address(vip) in one for one in near)}
