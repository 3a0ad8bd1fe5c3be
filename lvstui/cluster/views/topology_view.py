"""Show the pair as an operator draws it: clients, VIPs and who holds them, services, machines, and the way back. Pure.

Not for: where on the screen anything is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from lvstui.cluster.observed import gateway
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.vip_holders import Holders, parsed
from lvstui.cluster.observed.vrrp import virtual_routers
from lvstui.cluster.view import (
    ClusterView,
    DirectorView,
    LinkState,
    Problem,
    RealServerState,
    RealServerView,
    Severity,
    VirtualServerView,
    total,
)


@dataclass(frozen=True)
class DrawnVip:
    """A VIP, and who has it."""

    address: str
    instance: str
    interface: str
    holders: tuple[str, ...]  # Directors that have it now
    known: bool  # is it known of every live Director whether it has it
    name: str  # as an operator names it


@dataclass(frozen=True)
class Flow:
    """The traffic along a line. None: not known."""

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
class DrawnService:
    """A virtual server with the machines behind it."""

    id: str
    scheduler: str | None
    method: str | None
    up: int
    total: int
    machines: tuple[Machine, ...]
    flow: Flow
    holders: tuple[str, ...]  # Directors that its clients meet
    nobody: bool  # it is known that no Director has its address; a firewall mark has none of its own
    back: Literal["gateway", "direct", "unknown"]  # through the Director, past it, or not known
    gateway: str | None  # the VIP that its NAT real servers must use, as far as it can be told
    sorry_server: str | None = None  # the one that serves because the quorum is lost


@dataclass(frozen=True)
class Topology:
    """The whole picture."""

    wall: float
    directors: tuple[DirectorView, ...]
    vips: tuple[DrawnVip, ...]
    services: tuple[DrawnService, ...]
    flow: Flow
    trouble: tuple[Problem, ...]  # errors and worse, gravest first


class Drawings:
    """The services as they were last drawn: of a large cluster, only those that changed are drawn again."""

    def __init__(self) -> None:
        self._around: object = None
        self._drawn: dict[str, tuple[VirtualServerView, DrawnService]] = {}

    def services(
        self,
        servers: Sequence[VirtualServerView],
        vips: tuple[DrawnVip, ...],
        networks: tuple[str, ...],
        holders: Holders,
    ) -> tuple[DrawnService, ...]:
        """Return the services, each drawn again only where it is another."""
        around = (vips, networks, holders)
        old = self._drawn if self._around == around else {}
        self._around, self._drawn = around, {}
        for server in servers:
            if server.ignored:
                continue  # there is no service
            known = old.get(server.id)
            drawn = (
                known
                if known is not None and known[0] is server
                else (server, _service(server, vips, networks, holders))
            )
            self._drawn[server.id] = drawn
        return tuple([service for _, service in self._drawn.values()])


def draw(directors: Sequence[Director], view: ClusterView, drawings: Drawings) -> Topology:
    """Return the picture of this view."""
    vips = _vips(view.directors)
    services = drawings.services(
        view.virtual_servers, vips, gateway.networks(directors), Holders(directors, view.directors)
    )
    grave = (Severity.ERROR, Severity.CRITICAL)
    return Topology(
        wall=view.wall,
        directors=view.directors,
        vips=vips,
        services=services,
        flow=_sum(service.flow for service in services),
        trouble=tuple(problem for problem in view.problems if problem.severity in grave),
    )


def _vips(views: Sequence[DirectorView]) -> tuple[DrawnVip, ...]:
    live = {view.name for view in views if view.state is not LinkState.LOST}
    shown = []
    for router in virtual_routers.of(views):
        for vip in router.vips:
            held = [one for name, one in vip.held.items() if name in live]
            holders = tuple(name for name in vip.holders if name in live)
            known = len(live) == len(views) and None not in held
            shown.append(DrawnVip(vip.address, router.name, vip.interface, holders, known, vip.name))
    return tuple(shown)


def _service(
    server: VirtualServerView, vips: tuple[DrawnVip, ...], networks: tuple[str, ...], holders: Holders
) -> DrawnService:
    services = parsed(server.services)
    addresses = frozenset(service.address for service in services if service.address)
    grouped: dict[str, list[RealServerView]] = {}
    for real in server.real_servers:
        grouped.setdefault(gateway.machine(real.id), []).append(real)
    machines = tuple(Machine(address, tuple(reals), _flow(reals)) for address, reals in grouped.items())
    way_back = None
    if server.method == "NAT" and grouped:
        near = gateway.candidates(next(iter(grouped)), tuple(vip.address for vip in vips), networks)
        way_back = next(iter(sorted(near, key=lambda vip: vip in addresses)), None)  # not the service's, of several
    back: Literal["gateway", "direct", "unknown"] = "unknown"
    if server.method is not None:
        back = "gateway" if server.method == "NAT" else "direct"
    holding = holders.of(server.services)
    sorry = server.sorry_server
    return DrawnService(
        server.id,
        server.scheduler,
        server.method,
        server.up,
        len(server.real_servers),
        machines,
        _flow(server.real_servers),
        holding,
        bool(addresses) and holders.known and not holding,
        back,
        way_back,
        sorry.id if sorry is not None and sorry.serving else None,
    )


def _flow(reals: Iterable[RealServerView]) -> Flow:
    """Return the rates of all Directors together; connections of the one that has most: a BACKUP's are copies."""
    figures = [(name, one) for real in reals for name, one in real.directors.items()]
    active: dict[str, int] = {}
    for name, one in figures:
        if one.active is not None:
            active[name] = active.get(name, 0) + one.active
    return Flow(
        total(one.connections_per_s for _, one in figures),
        total(one.in_bps for _, one in figures),
        total(one.out_bps for _, one in figures),
        max(active.values(), default=None),
    )


def _sum(flows: Iterable[Flow]) -> Flow:
    all_flows = list(flows)
    active = [flow.active for flow in all_flows if flow.active is not None]
    return Flow(
        total(flow.connections_per_s for flow in all_flows),
        total(flow.in_bps for flow in all_flows),
        total(flow.out_bps for flow in all_flows),
        sum(active) if active else None,
    )


def counts(reals: Iterable[RealServerView]) -> dict[RealServerState, int]:
    """Return how many are in each state, gravest first."""
    found: dict[RealServerState, int] = {}
    for real in reals:
        found[real.state] = found.get(real.state, 0) + 1
    order = list(RealServerState)
    return dict(sorted(found.items(), key=lambda item: -order.index(item[0])))
