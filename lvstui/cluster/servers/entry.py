"""Follow one real server of one virtual server: what its Directors show of it, and what takes time to tell.

A mismatch is DRIFT only when it lasts, because a kernel is read after the daemon acted, and a change reaches one Director after
the other; a drained server is DRAINED only when it is quiet in two samples in a row.

Not for: which state means what (see `states`), nor which entries there are (see `inventory`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lvstui.cluster.observed.checkers.verdicts import ServerKey
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.rates import Rate
from lvstui.cluster.servers import states
from lvstui.cluster.servers.director_figures import drained_view, figures_of, meaning, refreshed
from lvstui.cluster.servers.inventory import ServerPlacement
from lvstui.cluster.servers.states import DOWN, DRAINED, DRAINING, DRIFT, NO_QUORUM, UNKNOWN, UP, DirectorContext
from lvstui.cluster.view import DrainedView, Figures, RealServerState, RealServerView, ServerTurn
from lvstui.director.protocol.ipvs_messages import RealServer

DRIFT_LASTS = 2.0  # seconds; longer than a reload takes to reach the kernel and a sample to show it
CHANGE_LASTS = 15.0  # seconds; a drain reaches one Director after the other
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Transition:
    """A real server's state or weight became another on a Director."""

    director: str
    key: ServerKey
    before: RealServerState
    after: RealServerState
    weights: tuple[int | None, int | None]  # in the kernel, before and after
    reason: str | None
    since: float | None = None  # operator's wall clock, where keepalived says when; otherwise a sample shows it
    drained: str | None = None  # by whom and why, where a drain has made the weight 0

    @property
    def turn(self) -> ServerTurn | None:
        """Return whether it went DOWN or came back; None: neither. What was not known before is no change."""
        if (self.before is DOWN) is (self.after is DOWN) or UNKNOWN in (self.before, self.after):
            return None
        return ServerTurn.DOWN if self.after is DOWN else ServerTurn.UP


@dataclass(slots=True)
class DirectorEntry:
    """A row on one Director."""

    place: ServerPlacement
    drained: DrainedView | None
    figures: Figures | None = None
    told: Figures | None = None  # the last ones whose state was known
    found_empty: bool = False  # at weight 0 and with nothing on it, ever since it was first seen
    drift_since: float | None = None
    quiet_since: int | None = None  # number of the sample
    quiet_at: int | None = None  # the connections that it had had by then


