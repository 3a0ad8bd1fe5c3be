"""Decide which moment the screens show: the present, or one of the past that keys, the mouse or the time itself move.

Not for: what was at a moment (see `past_port`), nor how the bar is drawn (see `past.time_bar`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from textual.timer import Timer

from lvstui.cluster.moments import moment
from lvstui.cluster.view import ClusterView, Problem, Severity
from lvstui.cluster.views.recorded_range import RecordedRange
from lvstui.console.look.display import Display
from lvstui.console.moment.past_port import NoPast, OpenPast, PastPort
from lvstui.console.session_port import SessionPort

SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_FRAME = 0.25  # seconds between two moments that are played


class ShownConsole(Protocol):
    """The console, as far as its place in time needs it."""

    @property
    def shown_as(self) -> Display: ...
    def turn_to(self, session: SessionPort, view: ClusterView, *, past: bool) -> None:
        """Let every screen show another session."""

    def show_moment(self, view: ClusterView) -> None:
        """Let every screen show another view of the session that it has."""

    def draw_bars(self) -> None:
        """Let the time bar of every screen draw itself."""

    def sample_present(self, view: ClusterView) -> None:
        """Let what is kept of the present go on, though nobody sees it."""

    def tell(self, text: str) -> None: ...
    def work(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None: ...
    def every(self, seconds: float, call: Any) -> Timer: ...


@dataclass(frozen=True)
class PastSign:
    """Hold what a headline says of the past that is shown."""

    ago_s: float
    present: tuple[Problem, ...]  # that began in the present meanwhile, gravest first


class Playback:
    """The console's place in time."""

    def __init__(self, console: ShownConsole) -> None:
        self._console = console
        self._live: SessionPort | None = None  # that of the present; None: there is no present
        self._began: frozenset[str] = frozenset()  # problems of the present, when the past was entered
        self._present: ClusterView | None = None
        self._timer: Timer | None = None
        self._entering = self._refreshing = False
        self._end_subscription: Callable[[], None] = lambda: None
        self.past: PastPort | None = None
        """The past that is shown; None: it is the present."""
        self.bar = False
        """Is the time bar there."""
        self.at = 0.0
        """The moment that is gone to; the screens show it as soon as it is worked out."""
        self.speed = 1.0

    @property
    def away(self) -> bool:
        """Return True if the past is shown in the place of a present."""
        return self._live is not None

    @property
    def playing(self) -> bool:
        """Return True if the moment moves by itself."""
        return self._timer is not None

    @property
    def recorded(self) -> RecordedRange | None:
        """Return the whole range; None: the past is not shown."""
        return None if self.past is None else self.past.recorded

    def now(self) -> float:
        """Return the wall-clock time of the present."""
        return time.time() if self._present is None else self._present.wall

    def sign(self) -> PastSign | None:
        """Return what a headline says; None: the present is shown."""
        if self.past is None:
            return None
        known = () if self._present is None else self._present.problems
        new = [one for one in known if one.severity is not Severity.INFO and one.id not in self._began]
        return PastSign(self.now() - self.past.moment, tuple(new))

    # --- from the present to the past and back ---

    def opened(self, session: SessionPort) -> None:
        """Take in which session is open: of a recording, it is the past itself."""
        self.reset()
        if isinstance(session, PastPort):
            self.past = session
            self.go(session.moment)  # with what was before it

    def reset(self) -> None:
        """Forget everything: another cluster is opened, or none."""
        self._stop()
        self._end_subscription()
        self._end_subscription = lambda: None
        if self.past is not None and self._live is not None:
            self._console.work(self.past.leave)
        self.past = self._live = self._present = None
        self.bar = self._entering = False
        self.speed = 1.0

    async def enter(self, open_past: OpenPast | None, session: SessionPort, view: ClusterView) -> bool:
        """Open the time bar on the past of a session that shows this view. Return True if it is there."""
        if self.past is None:
            if self._entering:
                return False
            if open_past is None:
                self._console.tell("This is not recorded, so there is no past to go to.")
                return False
            self._entering = True
            try:
                past = await asyncio.to_thread(open_past)
            except NoPast as error:
                self._console.tell(f"There is no past to go to: {error}.")
                return False
            finally:
                self._entering = False
            self.past, self._live, self._present = past, session, view
            self._began = frozenset(problem.id for problem in view.problems)
            self._end_subscription = past.subscribe(self._moved)
            self.at = past.moment
            self.bar = True
            self._console.turn_to(past, past.view(), past=True)
            self.go(self.at)  # with what was before it
        self.bar = True
        self._console.draw_bars()
        return True

    def leave(self) -> None:
        """Close the time bar; where there is a present, return to it."""
        self._stop()
        live, past, view = self._live, self.past, self._present
        if live is None or past is None or view is None:
            self.bar = False
            self._console.draw_bars()
            return
        self.reset()
        self._console.turn_to(live, view, past=False)

    def present(self, view: ClusterView) -> None:
        """Take in a view of the present, while the past is shown; and what was recorded meanwhile."""
        self._present = view
        if self.past is not None:
            self._console.sample_present(view)
            self._moved()  # it is longer ago
            if not self._refreshing:
                self._console.work(partial(self._refresh, self.past))

    async def _refresh(self, past: PastPort) -> None:
        self._refreshing = True
        try:
            await past.refresh()
        finally:
            self._refreshing = False
        self._console.draw_bars()

    def _moved(self) -> None:
        if self.past is not None:
            self._console.show_moment(self.past.view())

    # --- the moment ---

    def go(self, wall: float) -> None:
        """Go to a moment; where nothing was recorded, to the nearest at which something was."""
        if self.past is not None:
            self.at = self.past.recorded.nearest(wall)
            self._console.draw_bars()
            self._console.work(partial(self._go, self.past, self.at))

    async def _go(self, past: PastPort, wall: float) -> None:
        reason = await past.go(wall)
        if reason is not None and past is self.past:
            self._console.tell(f"This moment cannot be shown: {reason}")

    def step(self, seconds: float) -> None:
        """Go so many seconds on, or back where they are negative."""
        if self.past is not None:
            self.go(self.past.recorded.stepped(self.at, seconds))

    def to_event(self, direction: int) -> None:
        """Go to the next event, or to the one before where the direction is negative."""
        if self.past is None:
            return
        known = self.past.recorded
        mark = known.mark_after(self.at) if direction > 0 else known.mark_before(self.at)
        if mark is None:
            self._console.tell("No later event." if direction > 0 else "No earlier event.")
        else:
            self.go(mark.wall)

    def typed(self, text: str) -> str | None:
        """Go to a moment as an operator writes it. Return what is wrong with it; None: nothing is."""
        if self.past is None:
            return None
        display = self._console.shown_as
        seen_from = self.past.recorded.ended if self._live is None else self.now()  # a file may be of another day
        try:
            wanted = moment(text, datetime.fromtimestamp(seen_from, UTC), display.zone).timestamp()
        except (ValueError, OverflowError) as error:
            return str(error)
        if not self.past.recorded.has(wanted):
            self._console.tell("Nothing was recorded then: this is the nearest recorded moment.")
        self.go(wanted)
        return None

    # --- the moment that moves by itself ---

    def play(self) -> None:
        """Let the time go on from the moment, or stop it."""
        if self.playing:
            self._stop()
        elif self.past is not None:
            self._timer = self._console.every(_FRAME, self._played)
        self._console.draw_bars()

    def faster(self, steps: int) -> None:
        """Play faster, or slower where it is negative."""
        number = min(max(SPEEDS.index(self.speed) + steps, 0), len(SPEEDS) - 1)
        self.speed = SPEEDS[number]
        self._console.draw_bars()

    def _played(self) -> None:
        before = self.at
        self.step(_FRAME * self.speed)
        if self.at <= before:
            self._stop()  # it is the end
            self._console.draw_bars()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
