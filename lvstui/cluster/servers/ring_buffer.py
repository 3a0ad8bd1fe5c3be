"""Keep many figures over a number of moments: one array of numbers for each moment, all figures side by side.

A figure holds until another is put in its place. So a moment costs a copy of an array, and a figure that changes one store,
however many there are. The moments may be kept on several tracks, each with its own distance between them.
Not for: which figures, nor when a moment is over (see `series`, `console.table.trends`).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain
from math import isnan, nan


class RingBuffer:
    """`now` is written to: `join` tells where."""

    def __init__(self, width: int = 1, tracks: int = 1) -> None:
        """Begin without any. `width`: how many figures each of the many has."""
        self.now = array("f")
        self._width = width
        self._unknown = array("f", [nan] * width)
        # Of each track, oldest first; those before somebody joined may be too short for it.
        self._moments: list[list[array[float]]] = [[] for _ in range(tracks)]
        self._left: list[int] = []

    def __len__(self) -> int:
        """Return the number of moments that are over, on the first track."""
        return len(self._moments[0])

    def join(self) -> int:
        """Return where in `now` the figures of one more are. Nothing is known of them."""
        if not self._left:
            self.now.extend(self._unknown)
            return len(self.now) - self._width
        at = self._left.pop()
        for moment in (*chain(*self._moments), self.now):
            if at < len(moment):
                moment[at : at + self._width] = self._unknown
        return at

    def leave(self, at: int) -> None:
        """Forget its figures."""
        self._left.append(at)

    def lose(self) -> None:
        """Know no figure any more."""
        self.now = array("f", [nan]) * len(self.now)

    def take(self, track: int = 0) -> None:
        """End a moment."""
        self._moments[track].append(self.now[:])

    def forget(self, moments: int, track: int = 0) -> None:
        """Forget the oldest ones."""
        del self._moments[track][:moments]

    def kept(self, track: int) -> int:
        """Return the number of moments of a track that are over."""
        return len(self._moments[track])

    def of(self, at: int, last: int | None = None, track: int = 0) -> Sequence[float]:
        """Return a figure at each moment, oldest first, then now; nan: not known. `last`: so many at most."""
        moments = self._moments[track]
        if last is not None:
            moments = moments[max(0, len(moments) + 1 - last) :]
        values = [moment[at] if at < len(moment) else nan for moment in moments]
        values.append(self.now[at])
        return values

    def sums(self, places: Sequence[int], track: int) -> tuple[float | None, ...]:
        """Return the sum of these figures at each moment, of those that are known; None: none is."""
        told: list[float | None] = []
        for moment in (*self._moments[track], self.now):
            some = known([moment[at] for at in places if at < len(moment)])
            told.append(sum(some) if some else None)
        return tuple(told)


def known(values: Sequence[float]) -> list[float]:
    """Return the values that are known."""
    return [value for value in values if not isnan(value)]
