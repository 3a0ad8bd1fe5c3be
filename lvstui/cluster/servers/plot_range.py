"""Hold the times that a plot can show, and how many points each has."""

from __future__ import annotations

from enum import IntEnum


class PlotRange(IntEnum):
    """The time that a plot shows, in seconds."""

    MINUTE = 60
    FIVE_MINUTES = 300
    HOUR = 3600
    DAY = 86400

    @property
    def step(self) -> float:
        """Return the seconds for which a point stands."""
        return _STEPS[self]

    @property
    def points(self) -> int:
        """Return the number of points of the whole range."""
        return int(self / _STEPS[self])

    @property
    def label(self) -> str:
        """Return it as an operator writes it."""
        return {60: "1 min", 300: "5 min", 3600: "1 h", 86400: "24 h"}[int(self)]

    @property
    def next(self) -> PlotRange:
        """Return the next longer one; after the longest comes the shortest."""
        every = list(PlotRange)
        return every[(every.index(self) + 1) % len(every)]


_STEPS = {PlotRange.MINUTE: 1.0, PlotRange.FIVE_MINUTES: 5.0, PlotRange.HOUR: 60.0, PlotRange.DAY: 900.0}
