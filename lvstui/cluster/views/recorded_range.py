"""Hold what is known of the whole range of a cluster's recordings: when there is one, connections per second, where events are.

Moments are wall-clock times, in seconds since the epoch. Not for: what was on the screens at one of them (see `view`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from lvstui.cluster.view import Severity

_SAME = 0.01  # seconds: two moments that are nearer are one


class Span(NamedTuple):
    """A time over which there is a recording."""

    began: float
    ended: float


class RatePoint(NamedTuple):
    """New connections per second over the seconds before a moment, on all Directors together."""

    wall: float
    value: float


class EventMark(NamedTuple):
    """Tell when an event was first on the screen."""

    wall: float
    severity: Severity


@dataclass(frozen=True)
class RecordedRange:
    """The whole range. There is a recording at one moment at least."""

    spans: tuple[Span, ...]  # oldest first, apart from each other
    rates: tuple[RatePoint, ...] = ()  # oldest first
    marks: tuple[EventMark, ...] = ()  # oldest first

    @property
    def began(self) -> float:
        """Return the first moment."""
        return self.spans[0].began

    @property
    def ended(self) -> float:
        """Return the last moment."""
        return self.spans[-1].ended

    def has(self, wall: float) -> bool:
        """Return True if there is a recording of a moment."""
        return any(span.began - _SAME <= wall <= span.ended + _SAME for span in self.spans)

    def nearest(self, wall: float) -> float:
        """Return the moment of which there is a recording that is nearest to a moment."""
        inside = [min(max(wall, span.began), span.ended) for span in self.spans]
        return min(inside, key=lambda one: abs(one - wall))

    def stepped(self, wall: float, seconds: float) -> float:
        """Return the moment so many seconds later, or earlier where they are negative.

        A time without a recording is passed over.
        """
        there = wall + seconds
        if self.has(there):
            return there
        if seconds > 0:
            return next((span.began for span in self.spans if span.began >= there), self.ended)
        return next((span.ended for span in reversed(self.spans) if span.ended <= there), self.began)

    def mark_after(self, wall: float) -> EventMark | None:
        """Return the next event after a moment; None: there is none."""
        number = bisect_right(self.marks, wall + _SAME, key=lambda mark: mark.wall)
        return self.marks[number] if number < len(self.marks) else None

    def mark_before(self, wall: float) -> EventMark | None:
        """Return the last event before a moment; None: there is none."""
        number = bisect_left(self.marks, wall - _SAME, key=lambda mark: mark.wall)
        return self.marks[number - 1] if number else None
