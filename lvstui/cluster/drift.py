"""What differs and should not: between the Directors' files, and between each file and its Director's kernel. Pure.

What differs on purpose is passed over: state, priority, router_id, a Director's own addresses and interfaces, preemption,
comments and layout; in a kernel, what a checker took out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster import drift_servers, drift_vrrp
from lvstui.cluster.difference import ABSENT, Difference, Place, Side
from lvstui.cluster.director import Director
from lvstui.cluster.layout import service_id
from lvstui.cluster.table import RowKey
from lvstui.cluster.text import plain
from lvstui.cluster.view import Figures, LinkState, RealServerState, RealServerView, VirtualServerView
from lvstui.keepalived import Configuration, RealServer, RealServerKey, VirtualServer, kernel_keys
from lvstui.keepalived.origins import origin_of

_TOLD = (RealServerState.DRIFT, RealServerState.UNMANAGED, RealServerState.PENDING)
_METHODS = ("NAT", "DR", "TUN")  # LOCAL and BYPASS are the kernel's own way to the Director itself


def between(
    configurations: Sequence[tuple[str, Configuration]], compared: drift_servers.Compared | None = None
) -> tuple[Difference, ...]:
    """All differences of these Directors' files. Nothing when there are fewer than two that are known."""
    compared = drift_servers.Compared() if compared is None else compared
    if len(configurations) < 2:
        return ()
    found = [*drift_vrrp.between(configurations), *drift_vrrp.sync_groups(configurations)]
    return tuple(found + list(compared.between(configurations)))


class Drift:
    """The differences of the files, worked out again only when a file is another."""

    def __init__(self, directors: Sequence[Director]) -> None:
        self._directors = directors
        self._generations: list[tuple[int, bool]] = []
        self._found: tuple[Difference, ...] = ()
        self._compared = drift_servers.Compared()
        self._places: dict[str, tuple[int, _Places]] = {}  # of each Director's configuration, by its generation

    def files(self) -> tuple[Difference, ...]:
        """Of all Directors whose configuration is known, whole, and not of long ago."""
        known = [
            (
                director.loaded.generation,
                director.loaded.whole is not None and director.link.state is not LinkState.LOST,
            )
            for director in self._directors
        ]
        if known != self._generations:
            self._generations = known
            pairs = [
                (director.name, director.loaded.whole)
                for director, (_, usable) in zip(self._directors, known, strict=True)
                if usable
            ]
            self._found = between([(name, whole) for name, whole in pairs if whole is not None], self._compared)
        return self._found

    def kernels(self, servers: Sequence[VirtualServerView]) -> Iterator[Difference]:
        """What each Director's kernel shows otherwise than its file."""
        for director in self._directors:
            configuration = director.loaded.whole
            if configuration is None or director.table.error is not None or director.link.state is LinkState.LOST:
                continue
            known = self._places.get(director.name)
            if known is None or known[0] != director.loaded.generation:
                known = self._places[director.name] = (director.loaded.generation, _Places(configuration))
            yield from _kernel(director, configuration, known[1], servers)


class _Places:
    """Where a configuration wants what in the kernel."""

    def __init__(self, configuration: Configuration) -> None:
        self.servers = {server.id: server for server in configuration.virtual_servers}
        self.methods: dict[RowKey, tuple[VirtualServer, RealServer]] = {}
        for server in configuration.virtual_servers:
            for real in server.real_servers:
                for service, key in kernel_keys(server, real):
                    self.methods[service_id(service), (key.address, key.port)] = (server, real)


def _kernel(
    director: Director, configuration: Configuration, places: _Places, servers: Sequence[VirtualServerView]
) -> Iterator[Difference]:
    for server in configuration.virtual_servers:
        yield from _service(director, server)
    yield from _methods(director, configuration, places)
    for view in servers:
        for real in view.real_servers:
            figures = real.directors.get(director.name)
            if figures is not None and figures.state in _TOLD:
                yield from _real_server(director, configuration, places.servers.get(view.id), real, figures)


def _kernel_side(director: Director, value: str) -> Side:
    return Side(f"{director.name} kernel", director.name, plain(value), None, None)


def _file_side(director: Director, value: str, place: Place | None) -> Side:
    return Side(
        director.name, director.name, plain(value), place.path if place else None, place.line if place else None
    )


def _service(director: Director, server: VirtualServer) -> Iterator[Difference]:
    place = Place(server.path, server.line)
    for key in server.services:
        service = director.table.services.get(service_id(key))
        if service is None:
            if director.running and not director.pending:
                sides = (_file_side(director, "configured", place), _kernel_side(director, "absent"))
                yield Difference("kernel", plain(str(key)), f"service on {director.name}", sides, "", True)
        elif service.scheduler != server.scheduler:
            sides = (_file_side(director, server.scheduler, place), _kernel_side(director, service.scheduler))
            yield Difference("kernel", plain(str(key)), f"scheduler on {director.name}", sides, "", True)


def _methods(director: Director, configuration: Configuration, places: _Places) -> Iterator[Difference]:
    told: set[str] = set()
    for id, rows in director.table.rows.items():
        for key, row in rows.items():
            wanted = places.methods.get((id, key))
            if wanted is None or wanted[1].method == row.method or row.method not in _METHODS:
                continue
            server, real = wanted
            subject = plain(f"{server.id} {real.key}")
            if subject in told:
                continue  # in another service of the same group
            told.add(subject)
            origin = origin_of(configuration, server, real, "method")
            place = Place(origin.path or real.path, origin.line or real.line)
            sides = (_file_side(director, real.method, place), _kernel_side(director, row.method))
            yield Difference("kernel", subject, f"method on {director.name}", sides, "", True)


def _real_server(
    director: Director,
    configuration: Configuration,
    server: VirtualServer | None,
    view: RealServerView,
    figures: Figures,
) -> Iterator[Difference]:
    """Its weight, or that it is there or is not; only what nothing explains."""
    wanted, has = figures.configured_weight, figures.kernel_weight
    if wanted == has or (wanted is None and has is None):
        return
    place = None
    if server is not None and wanted is not None:
        real = server.real_server(RealServerKey.parse(view.id))
        if real is not None:
            origin = origin_of(configuration, server, real, "weight")
            place = Place(origin.path or real.path, origin.line or real.line)
    sides = (
        _file_side(director, ABSENT if wanted is None else f"weight {wanted}", place),
        _kernel_side(director, "absent" if has is None else f"weight {has}"),
    )
    why = "The file is not loaded yet." if figures.state is RealServerState.PENDING else ""
    subject = f"{view.virtual_server} {view.id}"
    yield Difference("kernel", subject, f"weight on {director.name}", sides, why, True)
