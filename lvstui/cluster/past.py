"""What many figures were at each of a number of moments: one array of numbers for each moment, all figures side by side.

A figure holds until another is put in its place. So a moment costs a copy of an array, and a figure that changes one store,
however many there are. Not for: which figures, nor when a moment is over (see `course`, `console.trends`).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import isnan, nan


class Past:
    """`now` is written to: `join` tells where."""

    def __init__(self, width: int = 1) -> None:
        """`width`: how many figures each of the many has."""
        self.now = array("f")
        self._width = width
        self._unknown = array("f", [nan] * width)
        self._moments: list[array[float]] = []  # oldest first; those before somebody joined may be too short for it
        self._left: list[int] = []

    def __len__(self) -> int:
        """Moments that are over."""
        return len(self._moments)

    def join(self) -> int:
        """Where in `now` the figures of one more are. Nothing is known of them."""
        if not self._left:
            self.now.extend(self._unknown)
            return len(self.now) - self._width
        at = self._left.pop()
        for moment in (*self._moments, self.now):
            if at < len(moment):
                moment[at : at + self._width] = self._unknown
        return at

    def leave(self, at: int) -> None:
        """Its figures are forgotten."""
        self._left.append(at)

    def take(self) -> None:
        """A moment is over."""
        self._moments.append(self.now[:])

    def forget(self, moments: int) -> None:
        """The oldest ones."""
        del self._moments[:moments]

    def halve(self) -> None:
        """Of every two moments the later one stays."""
        del self._moments[::2]

    def of(self, at: int, last: int | None = None) -> Sequence[float]:
        """A figure at each moment, oldest first, then now; nan: not known. `last`: so many at most."""
        moments = self._moments if last is None else self._moments[max(0, len(self._moments) + 1 - last) :]
        values = [moment[at] if at < len(moment) else nan for moment in moments]
        values.append(self.now[at])
        return values


def known(values: Sequence[float]) -> list[float]:
    return [value for value in values if not isnan(value)]