class RealServerEntry:
    """A real server of a virtual server, on all Directors."""

    def __init__(self, key: ServerKey) -> None:
        self.key = key
        self.udp = self.persistent = False  # its virtual server
        self.parts: list[DirectorEntry] = []  # one per Director, in their order
        self.view: RealServerView | None = None
        self.unsettled = False  # will time alone change it
        self._drift_since: float | None = None
        self._half_drained = False

    @property
    def firm(self) -> bool:
        """Return True if it is UP everywhere, which a newer file or a daemon that is gone does not change."""
        return not self.unsettled and self.view is not None and self.view.state is UP

    def place(self, places: Sequence[ServerPlacement], *, udp: bool, persistent: bool) -> bool:
        """Take in where the Directors have it now. Return True if that makes it another."""
        other = (udp, persistent) != (self.udp, self.persistent)
        self.udp, self.persistent = udp, persistent
        if not self.parts:
            self.parts = [DirectorEntry(place, drained_view(place)) for place in places]
            return True
        for part, place in zip(self.parts, places, strict=True):
            if place is not part.place:
                other = other or meaning(place) != meaning(part.place)
                part.place, part.drained = place, drained_view(place)
        return other

    def looks(self, contexts: Sequence[DirectorContext]) -> list[list[int | None] | None]:
        """Return for each Director how many samples ago it was first seen empty, and its connections so far; None: it is not."""
        return [
            None if part.quiet_since is None else [context.samples - part.quiet_since, part.quiet_at]
            for part, context in zip(self.parts, contexts, strict=True)
        ]

    def recall_looks(self, looks: Iterable[Sequence[int] | None], contexts: Sequence[DirectorContext]) -> None:
        """Take in what `looks` returned: work it out again then."""
        for part, look, context in zip(self.parts, looks, contexts, strict=True):
            if look is not None and part.quiet_since is not None:
                part.quiet_since, part.quiet_at = context.samples - look[0], look[1]

    def work_out(
        self, directors: Sequence[Director], contexts: Sequence[DirectorContext], now: float, wall: float
    ) -> list[Transition] | None:
        """Work it out again. None: it looks the same; otherwise what happened to it, often nothing but new figures."""
        happened: list[Transition] = []
        changed = self.view is None
        self.unsettled = False
        managed = any(part.place.configured is not None for part in self.parts)
        for director, part, context in zip(directors, self.parts, contexts, strict=True):
            if not managed and not part.place.keys:
                changed = changed or part.figures is not None
                part.figures = part.told = None  # neither there nor expected there
                continue
            figures = self._settled(
                part, figures_of(self.key, director, part.place, part.drained, context), context, now
            )
            if figures != part.figures:
                changed = True
                happened += self._transit(director, part, figures)
        state = self._agreed([part.figures.state for part in self.parts if part.figures is not None], now)
        if not changed and self.view is not None and self.view.state is state and state not in (DOWN, NO_QUORUM):
            return None
        self.view = self._view(directors, state, wall)
        return happened

    def refresh(self, number: int, director: Director, found: RealServer, rate: Rate | None) -> bool:
        """Take in new figures of a row that is and stays UP on that Director: what nearly all changes are.

        False, and nothing is done, when it takes more than that.
        """
        part, view = self.parts[number], self.view
        old = part.figures
        if old is None or view is None or self.unsettled or old.state is not UP or old.kernel_weight != found.weight:
            return False
        if len(part.place.keys) != 1 or not director.table.counters:
            return False
        part.figures = part.told = refreshed(old, found, rate)
        figures = {**view.directors, director.name: part.figures}
        self.view = RealServerView(view.id, view.virtual_server, view.state, view.reason, view.since, figures)
        return True

    def _settled(self, part: DirectorEntry, figures: Figures, context: DirectorContext, now: float) -> Figures:
        """Return the figures with the state that time makes of it."""
        state = figures.state
        if state is not DRIFT:
            part.drift_since = None
        elif part.figures is not None and part.figures.state not in (DRIFT, UNKNOWN):
            part.drift_since = now if part.drift_since is None else part.drift_since
            if now - part.drift_since < DRIFT_LASTS:
                state, self.unsettled = part.figures.state, True
        if figures.state is DRAINING and states.quiet(figures, udp=self.udp, persistent=self.persistent):
            if part.quiet_since is None or part.quiet_at != figures.connections:  # a new one came, and went
                part.quiet_since, part.quiet_at = context.samples, figures.connections
            part.quiet_since = min(part.quiet_since, context.samples)
            quiet = context.fresh and context.samples > part.quiet_since
            state, self.unsettled = (DRAINED, self.unsettled) if quiet else (DRAINING, True)
        else:
            part.quiet_since = None
        return figures if state is figures.state else figures._replace(state=state)

    def _transit(self, director: Director, part: DirectorEntry, figures: Figures) -> list[Transition]:
        part.figures = figures
        if figures.state is UNKNOWN:
            return []
        told, part.told = part.told, figures
        found_empty = part.found_empty
        still = states.quiet(figures, udp=self.udp, persistent=self.persistent)
        part.found_empty = figures.state is DRAINING and still and (told is None or found_empty)
        if told is None or (told.state is figures.state and told.kernel_weight == figures.kernel_weight):
            return []
        if found_empty and figures.state is DRAINED:
            return []  # it was so when it was first seen: nothing has ended
        why = self._why(director, part, figures)
        weights = (told.kernel_weight, figures.kernel_weight)
        other = told.state is not figures.state and (DOWN in (told.state, figures.state) or figures.state is NO_QUORUM)
        since = _told(director, self.key, figures.state) if other else None
        drained = None if figures.kernel_weight != 0 or part.drained is None else states.drained_by(part.drained)
        return [Transition(director.name, self.key, told.state, figures.state, weights, why, since, drained)]

    def _agreed(self, shown: Sequence[RealServerState], now: float) -> RealServerState:
        """Return the state of all Directors together, which may disagree on the weight."""
        state, self._half_drained = states.combined(shown), states.half_drained(shown)
        weights = {part.figures.configured_weight for part in self.parts if part.figures is not None} - {None}
        if len(weights) < 2 and not self._half_drained:
            self._drift_since = None
            return state
        if self._drift_since is None:
            self._drift_since = _NEVER if self.view is None else now
        if now - self._drift_since < (CHANGE_LASTS if self._half_drained else DRIFT_LASTS):
            self.unsettled = True
            return state
        return max(state, DRIFT, key=states.GRAVITY.__getitem__)

    def _view(self, directors: Sequence[Director], state: RealServerState, wall: float) -> RealServerView:
        old = self.view
        since = None if old is None or old.state is UNKNOWN else (old.since if old.state is state else wall)
        if state in (DOWN, NO_QUORUM):
            told = [_told(director, self.key, state) for director, _, _ in self._in_state(directors, state)]
            since = min((one for one in told if one is not None), default=since)
        odd = state is not UP or any(
            part.figures is not None and not part.figures.configured_weight for part in self.parts
        )
        reason = self._reason(directors, state) if odd else None
        figures = {
            director.name: part.figures
            for director, part in zip(directors, self.parts, strict=True)
            if part.figures is not None
        }
        return RealServerView(self.key[1], self.key[0], state, reason, since, figures)

    def _reason(self, directors: Sequence[Director], state: RealServerState) -> str | None:
        if self._half_drained and state is DRAINING:
            return self._disagreement(directors, being_changed=True)
        for director, part, figures in self._in_state(directors, state):
            why = self._why(director, part, figures)
            if why is not None:
                return why
        if state is not DRIFT:
            return None
        return self._disagreement(directors, being_changed=False)

    def _disagreement(self, directors: Sequence[Director], *, being_changed: bool) -> str:
        weights = [
            (director.name, part.figures.configured_weight, part.figures.kernel_weight)
            for director, part in zip(directors, self.parts, strict=True)
            if part.figures is not None
        ]
        return states.disagreement(weights, being_changed=being_changed)

    def _why(self, director: Director, part: DirectorEntry, figures: Figures) -> str | None:
        verdict = director.verdicts.get(self.key)
        return states.reason(director.name, figures, verdict, director.running, part.place.configured)

    def _in_state(
        self, directors: Sequence[Director], state: RealServerState
    ) -> Iterator[tuple[Director, DirectorEntry, Figures]]:
        for director, part in zip(directors, self.parts, strict=True):
            if part.figures is not None and part.figures.state is state:
                yield director, part, part.figures


def _told(director: Director, key: ServerKey, state: RealServerState) -> float | None:
    """Return when its keepalived says that it has come to that state, or back from DOWN."""
    told = director.quorums.get(key[0]) if state is NO_QUORUM else director.verdicts.get(key)
    return None if told is None else told.since
