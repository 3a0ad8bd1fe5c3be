"""Decide when to read again what keepalived tells only when asked. Not for reading it.

Every read costs a signal and a line in the Director's journal. So: at once after a hint, once more when things have settled,
and slowly otherwise.
"""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable, Optional

SOON = 0.02  # seconds: hints come in bursts, one read answers them all
APART = 0.5  # seconds at least between two reads
SETTLED = 1.0  # seconds after the last hint
SLOWLY = 45.0  # seconds without any hint


class ReadSchedule:
    """A loop that calls `read` after each hint as above. `read` reports by itself what it cannot read; it raises nothing."""

    def __init__(self, read: Callable[[], Awaitable[None]]) -> None:
        self._read = read
        self._soon: Optional[float] = 0.0  # read at once when started
        self._settled: Optional[float] = None
        self._last = float("-inf")
        self._hinted = asyncio.Event()
        self.answered = asyncio.Event()  # once

    def hint(self, now: float) -> None:
        """Ask for a read soon, and for another one when no more hints come."""
        soon = max(now + SOON, self._last + APART)
        self._soon = soon if self._soon is None else min(self._soon, soon)
        self._settled = now + SETTLED
        self._hinted.set()

    def hint_later(self, now: float, apart: float) -> None:
        """Hint at something that may wait until `apart` seconds after the last read; one that is due by then answers it, too."""
        at = max(now, self._last + apart)
        if self.due() > at + SOON:
            self._soon, self._settled = at + SOON, at + SETTLED
            self._hinted.set()

    def due(self) -> float:
        """Return the time of the next read."""
        hints = [when for when in (self._soon, self._settled) if when is not None]
        return min([*hints, self._last + SLOWLY])

    def started(self, now: float) -> None:
        """Note that a read begins now: it answers what was hinted until now."""
        self._last = now
        self._soon = None
        if self._settled is not None and self._settled <= now:
            self._settled = None

    async def run(self) -> None:
        """Read whenever it is due, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            self._hinted.clear()
            wait = self.due() - clock()
            if wait <= 0:
                self.started(clock())
                await self._read()
                self.answered.set()
                continue
            try:
                await asyncio.wait_for(self._hinted.wait(), wait)
            except asyncio.TimeoutError:
                pass  # the due time has come
