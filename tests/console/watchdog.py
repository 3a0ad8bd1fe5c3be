"""How long the loop was held: by what it did itself, and by the clock."""

from __future__ import annotations

import asyncio
import time

_TURN = 0.002  # seconds between two turns


class Watchdog:
    """Takes a turn of the loop whenever it can, and notes the longest time between two.

    `longest` is CPU time of the loop's thread, which a busy machine does not add to; `waited` is by the clock, with what
    other threads and other programs took.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self.waited = 0.0
        self._last = (0.0, 0.0)
        self._handle: asyncio.Handle | None = None

    def __enter__(self) -> Watchdog:
        self._last = (time.thread_time(), time.monotonic())
        self._turn()
        return self

    def __exit__(self, *error: object) -> None:
        assert self._handle is not None
        self._handle.cancel()

    def _turn(self) -> None:
        used, now = time.thread_time(), time.monotonic()
        self.longest = max(self.longest, used - self._last[0])
        self.waited = max(self.waited, now - self._last[1] - _TURN)
        self._last = used, now
        self._handle = asyncio.get_running_loop().call_later(_TURN, self._turn)
