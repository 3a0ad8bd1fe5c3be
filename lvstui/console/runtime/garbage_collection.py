"""Run Python's collector of cycles when no key waits for it.

By itself it begins in the middle of anything, and goes through all that lives whenever a quarter of it is new, which a large
cluster's ticks make so every few seconds: a quarter of a second in which no key is heard. What a tick makes holds no cycles, and
is freed without it; what closed screens and lost links leave does. (Textual's lines would, each of them: see `_divide`.)

The collector takes longer the more it goes through, and goes through something again only as long as that is young. So, in a turn
of the loop of its own each second:

- through what this second made, most of the time;
- when nobody does anything for the first time after a screen was open over the main one, through all that is young: what the
  screen left, and the rows that came since the time before. What is there when nobody does anything for the first time of all
  (the cluster's first rows, most of it) stays, and is not gone through, unless a screen was open before;
- then too, but once in an hour, through everything, for what lost links leave: 80 ms with ten thousand real servers.

Who never rests is waited for ten minutes, and no longer.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from textual.strip import Strip

# Objects more than there were, as when a cluster's first rows come: then the newest are gone through at once, in some
# milliseconds. The others never by itself.
THRESHOLDS = (5_000, 1_000_000, 1_000_000)
EVERY = 1.0  # seconds
IDLE = 5.0  # seconds without a key, and without a screen over the main one: what closes is not gone at once
FULL_EVERY = 3600.0  # seconds between two times that everything is gone through
PATIENCE = 600.0  # seconds that it waits for the operator to be idle
_NEWEST, _YOUNG, _ALL = range(3)  # generations


_divided = Strip.divide


def _divide(strip: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    """Divide a line as Textual does, and keep nothing of a line, as most, that need not be divided.

    Textual's own keeps what it gives, so that such a line would be kept by itself.
    """
    cuts = tuple(cuts)
    return [strip] if cuts and cuts[0] == strip.cell_length else _divided(strip, cuts)


class GarbageCollectionSchedule:
    """The schedule of one console: what it saw last, and what it went through when."""

    def __init__(
        self,
        collect: Callable[[int], object] = gc.collect,
        freeze: Callable[[], object] = gc.freeze,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a schedule; `collect` goes through a generation and all younger ones, but for what `freeze` found."""
        self._collect = collect
        self._freeze = freeze
        self._settled = self._left = False
        self._clock = clock
        self._pressed = self._alone_at = self._young_at = self._full_at = clock()

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Let nothing but the schedule run the collector, until the end: then all is as it was before.

        What is there at the beginning (modules, most of it) is not gone through meanwhile.
        """
        thresholds, divide = gc.get_threshold(), Strip.divide
        Strip.divide = _divide  # type: ignore[assignment,method-assign]
        gc.set_threshold(*THRESHOLDS)
        self._freeze()
        try:
            yield
        finally:
            gc.unfreeze()
            gc.set_threshold(*thresholds)
            Strip.divide = divide  # type: ignore[method-assign]

    def pressed(self) -> None:
        """Take notice that the operator did something."""
        self._pressed = self._clock()

    def collect_if_due(self, *, alone: bool) -> None:
        """Go through what is due, every second. `alone`: no screen is open over the main one."""
        now = self._clock()
        if not alone:
            self._pressed = self._alone_at = now
            self._settled = self._left = True
        if now - self._pressed < IDLE and now - max(self._young_at, self._alone_at) < PATIENCE:
            self._collect(_NEWEST)
            return
        self._young_at = now
        if not self._settled:
            self._settled = True
            self._freeze()
        elif now - self._full_at >= FULL_EVERY:
            self._full_at = now
            self._left = False
            self._collect(_ALL)
        elif self._left:
            self._left = False
            self._collect(_YOUNG)
        else:
            self._collect(_NEWEST)
