"""Find what differs and should not: between the Directors' files, and between each file and its Director's kernel. Pure.

What differs on purpose is passed over: state, priority, router_id, a Director's own addresses and interfaces, preemption,
comments and layout; in a kernel, what a checker took out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lvstui.cluster.drift import server_drift, vrrp_drift
from lvstui.cluster.drift.difference import ABSENT, Difference, FileLocation, Side
from lvstui.cluster.drift.drift_setting import DriftSetting
from lvstui.cluster.identity.kernel_key import KernelKey
from lvstui.cluster.identity.server_names import service_id
from lvstui.cluster.identity.target import Target
from lvstui.cluster.observed.director import Director
from lvstui.cluster.servers.inventory import ConfiguredServer, Inventory
from lvstui.cluster.text import plain
from lvstui.cluster.view import Figures, LinkState, RealServerState, RealServerView, VirtualServerView
from lvstui.keepalived import Configuration, RealServerKey, ServiceKey, VirtualServer
from lvstui.keepalived.reading.origins import origin_of

_TOLD = (RealServerState.DRIFT, RealServerState.UNMANAGED, RealServerState.PENDING)
UP = RealServerState.UP
_DONE = object()
_METHODS = ("NAT", "DR", "TUN")  # LOCAL and BYPASS are the kernel's own way to the Director itself


def between(
    configurations: Sequence[tuple[str, Configuration]], compared: server_drift.Compared | None = None
) -> tuple[Difference, ...]:
    """Return all differences of these Directors' files. Nothing when there are fewer than two that are known."""
    compared = server_drift.Compared() if compared is None else compared
    if len(configurations) < 2:
        return ()
    found = [*vrrp_drift.between(configurations), *vrrp_drift.sync_groups(configurations)]
    return tuple(found + list(compared.between(configurations)))


class Drift:
    """The differences of the files, worked out again only when a file is another."""

    def __init__(self, directors: Sequence[Director]) -> None:
        self._directors = directors
        self._generations: list[tuple[int, bool]] = []  # of what was found
        self._working_on: list[tuple[int, bool]] = []
        self._round: Iterator[None] = iter(())
        self._found: tuple[Difference, ...] = ()
        self._compared = server_drift.Compared()
        # By Director's number: those of the method in its kernel, and what they were found in.
        self._methods: dict[int, tuple[Configuration, Mapping[KernelKey, int], tuple[Difference, ...]]] = {}

    def files(self) -> tuple[Difference, ...]:
        """Return those of all Directors whose configuration is known, whole, and not of long ago."""
        while not self.work():
            pass
        return self._found

    def work(self) -> bool:
        """Compare a piece of the files. Return True when all of it is done."""
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

    def kernels(self, servers: Sequence[VirtualServerView], inventory: Inventory) -> Iterator[Difference]:
        """Return what each Director's kernel shows otherwise than its file."""
        odd = [server for server in servers if any(state is not UP for state in server.states)]
        for number, director in enumerate(self._directors):
            configuration = director.loaded.whole
            if configuration is None or director.table.error is not None or director.link.state is LinkState.LOST:
                continue
            for server in configuration.virtual_servers:
                yield from _service(director, server, configuration.meeting)
            known = self._methods.get(number)
            if known is None or known[0] is not configuration or known[1] is not director.table.weights:
                found = tuple(_methods(director, configuration, inventory.blocks[number].values()))
                known = self._methods[number] = (configuration, director.table.weights, found)
            yield from known[2]
            for view in odd:
                for real in view.real_servers:
                    figures = real.directors.get(director.name)
                    if figures is not None and figures.state in _TOLD:
                        yield from _real_server(director, configuration, view.id, real, figures)


def _kernel_side(director: Director, value: str) -> Side:
    return Side(director.name, plain(value), None, None, kernel=True)


def _file_side(director: Director, value: str, place: FileLocation | None) -> Side:
    return Side(director.name, plain(value), place.path if place else None, place.line if place else None)


def _service(
    director: Director, server: VirtualServer, first: Mapping[ServiceKey, Sequence[VirtualServer]]
) -> Iterator[Difference]:
    """Compare its services in the kernel. Of one that several virtual servers make, the settings are those of the `first`."""
    place = FileLocation(server.path, server.line)
    for key in server.services:
        service = director.table.services.get(service_id(key))
        if service is None:
            if director.running and not director.pending:
                sides = (_file_side(director, "configured", place), _kernel_side(director, "absent"))
                yield Difference("kernel", plain(str(key)), DriftSetting.SERVICE, sides, "", True, director.name)
        elif service.scheduler != server.scheduler and first.get(key, (server,))[0].id == server.id:
            sides = (_file_side(director, server.scheduler, place), _kernel_side(director, service.scheduler))
            yield Difference("kernel", plain(str(key)), DriftSetting.SCHEDULER, sides, "", True, director.name)


def _methods(
    director: Director, configuration: Configuration, blocks: Iterable[ConfiguredServer]
) -> Iterator[Difference]:
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
                    where = FileLocation(origin.path or real.path, origin.line or real.line)
                    sides = (_file_side(director, real.method, where), _kernel_side(director, row.method))
                    target = Target(server.id, str(real.key))
                    subject = plain(f"{server.id} {real.key}")
                    yield Difference("kernel", subject, DriftSetting.METHOD, sides, "", True, director.name, target)
                break  # in another service of the same group it is the same


def _real_server(
    director: Director,
    configuration: Configuration,
    virtual_server: str,
    view: RealServerView,
    figures: Figures,
) -> Iterator[Difference]:
    """Compare its weight, and whether it is there; only what nothing explains is told."""
    wanted, has = figures.configured_weight, figures.kernel_weight
    if wanted == has or (wanted is None and has is None):
        return
    place, server = None, configuration.virtual_server(virtual_server)
    if server is not None and wanted is not None:
        real = server.real_server(RealServerKey.parse(view.id))
        if real is not None:
            origin = origin_of(configuration, server, real, "weight")
            place = FileLocation(origin.path or real.path, origin.line or real.line)
    sides = (
        _file_side(director, ABSENT if wanted is None else f"weight {wanted}", place),
        _kernel_side(director, "absent" if has is None else f"weight {has}"),
    )
    why = "The file is not loaded yet." if figures.state is RealServerState.PENDING else ""
    target, subject = Target(view.virtual_server, view.id), f"{view.virtual_server} {view.id}"
    yield Difference("kernel", subject, DriftSetting.WEIGHT, sides, why, True, director.name, target)
