"""Find when something happened: by the Director's clock that tells it, and by the operator's, with the offset as it is known now.

Nothing happened later than it was told: an offset that is not known well enough would say so otherwise.
Not for: how the offset is measured (see `clock_offset`).
"""

from __future__ import annotations

from typing import NamedTuple

from lvstui.cluster.event_kind import EventClock
from lvstui.cluster.observed.clock_tolerances import WHOLE_SECONDS
from lvstui.cluster.observed.director import Director


class EventTime(NamedTuple):
    """Tell when something happened."""

    wall: float  # the operator's wall clock
    clock: EventClock | None = None  # None: the operator's clock alone tells it


class Clocks(NamedTuple):
    """A Director's clock beside the console's two at this moment."""

    director: Director
    now: float
    wall: float

    def by_wall(self, at: float, *, early_s: float = 0.0, late_s: float = 0.0) -> EventTime:
        """Return when it was so by the Director's wall clock; it may have been that much earlier or later."""
        name, known = self.director.name, self.director.clock.of_wall(self.now, self.wall)
        if known is None:
            when, clock = self.director.wall(at), EventClock(name, at, None, None, early_s, late_s)
        else:
            when, clock = at - known[0], EventClock(name, at, *known, early_s, late_s)
        return EventTime(min(when, self.wall), clock)

    def by_monotonic(self, at: float, *, early_s: float = 0.0, late_s: float = 0.0) -> EventTime:
        """Return the same by its CLOCK_MONOTONIC."""
        return self.by_wall(at + self.director.clock.boot, early_s=early_s, late_s=late_s)

    def converted(self, since: float, *, logged: bool = True) -> EventTime:
        """Return the same of a time that was converted to the operator's clock when it came; `logged`: of a line of the log."""
        at = since - self.director.clock_shift
        log = self.director.log
        whole = (
            logged and log is not None and log.source not in ("", "journald")
        )  # a file of syslog has no more than seconds
        return self.by_wall(at, late_s=WHOLE_SECONDS if whole else 0.0)
