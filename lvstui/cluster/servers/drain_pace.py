"""Measure how fast the connections of a drained real server get fewer, and estimate when none will be left.

What counts is how many there were for how long, and not how often that was looked at: a recording is looked at at other times.
Not for: what a drain shows (see `drains`).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

WINDOW = 30.0  # seconds of which the pace is taken
ENOUGH = 5.0  # seconds that must be known before a pace is told
_LONGEST = 86400.0  # seconds; what takes longer than a day is as good as never


class Pace:
    """The pace at which connections of one real server on one Director get fewer. `at` is in seconds of any clock."""

    def __init__(self) -> None:
        self._steps: deque[tuple[float, int | None]] = deque()  # from when on there are so many; None: it is not known
        self._until = 0.0

    def add(self, at: float, left: int | None) -> bool:
        """Take in how many there are; None: it is not known. Return True if that is new."""
        if self._steps and at < self._until:
            return False
        self._until = at
        new = not self._steps or self._steps[-1][1] != left
        if new:
            if self._steps and self._steps[-1][0] == at:
                self._steps.pop()
            self._steps.append((at, left))
        while len(self._steps) > 1 and self._steps[1][0] <= self._end - WINDOW:
            self._steps.popleft()
        return new

    def per_s(self) -> float | None:
        """Return the connections that leave each second; None: not seen for long enough."""
        slope = self._slope(float)
        return None if slope is None else max(0.0, -slope)

    def eta(self) -> float | None:
        """Return the seconds until none is left; None: not known yet, or they do not leave."""
        last = next((left for _, left in reversed(self._steps) if left is not None), None)
        if not last:
            return 0.0 if last == 0 else None
        slope = self._slope(math.log1p)
        if slope is None or slope >= 0:
            return None
        eta = math.log1p(last) / -slope
        return eta if eta <= _LONGEST else None

    def memory(self) -> list[list[float | None]]:
        """Return from when on there were how many, as JSON."""
        return [list(step) for step in self._steps]

    def recall(self, memory: Iterable[Sequence[float | None]]) -> None:
        """Take in what `memory` returned."""
        self._steps = deque((at or 0.0, None if left is None else int(left)) for at, left in memory)
        self._until = self._steps[-1][0] if self._steps else 0.0

    @property
    def _end(self) -> float:
        """Return until when it is known how many there are."""
        at, left = self._steps[-1]
        return at if left is None else self._until

    def _known(self) -> Iterator[tuple[float, float, int]]:
        """Give from when until when there were how many, in the window."""
        began = self._end - WINDOW
        ends = [at for at, _ in self._steps][1:]
        for (at, left), end in zip(self._steps, [*ends, self._end], strict=True):
            if left is not None and max(at, began) < end:
                yield max(at, began), end, left

    def _slope(self, scale: Callable[[int], float]) -> float | None:
        """Return the slope of the line that fits best how many there were all along."""
        known = [(end - at, (at + end) / 2, scale(left)) for at, end, left in self._known()] if self._steps else []
        total = sum(length for length, _, _ in known)
        if total < ENOUGH:
            return None
        middle = sum(length * at for length, at, _ in known) / total
        mean = sum(length * value for length, _, value in known) / total
        spread = sum(length * (at - middle) ** 2 + length**3 / 12 for length, at, _ in known)
        return sum(length * (at - middle) * (value - mean) for length, at, value in known) / spread
