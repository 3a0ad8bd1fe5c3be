"""Keep the cluster's state: link events and messages in, a clock beside them; the view, and facts for a plan, out.

`now` is the console's monotonic clock, `wall` the operator's wall clock, both in seconds; between two calls that give both,
the wall clock is taken to run as the monotonic one does. A view is made in pieces (decision 0012).

Not for: connecting (see `session`), nor deciding what may be changed (see `plan`).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from itertools import chain
from typing import Any

from lvstui import keepalived
from lvstui.cluster.awaited import adverts_awaited
from lvstui.cluster.checks.findings import find
from lvstui.cluster.drift import drift
from lvstui.cluster.drift.difference import Difference
from lvstui.cluster.events.event_times import Clocks
from lvstui.cluster.events.timeline import Events
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.files.configuration import Reading
from lvstui.cluster.observed.files.installed import Installed
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.gathering import gathered
from lvstui.cluster.problems import Problems
from lvstui.cluster.servers.drains import Drains, overdue
from lvstui.cluster.servers.entries import Entries
from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.servers.series import FigureSeries
from lvstui.cluster.text import plain
from lvstui.cluster.view import ClusterView, EventView, VirtualServerView
from lvstui.cluster.views import connection_view, director_page, real_server_view, topology_view, virtual_server_page
from lvstui.cluster.views import director_view as shown
from lvstui.cluster.views.configuration_view import Configurations, ShownConfiguration
from lvstui.cluster.views.handover_view import with_safety
from lvstui.director.protocol.ipvs_messages import SampleConnections
from lvstui.director.protocol.message_registry import FromAgent

_MOST_NOTED = 2_000  # real servers, a few milliseconds; those that are left are noted a tenth of a second later


class ClusterState:
    """All Directors. `changes` grows with all that may make the view another, `figures` with those that are figures alone."""

    def __init__(self, names: Sequence[str], now: float, wall: float, *, interval: float = 1.0) -> None:
        self.changes = self.figures = 0
        self._directors = [Director(name, interval) for name in names]
        self._numbers = {name: number for number, name in enumerate(names)}
        self._links = {director.name: director.link.state for director in self._directors}
        self._entries = Entries(self._directors)
        self._drains, self._problems, self._events = Drains(), Problems(), Events(self._directors)
        self._series = FigureSeries(now)
        self._viewed = now
        self._finishing: Generator[None, None, ClusterView] | None = None  # the view of a round that is over
        self._made: ClusterView | None = None  # that view, finished before it was asked for
        self._configurations = Configurations()
        self._drawings = topology_view.Drawings()
        self._tracked = director_page.TrackedReadings()
        self._drift = drift.Drift(self._directors)
        self._now, self._shift = now, wall - now
        self._undecided = False

    def pace(self, interval: float) -> None:
        """Take in that samples are now so many seconds apart."""
        for director in self._directors:
            director.link.interval = interval

    def remember(self, name: str, installed: Installed | None) -> None:
        """Take in what the last change that was made from this machine verified to be loaded there."""
        self._complete()
        self._entries.note(self._numbers[name], self.director(name).remember(installed))
        self.changes += 1

    def connecting(self, name: str, now: float, retry_in: float | None = None) -> None:
        """Take in that an attempt to connect begins, or that the next one is due in `retry_in` seconds."""
        self._complete()
        self.director(name).link.connecting(now, retry_in)
        self._observe(name, now)

    def connected(self, name: str, privilege: str, now: float) -> None:
        """Take in that there is a link, and by which privilege."""
        self._complete()
        self.director(name).link.connected(privilege, now)
        self._observe(name, now)

    def failed(self, name: str, reason: str, hint: str, *, permanent: bool, retry_in: float | None, now: float) -> None:
        """Take in that there is no link, or not any more. `permanent`: it is refused for good, as far as is known."""
        self._complete()
        reason = plain(f"{reason}; {hint}" if hint else reason)
        self.director(name).link.failed(reason, permanent=permanent, retry_in=retry_in, now=now)
        self._observe(name, now)

    def receive(self, name: str, message: FromAgent, now: float) -> None:
        """Take in a message of a Director's agent."""
        self._complete()
        changed = self.director(name).receive(message, now, now + self._shift)
        self._entries.note(self._numbers[name], changed)
        self.figures += changed.figures_alone
        self._observe(name, now)

    def reading(self, name: str, message: FromAgent) -> Reading | None:
        """Return what receiving that message would have to read, for who would rather have it read before, beside the loop."""
        return self.director(name).reading(message)

    def note(self, event: EventView) -> None:
        """Take in something that the operator did."""
        self._events.add(event)
        self.changes += 1

    def memory(self) -> dict[str, Any]:
        """Return, as JSON, what earlier messages have left that the last ones of each kind do not tell: for a recording."""
        adverts = {director.name: director.adverts.memory() for director in self._directors}
        clocks = {director.name: [director.clock_shift, *director.clock.memory()] for director in self._directors}
        instances = {director.name: director.instances.memory() for director in self._directors}
        flapping = self._problems.flapping.memory()
        parts = (
            self._problems.memory(),
            self._entries.memory(),
            self._drains.memory(),
            adverts,
            clocks,
            instances,
            flapping,
        )
        names = ("problems", "real_servers", "drains", "adverts", "clocks", "vrrp", "flapping")
        return dict(zip(names, parts, strict=True))

    def recall(self, memory: Mapping[str, Any]) -> None:
        """Take in what `memory` returned, after the messages; `view` was called once since."""
        self._problems.recall(memory["problems"])
        self._entries.recall(memory["real_servers"])
        self._drains.recall(memory["drains"])
        self._problems.flapping.recall(memory.get("flapping", ()))
        for director in self._directors:
            director.adverts.recall(memory["adverts"].get(director.name, ()))
            director.instances.recall(memory.get("vrrp", {}).get(director.name, ()))
            if clocks := memory.get("clocks", {}).get(director.name):
                director.clock_shift = clocks[0]
                director.clock.recall(clocks[1:])
        self.changes += 1

    @property
    def unsettled(self) -> bool:
        """Return True while time alone will change what a view shows: it holds back what may be normal for a moment."""
        return self._problems.hidden or self._entries.unsettled or self._undecided

    @property
    def drain_steps(self) -> int:
        """Return how often a view saw another number of connections left on what is drained."""
        return self._drains.steps

    def tick(self, now: float) -> None:
        """Take in that time went by: figures become stale, what lasts is told. Call it a few times a second."""
        self._complete()
        self._now = now
        self._keep_series()
        for director in self._directors:
            director.link.tick(now)
            if director.link.state is not self._links[director.name]:
                self._observe(director.name, now)
        if self.unsettled:
            for director in self._directors:
                self._events.observe(director, now, now + self._shift)
            self.changes += 1

    def work(self, now: float, wall: float) -> ClusterView | None:
        """Work out a piece of the next view, some milliseconds long, as of now: None until it is there."""
        if self._finishing is None and self._made is None:
            if self._drift.work() and self._entries.work(now, wall):
                self._finishing = self._finish(now, wall, self._entries.views(now, wall, finish=False))
            return None
        made, self._made = self._made, None
        return made if self._finishing is None else self._finish_piece(self._finishing)

    def _finish_piece(self, finishing: Generator[None, None, ClusterView]) -> ClusterView | None:
        """Work out a piece of what else a view shows. Return it when that was the last one."""
        try:
            next(finishing)
        except StopIteration as made:
            self._finishing = None
            view: ClusterView = made.value
            self._keep_series()  # now: another view may be made before the next tick
            return view
        return None

    def _complete(self) -> None:
        """Finish a view that is half worked out: what is taken in from now on is for the next one."""
        while self._finishing is not None:
            self._made = self._finish_piece(self._finishing)

    def view(self, now: float, wall: float) -> ClusterView:
        """Return all that is known, as of now, worked out at once."""
        self._complete()
        self._made = None
        self._finishing = self._finish(now, wall, self._entries.views(now, wall))
        while (view := self.work(now, wall)) is None:
            pass
        return view

    def _finish(
        self, now: float, wall: float, servers: tuple[VirtualServerView, ...]
    ) -> Generator[None, None, ClusterView]:
        """Work out what else a view shows, of these virtual servers."""
        self._now, self._shift, self._viewed = now, wall - now, now
        transitions = self._entries.transitions()
        self._drains.note(transitions)
        self._events.real_servers(transitions, now, wall)
        for quorum in self._entries.quorum_transitions():
            self._events.quorum(quorum, Clocks(self.director(quorum.director), now, wall))
        directors = with_safety([shown.show(director, now, wall, self._directors) for director in self._directors])
        self._undecided = any(
            instance.state is None and director.keepalived.running is not False
            for director in directors
            for instance in director.vrrp
        )
        yield
        drains, over = self._drains.show(servers, directors, now)
        for drain in over:
            self._events.drained(drain, wall)
        yield
        flapping = self._problems.flapping.after(transitions, now)
        found = find(self._directors, directors, servers, wall, self._drift.files(), flapping)
        problems = self._problems.show(chain(found, overdue(drains, wall)), now, wall)
        return ClusterView(wall, directors, servers, problems, self._events.events, drains)

    def awaited(self, view: ClusterView) -> bool:
        """Return True while time alone may show another problem or state than `view`, the last one."""
        return self._problems.hidden or self._entries.unsettled or adverts_awaited(view.directors)

    def detail(
        self, virtual_server: str, real_server: str, view: ClusterView, over: PlotRange | None = None
    ) -> real_server_view.RealServerDetail:
        """Return all that is known of one real server, beside `view`, the last one; its series `over` that time."""
        pairs = zip(self._directors, view.directors, strict=True)
        sides = [(one, seen, self._configurations.show(one)) for one, seen in pairs]
        self._extend_series()
        server = next((one for one in view.virtual_servers if one.id == virtual_server), None)
        series = self._series.view(virtual_server, real_server, self._viewed, over)
        return real_server_view.detail((virtual_server, real_server), sides, server, view.events, series, self._viewed)

    def director_page(self, name: str, view: ClusterView) -> director_page.DirectorPage:
        """Return all that is known of one Director, beside `view`, the last one."""
        return director_page.page(name, list(zip(self._directors, view.directors, strict=True)), self._tracked)

    def virtual_server_page(self, virtual_server: str, view: ClusterView) -> virtual_server_page.VirtualServerPage:
        """Return all that is known of one virtual server, beside `view`, the last one."""
        self._extend_series()
        sides = list(zip(self._directors, view.directors, strict=True))
        server = next((one for one in view.virtual_servers if one.id == virtual_server), None)
        return virtual_server_page.page(virtual_server, sides, server, self._series, self._viewed)

    def configurations(self) -> tuple[ShownConfiguration, ...]:
        """Return each Director's files, as they are shown."""
        return tuple(self._configurations.show(director) for director in self._directors)

    def differences(self, view: ClusterView) -> tuple[Difference, ...]:
        """Return what differs and should not: between the files, then in the kernels of `view`, the last one."""
        return (*self._drift.files(), *self._drift.kernels(view.virtual_servers, self._entries.inventory))

    def topology(self, view: ClusterView) -> topology_view.Topology:
        """Return the picture of `view`, the last one."""
        return topology_view.draw(self._directors, view, self._drawings)

    def sample_request(self, name: str, virtual_server: str, real_server: str, nonce: int) -> SampleConnections:
        """Return what to ask a Director for a sample of connections. Raises SampleRefused."""
        return connection_view.request(self.director(name), virtual_server, real_server, nonce)

    def configuration(self, name: str) -> keepalived.Configuration | None:
        """Return a Director's configuration as far as it could be read: its include patterns may still have to be asked for."""
        return self.director(name).partial_configuration

    def facts(self, name: str) -> Facts:
        """Return what a plan needs to know of a Director, as of the last that was heard of any."""
        director = self.director(name)
        return gathered(director, shown.show(director, self._now, self._now + self._shift), self._tracked.of(director))

    def _keep_series(self) -> None:
        """Let the series go on though nobody looks at them now."""
        self._extend_series()

    def _extend_series(self) -> None:
        """Add to the series a part of what the last view showed."""
        self._series.note(self._entries.changed(_MOST_NOTED), self._viewed)
        self._series.forget(self._entries.gone())

    def director(self, name: str) -> Director:
        """Return all that one Director's agents have told."""
        return self._directors[self._numbers[name]]

    def _observe(self, name: str, now: float) -> None:
        director = self.director(name)
        self._now = now
        self.changes += 1
        self._events.observe(director, now, now + self._shift)
        if director.link.state is not self._links[name]:
            self._links[name] = director.link.state
            self._entries.everything()
