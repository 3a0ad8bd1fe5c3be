"""The pair as an operator draws it: clients, VIPs and who holds them, services, machines, and the way back. Pure.

Not for: where on the screen anything is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Literal

from lvstui.cluster.director import Director
from lvstui.cluster.view import (
    ClusterView,
    DirectorView,
    LinkState,
    Problem,
    RealServerState,
    RealServerView,
    Severity,
    VirtualServerView,
)
from lvstui.keepalived import RealServerKey, ServiceKey


@dataclass(frozen=True)
class Vip:
    address: str
    instance: str
    interface: str
    holders: tuple[str, ...]  # Directors that have it now
    known: bool  # is it known of every live Director whether it has it


@dataclass(frozen=True)
class Flow:
    """What goes along a line. None: not known."""

    connections_per_s: float | None
    in_bps: float | None
    out_bps: float | None
    active: int | None


@dataclass(frozen=True)
class Machine:
    """The real servers of one virtual server that are on one address."""

    address: str
    real_servers: tuple[RealServerView, ...]
    flow: Flow


@dataclass(frozen=True)
class Service:
    id: str
    scheduler: str | None
    method: str | None
    up: int
    total: int
    machines: tuple[Machine, ...]
    flow: Flow
    holders: tuple[str, ...]  # Directors that have its address
    back: Literal["gateway", "direct", "unknown"]  # through the Director, past it, or not known
    gateway: str | None  # the VIP that its NAT real servers must use, as far as it can be told


@dataclass(frozen=True)
class Topology:
    wall: float
    directors: tuple[DirectorView, ...]
    vips: tuple[Vip, ...]
    services: tuple[Service, ...]
    flow: Flow
    trouble: tuple[Problem, ...]  # errors and worse, gravest first


class Drawings:
    """The services as they were last drawn: of a large cluster, only those that changed are drawn again."""

    def __init__(self) -> None:
        self._around: tuple[tuple[Vip, ...], tuple[str, ...]] = ((), ())
        self._drawn: dict[str, tuple[VirtualServerView, Service]] = {}

    def services(
        self, servers: Sequence[VirtualServerView], vips: tuple[Vip, ...], subnets: tuple[str, ...]
    ) -> tuple[Service, ...]:
        old = self._drawn if self._around == (vips, subnets) else {}
        self._around, self._drawn = (vips, subnets), {}
        for server in servers:
            known = old.get(server.id)
            drawn = known if known is not None and known[0] is server else (server, _service(server, vips, subnets))
            self._drawn[server.id] = drawn
        return tuple([service for _, service in self._drawn.values()])


def draw(directors: Sequence[Director], view: ClusterView, drawings: Drawings) -> Topology:
    """The picture of this view."""
    vips = _vips(view.directors)
    services = drawings.services(view.virtual_servers, vips, _subnets(directors))
    grave = (Severity.ERROR, Severity.CRITICAL)
    return Topology(
        wall=view.wall,
        directors=view.directors,
        vips=vips,
        services=services,
        flow=_sum(service.flow for service in services),
        trouble=tuple(problem for problem in view.problems if problem.severity in grave),
    )


def _vips(views: Sequence[DirectorView]) -> tuple[Vip, ...]:
    found: dict[str, tuple[str, str]] = {}
    for view in views:
        for instance in view.vrrp:
            for vip in instance.vips:
                found.setdefault(vip.address, (instance.name, instance.interface))
    live = [view for view in views if view.state is not LinkState.LOST]
    shown = []
    for address, (name, interface) in found.items():
        held = {view.name: vip.held for view in live for one in view.vrrp for vip in one.vips if vip.address == address}
        holders = tuple(director for director, here in held.items() if here)
        shown.append(Vip(address, name, interface, holders, len(live) == len(views) and None not in held.values()))
    return tuple(shown)


def _subnets(directors: Sequence[Director]) -> tuple[str, ...]:
    """The networks that the Directors stand in, widest last: a VIP's own prefix says nothing."""
    found = {
        str(ip_network(f"{address.address}/{address.prefix}", strict=False))
        for director in directors
        if director.network is not None and director.network.error is None
        for address in director.network.addresses
        if 0 < address.prefix < (128 if ":" in address.address else 32)
        and not address.address.startswith(("127.", "fe80"))
    }
    return tuple(sorted(found, key=lambda text: (-ip_network(text).prefixlen, text)))


