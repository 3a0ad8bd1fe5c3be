"""The cluster's state: link events and messages in, a clock beside them; the view, and facts for a plan, out.

`now` is the console's monotonic clock, `wall` the operator's wall clock, both in seconds; between two calls that give both,
the wall clock is taken to run as the monotonic one does.

Not for: connecting (see `session`), nor deciding what may be changed (see `plan`).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import chain

from lvstui import keepalived
from lvstui.cluster import detail, drift, sampling, topology
from lvstui.cluster import directors as shown
from lvstui.cluster.configuration import Reading
from lvstui.cluster.configurations import Configurations, ShownConfiguration
from lvstui.cluster.course import Courses
from lvstui.cluster.difference import Difference
from lvstui.cluster.director import Director
from lvstui.cluster.drain import Drains, overdue
from lvstui.cluster.events import Events
from lvstui.cluster.facts import Connections, Facts
from lvstui.cluster.findings import find
from lvstui.cluster.problems import Problems
from lvstui.cluster.rows import Rows
from lvstui.cluster.text import plain
from lvstui.cluster.view import ClusterView, EventView, LinkState, VirtualServerView
from lvstui.director.messages import FromAgent, SampleConnections

_MOST_NOTED = 2_000  # real servers, a few milliseconds; those that are left are noted a tenth of a second later


class ClusterState:
    """All Directors. `changes` grows with everything that may make the view another."""

    def __init__(self, names: Sequence[str], now: float, wall: float, *, interval: float = 1.0) -> None:
        self.changes = 0
        self._directors = [Director(name, interval) for name in names]
        self._numbers = {name: number for number, name in enumerate(names)}
        self._links = {director.name: director.link.state for director in self._directors}
        self._rows = Rows(self._directors)
        self._drains = Drains()
        self._problems = Problems()
        self._events = Events()
        self._courses = Courses(now)
        self._viewed = now
        self._finishing: Generator[None, None, ClusterView] | None = None  # the view of a round that is over
        self._configurations = Configurations()
        self._drawings = topology.Drawings()
        self._drift = drift.Drift(self._directors)
        self._now = now
        self._shift = wall - now
        self._undecided = False

    def pace(self, interval: float) -> None:
        """Samples are now so many seconds apart."""
        for director in self._directors:
            director.link.interval = interval

    def connecting(self, name: str, now: float, retry_in: float | None = None) -> None:
        """An attempt to connect begins, or the next one is due in `retry_in` seconds."""
        self._director(name).link.connecting(now, retry_in)
        self._observe(name, now)

    def connected(self, name: str, privilege: str, now: float) -> None:
        self._director(name).link.connected(privilege, now)
        self._observe(name, now)

    def failed(self, name: str, reason: str, hint: str, *, permanent: bool, retry_in: float | None, now: float) -> None:
        """There is no link, or not any more. `permanent`: it is not tried again by itself."""
        why = plain(f"{reason}; {hint}" if hint else reason)
        self._director(name).link.failed(why, permanent=permanent, retry_in=retry_in, now=now)
        self._observe(name, now)

    def latency(self, name: str, seconds: float) -> None:
        """The round trip to the agent was measured."""
        self._director(name).link.latency = seconds
        self.changes += 1

    def receive(self, name: str, message: FromAgent, now: float) -> None:
        """A message of a Director's agent arrived."""
        changed = self._director(name).receive(message, now, now + self._shift)
        self._rows.note(self._numbers[name], changed)
        self._observe(name, now)

    def reading(self, name: str, message: FromAgent) -> Reading | None:
        """What receiving that message would have to read, for who would rather have it read before, beside the loop."""
        return self._director(name).reading(message)

    def note(self, event: EventView) -> None:
        """Something that the operator did."""
        self._events.add(event)
        self.changes += 1

    def tick(self, now: float) -> None:
        """Time went by: figures become stale, what lasts is told. Call it a few times a second."""
        self._now = now
        self._take_the_courses_further()
        for director in self._directors:
            director.link.tick(now)
            if director.link.state is not self._links[director.name]:
                self._observe(director.name, now)
        if self._problems.hidden or self._rows.unsettled or self._undecided:
            for director in self._directors:
                self._events.observe(director, now, now + self._shift)
            self.changes += 1

    def work(self, now: float, wall: float) -> ClusterView | None:
        """Work out a piece of the next view, some milliseconds long, as of now: None until it is there."""
        if self._finishing is None:
            if self._drift.work() and self._rows.work(now, wall):
                self._finishing = self._finish(now, wall, self._rows.views(now, wall, finish=False))
            return None
        try:
            next(self._finishing)
        except StopIteration as made:
            self._finishing = None
            view: ClusterView = made.value
            return view
        return None

    def view(self, now: float, wall: float) -> ClusterView:
        """All that is known, as of now, worked out at once."""
        self._finishing = self._finish(now, wall, self._rows.views(now, wall))
        while (view := self.work(now, wall)) is None:
            pass
        return view

    def _finish(
        self, now: float, wall: float, servers: tuple[VirtualServerView, ...]
    ) -> Generator[None, None, ClusterView]:
        """What else a view shows, of these virtual servers."""
        self._now, self._shift, self._viewed = now, wall - now, now
        for happened in self._rows.transitions():
            self._events.real_server(happened, wall)
        directors = tuple([shown.show(director, now, self._directors) for director in self._directors])
        self._undecided = any(
            instance.state is None and director.keepalived.running is not False
            for director in directors
            for instance in director.vrrp
        )
        yield
        drains, safe = self._drains.show(servers, directors, now)
        for drain in safe:
            self._events.safe(drain, wall)
        yield
        found = chain(find(self._directors, directors, servers, self._drift.files()), overdue(drains, wall))
        problems = self._problems.show(found, now, wall)
        return ClusterView(wall, directors, servers, problems, self._events.events, drains)

    def detail(self, virtual_server: str, real_server: str, view: ClusterView) -> detail.RealServerDetail:
        """All that is known of one real server, beside `view`, the last one."""
        sides = [
            (director, seen, self._configurations.show(director))
            for director, seen in zip(self._directors, view.directors, strict=True)
        ]
        self._take_the_courses_further()
        server = next((one for one in view.virtual_servers if one.id == virtual_server), None)
        courses = self._courses.view(virtual_server, real_server, self._now)
        return detail.detail((virtual_server, real_server), sides, server, view.events, courses)

    def configurations(self) -> tuple[ShownConfiguration, ...]:
        """Each Director's files, as they are shown."""
        return tuple(self._configurations.show(director) for director in self._directors)

    def differences(self, view: ClusterView) -> tuple[Difference, ...]:
        """What differs and should not: between the files, then in the kernels of `view`, the last one."""
        return (*self._drift.files(), *self._drift.kernels(view.virtual_servers, self._rows.layout))

    def topology(self, view: ClusterView) -> topology.Topology:
        """The picture of `view`, the last one."""
        return topology.draw(self._directors, view, self._drawings)

    def sample_request(self, name: str, virtual_server: str, real_server: str, nonce: int) -> SampleConnections:
        """What to ask a Director for a sample of connections. Raises SampleRefused."""
        return sampling.request(self._director(name), virtual_server, real_server, nonce)

    def configuration(self, name: str) -> keepalived.Configuration | None:
        """A Director's configuration as far as it could be read: its include patterns may still have to be asked for."""
        return self._director(name).partial_configuration

    def facts(self, name: str) -> Facts:
        """What a plan needs to know of a Director, as of the last that was heard of any."""
        director = self._director(name)
        view = shown.show(director, self._now)
        live = view.state is LinkState.LIVE
        table = director.table if live and director.table.error is None else None
        rows = {} if table is None else {service: dict(some) for service, some in table.rows.items()}
        return Facts(
            name=name,
            live=live,
            error=view.error or (None if live else view.state.value),
            role=view.role,
            cannot_write=_cannot_write(director),
            keepalived=director.keepalived,
            files=director.files,
            configuration=director.configuration,
            pending=director.pending,
            weights=None if table is None else table.weights,
            active=Connections(rows, "active"),
            alive=director.alive(),
            vrrp={instance.name: instance.state for instance in view.vrrp},
            hostname=view.hostname or "",
            unfinished=view.unfinished,
            seen_alive=director.seen_alive(),
            inactive=Connections(rows, "inactive"),
            persistent=Connections(rows, "persistent"),
            sysctls={} if director.sysctls is None else dict(director.sysctls.values),
            loaded=director.loaded_files,
            reload_s=director.reloads.seconds,
        )

    def _take_the_courses_further(self) -> None:
        """By a part of what the last view showed."""
        self._courses.note(self._rows.changed(_MOST_NOTED), self._viewed)
        self._courses.forget(self._rows.gone())

    def _director(self, name: str) -> Director:
        return self._directors[self._numbers[name]]

    def _observe(self, name: str, now: float) -> None:
        director = self._director(name)
        self._now = now
        self.changes += 1
        self._events.observe(director, now, now + self._shift)
        if director.link.state is not self._links[name]:
            self._links[name] = director.link.state
            self._rows.everything()


def _cannot_write(director: Director) -> str | None:
    if director.link.privilege == "observer" or (director.hello is not None and not director.hello.root):
        why = [one.why for one in director.hello.missing if one.what == "writing"] if director.hello else []
        return why[0] if why else "only root can write there, and sudo asks for a password"
    return None
