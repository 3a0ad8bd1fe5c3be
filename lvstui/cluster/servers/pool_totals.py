"""Keep the sums of a large virtual server's figures, by what changes of it: to add all up for each picture takes too long.

Not for: the figures themselves, nor their past (see `series`).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import isnan, nan

FIGURES = 3  # of a real server: active and new connections, throughput
UNKNOWN = (nan,) * FIGURES


class PoolTotals:
    """The sums on one Director. `place` is where they stand, beside the figures that they are of."""

    def __init__(self, place: int) -> None:
        self.place = place
        self.lose()

    def lose(self) -> None:
        """Take in that nothing is known any more of what they are the sums of."""
        self._sums = [0.0] * FIGURES
        self._known = [0] * FIGURES

    def add(self, now: array[float], place: int) -> None:
        """Take in the figures that stand there."""
        for number in range(FIGURES):
            self._move(now, number, nan, now[place + number])

    def change(self, now: array[float], place: int, figures: Sequence[float]) -> None:
        """Put figures there in the place of others, and tell the sums; nan: not known."""
        for number, figure in enumerate(figures):
            before = now[place + number]
            now[place + number] = figure
            self._move(now, number, before, now[place + number])  # as it is kept: the sum loses nothing

    def _move(self, now: array[float], number: int, before: float, after: float) -> None:
        if not isnan(before):
            self._sums[number] -= before
            self._known[number] -= 1
        if not isnan(after):
            self._sums[number] += after
            self._known[number] += 1
        now[self.place + number] = self._sums[number] if self._known[number] else nan
