"""What differs and should not: between the Directors' files, and between each file and its Director's kernel. Pure.

What differs on purpose is passed over: state, priority, router_id, a Director's own addresses and interfaces, preemption,
comments and layout; in a kernel, what a checker took out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lvstui.cluster import drift_servers, drift_vrrp
from lvstui.cluster.difference import ABSENT, Difference, Place, Side
from lvstui.cluster.director import Director
from lvstui.cluster.facts import KernelKey
from lvstui.cluster.layout import Block, Layout, service_id
from lvstui.cluster.text import plain
from lvstui.cluster.view import Figures, LinkState, RealServerState, RealServerView, VirtualServerView
from lvstui.keepalived import Configuration, RealServerKey, VirtualServer
from lvstui.keepalived.origins import origin_of

_TOLD = (RealServerState.DRIFT, RealServerState.UNMANAGED, RealServerState.PENDING)
UP = RealServerState.UP
_DONE = object()
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
        self._generations: list[tuple[int, bool]] = []  # of what was found
        self._working_on: list[tuple[int, bool]] = []
        self._round: Iterator[None] = iter(())
        self._found: tuple[Difference, ...] = ()
        self._compared = drift_servers.Compared()
        # By Director's number: those of the method in its kernel, and what they were found in.
        self._methods: dict[int, tuple[Configuration, Mapping[KernelKey, int], tuple[Difference, ...]]] = {}

    def files(self) -> tuple[Difference, ...]:
        """Of all Directors whose configuration is known, whole, and not of long ago."""
        while not self.work():
            pass
        return self._found

    def work(self) -> bool:
        """Compare a piece of the files. Is all of it done?"""
        known = [
            (
                director.loaded.generation,
                director.loaded.whole is not None and director.link.state is not LinkState.LOST,
            )
            for director in self._directors
        ]
        if known == self._generations:
            return True
        if known != self._working_on:
            self._working_on, self._round = known, self._work(known)
        if next(self._round, _DONE) is not _DONE:
            return False
        self._generations = known
        return True

    def _work(self, known: Sequence[tuple[int, bool]]) -> Iterator[None]:
        pairs = [
            (director.name, director.loaded.whole)
            for director, (_, usable) in zip(self._directors, known, strict=True)
            if usable
        ]
        configurations = [(name, whole) for name, whole in pairs if whole is not None]
        if len(configurations) > 1:
            yield from self._compared.work(configurations)
        self._found = between(configurations, self._compared)

    def kernels(self, servers: Sequence[VirtualServerView], layout: Layout) -> Iterator[Difference]:
        """What each Director's kernel shows otherwise than its file."""
        odd = [server for server in servers if any(state is not UP for state in server.states)]
        for number, director in enumerate(self._directors):
            configuration = director.loaded.whole
            if configuration is None or director.table.error is not None or director.link.state is LinkState.LOST:
                continue
            for server in configuration.virtual_servers:
                yield from _service(director, server)
            known = self._methods.get(number)
            if known is None or known[0] is not configuration or known[1] is not director.table.weights:
                found = tuple(_methods(director, configuration, layout.blocks[number].values()))
                known = self._methods[number] = (configuration, director.table.weights, found)
            yield from known[2]
            for view in odd:
                for real in view.real_servers:
                    figures = real.directors.get(director.name)
                    if figures is not None and figures.state in _TOLD:
                        yield from _real_server(director, configuration, view.id, real, figures)


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


def _methods(director: Director, configuration: Configuration, blocks: Iterable[Block]) -> Iterator[Difference]:
    for block in blocks:
        for place in block.places.values():
            if place.configured is None:
                continue
            for service, key in place.keys:
                row = director.table.row(service, key)
                if row is None or row.method == place.configured.method or row.method not in _METHODS:
                    continue
                server = configuration.virtual_server(block.server.id)
                real = None if server is None else server.real_server(place.configured.key)
                if server is not None and real is not None:
                    origin = origin_of(configuration, server, real, "method")
                    where = Place(origin.path or real.path, origin.line or real.line)
                    sides = (_file_side(director, real.method, where), _kernel_side(director, row.method))
                    subject = plain(f"{server.id} {real.key}")
                    yield Difference("kernel", subject, f"method on {director.name}", sides, "", True)
                break  # in another service of the same group it is the same


def _real_server(
    director: Director,
    configuration: Configuration,
    virtual_server: str,
    view: RealServerView,
    figures: Figures,
) -> Iterator[Difference]:
    """Its weight, or that it is there or is not; only what nothing explains."""
    wanted, has = figures.configured_weight, figures.kernel_weight
    if wanted == has or (wanted is None and has is None):
        return
    place, server = None, configuration.virtual_server(virtual_server)
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
