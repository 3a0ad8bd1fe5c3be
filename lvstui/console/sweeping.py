"""When Python's collector of cycles runs, so that no key waits for it.

By itself it begins in the middle of anything, and goes through all that lives whenever a quarter of it is new, which a large
cluster's ticks make so every few seconds: a quarter of a second in which no key is heard. What a tick makes holds no cycles, and
is freed without it; what closed dialogs and lost links leave does. So what is young is gone through each second in a turn of the
loop of its own, and everything (80 ms with ten thousand real servers) when nobody presses anything.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

# Objects more than there were, as when a cluster's first rows come: then the young are gone through at once, in some
# milliseconds. The older never by itself.
THRESHOLDS = (5_000, 1_000_000, 1_000_000)
EVERY = 1.0  # seconds
IDLE = 5.0  # seconds without a key
FULL_EVERY = 60.0  # seconds at least between two times that everything is gone through
PATIENCE = 600.0  # seconds that it waits for the operator to be idle
_FULL_SHARE = 1 / 5000  # of the time is what it may take


class Sweeper:
    def __init__(
        self, collect: Callable[[int], object] = gc.collect, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`collect` goes through a generation and all younger ones; `clock` is in seconds."""
        self._collect = collect
        self._clock = clock
        self._pressed = clock()
        self._full_at = clock() + FULL_EVERY

    def begin(self) -> None:
        """What is there now (modules, most of it) stays, and is not gone through."""
        gc.set_threshold(*THRESHOLDS)
        gc.freeze()

    def pressed(self) -> None:
        """The operator did something."""
        self._pressed = self._clock()

    def sweep(self) -> None:
        """Every second."""
        began = self._clock()
        busy = began - self._pressed < IDLE and began < self._full_at + PATIENCE
        if busy or began < self._full_at:
            self._collect(0)
            return
        self._collect(2)
        ended = self._clock()
        self._full_at = ended + max(FULL_EVERY, (ended - began) / _FULL_SHARE)
