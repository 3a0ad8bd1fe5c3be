"""Measure how fast the connections of a drained real server get fewer, and estimate when none will be left.

Not for: what a drain shows (see `drains`).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence

WINDOW = 30.0  # seconds of which the pace is taken
ENOUGH = 5.0  # seconds of samples before a pace is told
_LONGEST = 86400.0  # seconds; what takes longer than a day is as good as never


class Pace:
    """The pace at which connections of one real server on one Director get fewer. `at` is in seconds of any clock."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def add(self, at: float, left: int) -> None:
        """Take in a sample."""
        if self._samples and at <= self._samples[-1][0]:
            return
        self._samples.append((at, left))
        while at - self._samples[0][0] > WINDOW:
            self._samples.popleft()

    def per_s(self) -> float | None:
        """Return the connections that leave each second; None: not seen for long enough."""
        slope = self._slope([float(left) for _, left in self._samples])
        return None if slope is None else max(0.0, -slope)

    def eta(self) -> float | None:
        """Return the seconds until none is left; None: not known yet, or they do not leave."""
        if self._samples and not self._samples[-1][1]:
            return 0.0
        slope = self._slope([math.log1p(left) for _, left in self._samples])
        if slope is None or slope >= 0:
            return None
        eta = math.log1p(self._samples[-1][1]) / -slope
        return eta if eta <= _LONGEST else None

    def memory(self) -> list[list[float]]:
        """Return the samples, as JSON."""
        return [list(sample) for sample in self._samples]

    def recall(self, memory: Iterable[Sequence[float]]) -> None:
        """Take in what `memory` returned."""
        self._samples = deque((at, int(left)) for at, left in memory)

    def _slope(self, values: Sequence[float]) -> float | None:
        """Return the slope of the line that fits them best."""
        if len(values) < 3 or self._samples[-1][0] - self._samples[0][0] < ENOUGH:
            return None
        times = [at for at, _ in self._samples]
        middle, mean = sum(times) / len(times), sum(values) / len(values)
        spread = sum((at - middle) ** 2 for at in times)
        return sum((at - middle) * (value - mean) for at, value in zip(times, values, strict=True)) / spread