def _service(server: VirtualServerView, vips: tuple[Vip, ...], subnets: tuple[str, ...]) -> Service:
    addresses = _addresses(server.services)
    grouped: dict[str, list[RealServerView]] = {}
    for real in server.real_servers:
        grouped.setdefault(_address(real.id), []).append(real)
    machines = tuple(Machine(address, tuple(reals), _flow(reals)) for address, reals in grouped.items())
    gateway = None
    if server.method == "NAT" and grouped:
        gateway = _gateway(next(iter(grouped)), addresses, tuple(vip.address for vip in vips), subnets)
    back: Literal["gateway", "direct", "unknown"] = "unknown"
    if server.method is not None:
        back = "gateway" if server.method == "NAT" else "direct"
    holders = dict.fromkeys(holder for vip in vips if vip.address in addresses for holder in vip.holders)
    return Service(
        server.id,
        server.scheduler,
        server.method,
        server.up,
        len(server.real_servers),
        machines,
        _flow(server.real_servers),
        tuple(holders),
        back,
        gateway,
    )


@lru_cache(maxsize=4096)
def _addresses(services: tuple[str, ...]) -> frozenset[str]:
    found = set()
    for service in services:
        try:
            found.add(ServiceKey.parse(service).address)
        except ValueError:
            continue  # a name that came from a Director and is none of ours
    return frozenset(found)


@lru_cache(maxsize=65536)
def _address(real_server: str) -> str:
    try:
        return RealServerKey.parse(real_server).address
    except ValueError:
        return real_server


@lru_cache(maxsize=65536)
def _gateway(machine: str, services: frozenset[str], vips: tuple[str, ...], subnets: tuple[str, ...]) -> str | None:
    """The VIP in the real servers' own network; one that is not the service's where there are several."""
    try:
        address = ip_address(machine)
    except ValueError:
        return None
    for subnet in subnets:
        network = ip_network(subnet)
        if address in network:
            near = sorted((vip for vip in vips if ip_address(vip) in network), key=lambda vip: vip in services)
            return near[0] if near else None
    return None


def _flow(reals: Iterable[RealServerView]) -> Flow:
    """Rates of all Directors together; connections of the one that has most: a BACKUP's are copies."""
    figures = [(name, one) for real in reals for name, one in real.directors.items()]
    active: dict[str, int] = {}
    for name, one in figures:
        if one.active is not None:
            active[name] = active.get(name, 0) + one.active
    return Flow(
        _total(one.connections_per_s for _, one in figures),
        _total(one.in_bps for _, one in figures),
        _total(one.out_bps for _, one in figures),
        max(active.values(), default=None),
    )


def _sum(flows: Iterable[Flow]) -> Flow:
    all_flows = list(flows)
    active = [flow.active for flow in all_flows if flow.active is not None]
    return Flow(
        _total(flow.connections_per_s for flow in all_flows),
        _total(flow.in_bps for flow in all_flows),
        _total(flow.out_bps for flow in all_flows),
        sum(active) if active else None,
    )


def _total(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def counts(reals: Iterable[RealServerView]) -> dict[RealServerState, int]:
    """How many are in each state, gravest first."""
    found: dict[RealServerState, int] = {}
    for real in reals:
        found[real.state] = found.get(real.state, 0) + 1
    order = list(RealServerState)
    return dict(sorted(found.items(), key=lambda item: -order.index(item[0])))
