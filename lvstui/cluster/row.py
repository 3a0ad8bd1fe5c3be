"""One real server of one virtual server, worked out of what its Directors show, and what takes time to tell of it.

A mismatch is DRIFT only when it lasts, because a kernel is read after the daemon acted; a drained server is DRAINED only
when it is quiet in two samples in a row.

Not for: which state means what (see `health`), nor which rows there are (see `layout`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lvstui.cluster import health
from lvstui.cluster.director import Director
from lvstui.cluster.health import DOWN, DRAINED, DRAINING, DRIFT, UNKNOWN, UP, Ground
from lvstui.cluster.layout import Place
from lvstui.cluster.rates import Rate
from lvstui.cluster.text import plain
from lvstui.cluster.verdicts import ServerKey
from lvstui.cluster.view import DrainedView, Figures, LinkState, RealServerState, RealServerView
from lvstui.director.messages import RealServer

DRIFT_LASTS = 2.0  # seconds; longer than a reload takes to reach the kernel and a sample to show it
_NEVER = float("-inf")
_tuple = tuple.__new__  # half the time of a NamedTuple's own; where thousands are made at each tick


@dataclass(frozen=True, slots=True)
class Transition:
    """A real server's state or weight became another on a Director."""

    director: str
    key: ServerKey
    before: RealServerState
    after: RealServerState
    weights: tuple[int | None, int | None]  # in the kernel, before and after
    reason: str | None


@dataclass(slots=True)
class Part:
    """A row on one Director."""

    place: Place
    drained: DrainedView | None
    figures: Figures | None = None
    told: Figures | None = None  # the last ones whose state was known
    drift_since: float | None = None
    quiet_since: int | None = None  # number of the sample
    quiet_at: int | None = None  # the connections that it had had by then


