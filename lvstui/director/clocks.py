"""Read both clocks of this machine as of one moment.

What lies between two readings goes into every time that is converted from one clock to the other: on a busy machine another
process, or Python's collector, may have its turn there, for longer than a VRRP timer allows. The console reads its own so, too.
Not for: how far a Director's clock is off the console's (see `cluster.observed.clock_offset`).
"""

from __future__ import annotations

import time
from typing import Callable, NamedTuple, Optional

_TOGETHER = 0.0002  # seconds between two readings of one clock with one of the other in between
_ATTEMPTS = 8
_STEADY = 0.005  # seconds by which the wall clock may seem to be another before it is: it was set, or has drifted away


class ClockReading(NamedTuple):
    """A moment by both clocks."""

    monotonic: float
    wall: float


def read_clocks(monotonic: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> ClockReading:
    """Return the moment by both clocks, read again where something came in between; the best reading of a few."""
    best, found = float("inf"), ClockReading(0.0, 0.0)
    for _ in range(_ATTEMPTS):
        before, between, after = monotonic(), wall(), monotonic()
        if after - before < best:
            best, found = after - before, ClockReading((before + after) / 2, between)
        if best <= _TOGETHER:
            break
    return found


class SteadyClocks:
    """Both clocks, one steady against the other, for who orders by the wall clock what happens on the monotonic one.

    Were the two read anew each time, what came just before a moment would now and then seem to come after it.
    """

    def __init__(self) -> None:
        self._shift: Optional[float] = None  # the wall clock less the monotonic one

    def read(self) -> ClockReading:
        """Return the moment by both clocks."""
        now, wall = read_clocks()
        if self._shift is None or abs(wall - now - self._shift) > _STEADY:
            self._shift = wall - now
        return ClockReading(now, now + self._shift)
