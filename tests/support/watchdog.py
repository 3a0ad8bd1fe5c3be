"""How long the loop was held: by what it did itself, and by the clock; and how fast this machine is just now."""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import time

_TURN = 0.002  # seconds between two turns
_REFERENCE_S = 0.015  # what `_work` takes on the machine of docs/performance.md, in a quiet hour


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


def slowness() -> float:
    """How many times as long as on the machine of docs/performance.md, in a quiet hour, a piece of work takes now; never below 1.

    In CPU time, like what is held against it: a processor's caches and its clock are shared, so that the same work takes up to
    twice of it from one hour to the next.
    """
    gc.disable()
    try:
        return max(1.0, statistics.median(_work() for _ in range(7)) / _REFERENCE_S)
    finally:
        gc.enable()


def _work() -> float:
    """Seconds for what a console does: makes small objects, finds them by name, puts them in order, writes them out."""
    began = time.thread_time()
    rows = [(f"10.9.{number % 97}.{number // 97}:80", number, {"active": number % 13}) for number in range(6_000)]
    random.Random(1).shuffle(rows)
    by_name = {name: (number, counts) for name, number, counts in rows}
    order = sorted(by_name, key=lambda name: (by_name[name][1]["active"], name))
    assert len("".join(f"{name:<24}{by_name[name][0]:>8,}" for name in order)) == 32 * len(rows)
    return time.thread_time() - began
