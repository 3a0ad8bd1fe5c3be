"""Run long work in a thread beside the event loop, one piece at a time, so that the loop hardly waits for it.

CPython's interpreter is for one thread at a time. A thread that only computes lets go of it when another has asked for 5 ms, and
takes it back likewise: everything that the loop does then takes twice as long. Work that pauses by itself, for an instant after
each millisecond, is in nobody's way: the loop waits for a millisecond when it has something to do, and has five of every six
(decision 0012).

Not for: the moments at which work may pause (see `keepalived.parsing.cooperative`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from lvstui.keepalived.parsing.cooperative import checkpoints_call

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_WORK_S = 0.001  # between two pauses
_PAUSE_S = 0.00005  # long enough for a thread that waits for the interpreter to get it


class Worker:
    """Takes decoding, reading and planning one at a time: each has its share of the interpreter."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._lock = asyncio.Lock()
        self._clock = clock
        self._sleep = sleep

    async def run(
        self, work: Callable[_Arguments, _Result], *args: _Arguments.args, **kwargs: _Arguments.kwargs
    ) -> _Result:
        """Return what `work` returns, made in a thread of its own once the work before it is done."""

        def pausing() -> _Result:
            with checkpoints_call(self._pause_when_due()):
                return work(*args, **kwargs)

        async with self._lock:
            return await asyncio.to_thread(pausing)

    def _pause_when_due(self) -> Callable[[], None]:
        """Return what pauses if a millisecond has gone by since it last did, or since now."""
        clock, sleep, paused_at = self._clock, self._sleep, self._clock()

        def pause() -> None:
            nonlocal paused_at
            if clock() - paused_at > _WORK_S:
                sleep(_PAUSE_S)
                paused_at = clock()

        return pause