class Row:
    def __init__(self, key: ServerKey) -> None:
        self.key = key
        self.udp = False
        self.parts: list[Part] = []  # one per Director, in their order
        self.view: RealServerView | None = None
        self.unsettled = False  # will time alone change it
        self._drift_since: float | None = None

    @property
    def firm(self) -> bool:
        """Is it UP everywhere, which a newer file or a daemon that is gone does not change?"""
        return not self.unsettled and self.view is not None and self.view.state is UP

    def place(self, places: Sequence[Place], *, udp: bool) -> bool:
        """Where the Directors have it now. Does that make it another?"""
        if not self.parts:
            self.udp = udp
            self.parts = [Part(place, _drained(place)) for place in places]
            return True
        other, self.udp = udp != self.udp, udp
        for part, place in zip(self.parts, places, strict=True):
            if place is not part.place:
                other = other or _meant(place) != _meant(part.place)
                part.place, part.drained = place, _drained(place)
        return other

    def work_out(
        self, directors: Sequence[Director], grounds: Sequence[Ground], now: float, wall: float
    ) -> list[Transition] | None:
        """Work it out again. None: it looks the same; otherwise what happened to it, often nothing but new figures."""
        happened: list[Transition] = []
        changed = self.view is None
        self.unsettled = False
        managed = any(part.place.configured is not None for part in self.parts)
        for director, part, ground in zip(directors, self.parts, grounds, strict=True):
            if not managed and not part.place.keys:
                changed = changed or part.figures is not None
                part.figures = part.told = None  # neither there nor expected there
                continue
            figures = self._settled(part, self._figures(director, part, ground), ground, now)
            if figures != part.figures:
                changed = True
                happened += self._transit(director, part, figures)
        state = self._agreed(health.worst([part.figures.state for part in self.parts if part.figures is not None]), now)
        if not changed and self.view is not None and self.view.state is state and state is not DOWN:
            return None
        self.view = self._view(directors, state, wall)
        return happened

    def refresh(self, number: int, director: Director, found: RealServer, rate: Rate | None) -> bool:
        """Take in new figures of a row that is and stays UP on that Director: what nearly all changes are.

        False, and nothing is done, when it takes more than that.
        """
        part, view = self.parts[number], self.view
        old = part.figures
        if old is None or view is None or self.unsettled or old.state is not UP or old.kernel_weight != found[3]:
            return False
        if len(part.place.keys) != 1 or not director.table.counters:
            return False
        cps, in_bps, out_bps = (None, None, None) if rate is None else rate
        part.figures = part.told = _tuple(
            Figures,
            (
                UP, old[1], old[2], old[3], found[6], found[7], found[8], found[9], found[12], found[13],
                cps, in_bps, out_bps, old[13],
            ),
        )  # fmt: skip
        figures = {**view.directors, director.name: part.figures}
        self.view = _tuple(RealServerView, (view[0], view[1], view[2], view[3], view[4], figures))
        return True

    def _figures(self, director: Director, part: Part, ground: Ground) -> Figures:
        place, table = part.place, director.table
        configured = place.configured if ground.configured else None
        wanted = None if configured is None else configured.weight
        verdict = director.verdicts.get(self.key)
        alive = None if verdict is None else verdict.alive
        found: RealServer | None = None
        uniform, rate = True, None
        if ground.figures and len(place.keys) == 1:
            destination = table.find(*place.keys[0])
            if destination is not None:
                found, rate = destination.row, director.rates.get(destination)
        elif ground.figures and place.keys:
            found, uniform, rate = _added(director, place)
        state = health.judge(ground, configured, None if found is None else found[3], uniform, verdict)
        if found is None:
            nothing = None
            return Figures(
                state, wanted, None, alive, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing,
                part.drained,
            )  # fmt: skip
        _, _, _, weight, _, _, active, inactive, persistent, connections, _, _, in_bytes, out_bytes = found
        if not table.counters:
            return Figures(
                state, wanted, weight, alive, active, inactive, persistent, None, None, None, None, None, None, part.drained
            )  # fmt: skip
        connections_per_s, in_bps, out_bps = (None, None, None) if rate is None else rate
        return Figures(
            state, wanted, weight, alive, active, inactive, persistent, connections, in_bytes, out_bytes,
            connections_per_s, in_bps, out_bps, part.drained,
        )  # fmt: skip

    def _settled(self, part: Part, figures: Figures, ground: Ground, now: float) -> Figures:
        """With the state that time makes of it."""
        state = figures.state
        if state is not DRIFT:
            part.drift_since = None
        elif part.figures is not None and part.figures.state not in (DRIFT, UNKNOWN):
            part.drift_since = now if part.drift_since is None else part.drift_since
            if now - part.drift_since < DRIFT_LASTS:
                state, self.unsettled = part.figures.state, True
        if figures.state is DRAINING and health.quiet(figures, udp=self.udp):
            if part.quiet_since is None or part.quiet_at != figures.connections:  # a new one came, and went
                part.quiet_since, part.quiet_at = ground.samples, figures.connections
            part.quiet_since = min(part.quiet_since, ground.samples)
            quiet = ground.samples > part.quiet_since
            state, self.unsettled = (DRAINED, self.unsettled) if quiet else (DRAINING, True)
        else:
            part.quiet_since = None
        return figures if state is figures.state else figures._replace(state=state)

    def _transit(self, director: Director, part: Part, figures: Figures) -> list[Transition]:
        part.figures = figures
        if figures.state is UNKNOWN:
            return []
        told, part.told = part.told, figures
        if told is None or (told.state is figures.state and told.kernel_weight == figures.kernel_weight):
            return []
        why = health.reason(director.name, figures, director.verdicts.get(self.key), director.running)
        weights = (told.kernel_weight, figures.kernel_weight)
        return [Transition(director.name, self.key, told.state, figures.state, weights, why)]

    def _agreed(self, state: RealServerState, now: float) -> RealServerState:
        """The state of the row, when the files may disagree on the weight."""
        weights = {part.figures.configured_weight for part in self.parts if part.figures is not None} - {None}
        if len(weights) < 2:
            self._drift_since = None
            return state
        if self._drift_since is None:
            self._drift_since = _NEVER if self.view is None else now
        if now - self._drift_since < DRIFT_LASTS:
            self.unsettled = True
            return state
        return max(state, DRIFT, key=health.GRAVITY.__getitem__)

    def _view(self, directors: Sequence[Director], state: RealServerState, wall: float) -> RealServerView:
        old = self.view
        since = None if old is None or old.state is UNKNOWN else (old.since if old.state is state else wall)
        if state is DOWN:
            told = [director.verdicts.get(self.key) for director, _ in self._in_state(directors, DOWN)]
            times = [verdict.since for verdict in told if verdict is not None and verdict.since is not None]
            since = min(times, default=since)
        reason = None if state is UP else self._reason(directors, state)
        figures = {
            director.name: part.figures
            for director, part in zip(directors, self.parts, strict=True)
            if part.figures is not None
        }
        return RealServerView(self.key[1], self.key[0], state, reason, since, figures)

    def _reason(self, directors: Sequence[Director], state: RealServerState) -> str | None:
        for director, figures in self._in_state(directors, state):
            why = health.reason(director.name, figures, director.verdicts.get(self.key), director.running)
            if why is not None:
                return why
        if state is not DRIFT:
            return None
        weights = (
            f"{part.place.configured.weight} on {director.name}"
            for director, part in zip(directors, self.parts, strict=True)
            if part.place.configured is not None
        )
        return f"the files disagree: weight {', '.join(weights)}"

    def _in_state(self, directors: Sequence[Director], state: RealServerState) -> Iterator[tuple[Director, Figures]]:
        for director, part in zip(directors, self.parts, strict=True):
            if part.figures is not None and part.figures.state is state:
                yield director, part.figures


def ground(director: Director) -> Ground:
    """What all rows of a Director stand on, now."""
    lost = director.link.state is LinkState.LOST
    return Ground(
        figures=director.table.error is None and not lost,
        configured=director.loaded.whole is not None and not lost,
        pending=director.pending,
        running=director.running,
        samples=director.table.samples,
    )


def _meant(place: Place) -> tuple[object, ...]:
    """All of it that a row is worked out from."""
    configured = place.configured
    if configured is None:
        return (place.keys,)
    return place.keys, configured.weight, configured.inhibit_on_failure, configured.drained


def _drained(place: Place) -> DrainedView | None:
    if place.configured is None or place.configured.drained is None:
        return None
    told = place.configured.drained
    return DrainedView(told.weight, plain(told.when, 40), plain(told.by, 80), plain(told.reason))


def _added(director: Director, place: Place) -> tuple[RealServer | None, bool, Rate | None]:
    """The rows of all services of a group as one, are their weights the same, and their rates together."""
    found = [one for one in (director.table.find(*key) for key in place.keys) if one is not None]
    there = [one.row for one in found if one.row is not None]
    if not there:
        return None, True, None
    rates = [rate for rate in map(director.rates.get, found) if rate is not None]
    sums = [sum(values) for values in zip(*(row[6:] for row in there), strict=True)]
    uniform = len(there) == len(place.keys) and len({row.weight for row in there}) == 1
    rate = Rate(*(sum(values) for values in zip(*rates, strict=True))) if rates else None
    return RealServer(*there[0][:6], *sums), uniform, rate
