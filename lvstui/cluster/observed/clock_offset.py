"""Estimate how far a Director's clocks are from the console's, with the bounds of the error, from round trips as NTP does.

Of a round trip four times are known: sent and received by the console's monotonic clock, received and answered by the Director's.
Neither way takes less than no time, so they bound the offset from both sides, however long each way took. What all round trips
allow is narrower than any: mostly the two with the least delay decide. Clocks run apart, so bounds widen with time; round trips
that allow nothing together mean that a clock stood still, in a suspended machine: then it begins anew.

The wall clocks follow from that: each end tells how far its own is from its monotonic one, which a step of it changes at once.
Pure. Not for: converting times (see `director`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.director_facts import ClockView
from lvstui.director.protocol.link_messages import Pong

_DRIFT = 100e-6  # seconds per second that two clocks run apart at most, 50 ppm each
_STEP = 0.01  # seconds; by less the two readings of one Pong may be apart when its machine is busy


class ClockOffset:
    """The offset of one Director's clocks: what they show less what the console's show."""

    def __init__(self) -> None:
        self.steps = 0  # how often the Director's wall clock was set
        self.step = 0.0  # by how many seconds, the last time
        self.forget()

    def forget(self, boot: float | None = None) -> None:
        """Begin anew: another link, and perhaps the machine was started again, `boot` by its wall clock."""
        self._low, self._high = float("-inf"), float("inf")  # of the monotonic clocks, as of `_at`
        self._at = 0.0  # the console's monotonic clock
        self._held = 0.0  # what is told: it stays while it is nearly as good as the middle
        self._shift = boot  # the Director's wall clock less its monotonic one

    @property
    def boot(self) -> float:
        """Return the Director's wall clock when its monotonic one was 0; 0.0 before it has told anything."""
        return self._shift or 0.0

    def receive(self, pong: Pong, now: float) -> None:
        """Take in the answer to a Ping, received at `now`."""
        low, high = pong.at - now, pong.received - pong.sent
        if low <= high:  # otherwise the console's clock was read in another process: nothing can be said
            widened = self._widened(now)
            self._low, self._high = max(low, widened[0]), min(high, widened[1])
            if self._low > self._high:
                self._low, self._high = low, high
            self._at = now
            middle, half = (self._low + self._high) / 2, (self._high - self._low) / 2
            if abs(self._held - middle) > half / 2:
                self._held = middle
        shift, before = pong.wall - pong.at, self._shift
        if before is None or abs(shift - before) < _STEP:
            self._shift = shift if before is None else min(shift, before)
        else:
            self.steps, self.step, self._shift = self.steps + 1, shift - before, shift

    def of_monotonic(self, now: float) -> tuple[float, float] | None:
        """Return the offset of the monotonic clock and its uncertainty, in seconds; None: it was not measured."""
        if self._shift is None or self._high == float("inf"):
            return None
        low, high = self._widened(now)
        return self._held, max(self._held - low, high - self._held)

    def of_wall(self, now: float, wall: float) -> tuple[float, float] | None:
        """Return the same of the wall clock."""
        known = self.of_monotonic(now)
        if known is None or self._shift is None:
            return None
        return known[0] + self._shift - (wall - now), known[1]

    def view(self, now: float, wall: float) -> ClockView | None:
        """Return what is shown of it, to a tenth of a millisecond."""
        known = self.of_wall(now, wall)
        return None if known is None else ClockView(round(known[0], 4), round(known[1], 4))

    def memory(self) -> list[float]:
        """Return what a recording keeps of it; [] when nothing was measured."""
        if self._shift is None or self._high == float("inf"):
            return []
        return [self._low, self._high, self._at, self._held, self._shift]

    def recall(self, memory: Sequence[float]) -> None:
        """Take in what `memory` returned."""
        if memory:
            self._low, self._high, self._at, self._held, self._shift = memory

    def _widened(self, now: float) -> tuple[float, float]:
        wider = _DRIFT * max(0.0, now - self._at)
        return self._low - wider, self._high + wider
