"""Show all that is known of one virtual server, for its own page: files, kernels, quorum, and its real servers.

Not for: its line in the table (see `servers.entry`), nor how it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lvstui.cluster.identity.server_names import service_id, service_name
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.vip_holders import parsed
from lvstui.cluster.quorum_view import QuorumSide, SorryFigures
from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.servers.series import FigureSeries, SeriesView
from lvstui.cluster.text import plain
from lvstui.cluster.view import DirectorView, LinkState, Sums, VirtualServerView
from lvstui.director.protocol.ipvs_messages import Service
from lvstui.keepalived import VirtualServer

Rates = tuple[float | None, ...]


class KernelService(NamedTuple):
    """One service of the kernel. Counters are since it was made; None: not known here."""

    name: str
    scheduler: str
    flags: int  # IP_VS_SVC_F_*
    timeout: int  # of persistence, seconds; 0 without it
    netmask: str
    engine: str
    connections: int | None
    in_bytes: int | None
    out_bytes: int | None


class WrittenServer(NamedTuple):
    """A virtual server as a Director's files have it."""

    path: str
    line: int
    protocol: str
    scheduler: str
    flags: tuple[str, ...]
    method: str
    persistence_timeout: int | None  # seconds; None: not persistent
    persistence_engine: str | None
    delay_loop: float
    ha_suspend: bool
    alpha: bool
    omega: bool
    inhibit_on_failure: bool
    configured_quorum: int
    hysteresis: int
    sorry_server: str | None
    sorry_method: str | None


class VirtualServerSide(NamedTuple):
    """Describe the virtual server on one Director."""

    director: DirectorView
    settings: WrittenServer | None  # None: it is not in its files, or that is not known
    unknown: str | None  # why what is configured is not known
    in_kernel: bool | None  # None: not known
    services: tuple[KernelService, ...]  # of the kernel, by all its names
    holds: bool | None  # has the Director an address of it; None: not known, or it has none
    sums: Sums | None
    quorum: QuorumSide | None
    sorry: SorryFigures | None


@dataclass(frozen=True)
class VirtualServerPage:
    """One virtual server."""

    virtual_server: str
    server: VirtualServerView | None  # None: it is gone
    sides: tuple[VirtualServerSide, ...]
    rates: Callable[[str, PlotRange], Rates] = field(compare=False)
    """Return the new connections per second of a real server, on all Directors together, over a time, oldest first."""
    series: Callable[[PlotRange], Mapping[str, SeriesView]] = field(compare=False)
    """Return the figures of its real servers together, by Director, over a time; of a very large one there are none."""


def page(
    id: str,
    directors: Sequence[tuple[Director, DirectorView]],
    server: VirtualServerView | None,
    series: FigureSeries,
    at: float,
) -> VirtualServerPage:
    """Return all of the virtual server of that name."""
    sides = tuple(_side(id, director, view, server) for director, view in directors)

    def rates(real_server: str, over: PlotRange) -> Rates:
        return series.connection_rates(id, real_server, at, over)

    def together(over: PlotRange) -> Mapping[str, SeriesView]:
        return series.together(id, [] if server is None else [real.id for real in server.real_servers], at, over)

    return VirtualServerPage(id, server, sides, rates, together)


def _side(id: str, director: Director, view: DirectorView, server: VirtualServerView | None) -> VirtualServerSide:
    configuration = director.loaded.whole
    configured = configuration.virtual_server(id) if configuration is not None else None
    known = director.table.error is None and view.state is not LinkState.LOST
    services = tuple(_services(director, configured, server)) if known else ()
    unknown = (
        None if configuration is not None else plain(director.loaded.error or "its configuration has not been read yet")
    )
    quorum = server.quorum.directors.get(director.name) if server is not None and server.quorum is not None else None
    sorry = None
    if server is not None and server.sorry_server is not None:
        sorry = server.sorry_server.directors.get(director.name)
    return VirtualServerSide(
        director=view,
        settings=None if configured is None else _settings(configured),
        unknown=unknown,
        in_kernel=bool(services) if known else None,
        services=services,
        holds=_holds(director, view, server),
        sums=server.sums.get(director.name) if server is not None else None,
        quorum=quorum,
        sorry=sorry,
    )


def _settings(server: VirtualServer) -> WrittenServer:
    sorry = server.sorry_server
    return WrittenServer(
        path=plain(server.path),
        line=server.line,
        protocol=server.protocol,
        scheduler=plain(server.scheduler, 40),
        flags=tuple(plain(flag, 40) for flag in server.flags),
        method=server.method,
        persistence_timeout=server.persistence_timeout,
        persistence_engine=None if server.persistence_engine is None else plain(server.persistence_engine, 40),
        delay_loop=server.delay_loop,
        ha_suspend=server.ha_suspend,
        alpha=server.alpha,
        omega=server.omega,
        inhibit_on_failure=server.inhibit_on_failure,
        configured_quorum=server.configured_quorum,
        hysteresis=server.hysteresis,
        sorry_server=None if sorry is None else str(sorry.key),
        sorry_method=None if sorry is None else sorry.method,
    )


def _services(
    director: Director, configured: VirtualServer | None, server: VirtualServerView | None
) -> Iterable[KernelService]:
    """Yield those of the kernel that are it: where it is configured to be, else by name."""
    table = director.table
    names = set() if server is None else set(server.services)
    wanted = set() if configured is None else {service_id(one) for one in configured.services}
    for id, service in table.services.items():
        if id in wanted or (configured is None and service_name(id) in names):
            yield _service(service, counters=table.counters)


def _service(service: Service, *, counters: bool) -> KernelService:
    counts = (service.connections, service.in_bytes, service.out_bytes) if counters else (None, None, None)
    return KernelService(
        service_name(service.id),
        plain(service.scheduler, 40),
        service.flags,
        service.timeout,
        plain(service.netmask, 40),
        plain(service.engine, 40),
        *counts,
    )


def _holds(director: Director, view: DirectorView, server: VirtualServerView | None) -> bool | None:
    """Return True if the Director has an address of one of its services, so that clients meet it there."""
    network = director.network
    if server is None or view.state is LinkState.LOST or network is None or network.error is not None:
        return None
    addresses = [one.address for one in parsed(server.services) if one.address]
    return any(one in director.addresses.answered for one in addresses) if addresses else None
