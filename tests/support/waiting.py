"""Wait for what must come, with one limit for all: tests do this instead of sleeping, and measure no time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# A limit tells what never comes from what comes late, on a machine that does other things as well. No test comes near it.
LIMIT_S = 300.0
_POLL_S = 0.05


def until(what: Callable[[], T], wanted: Callable[[T], bool] = bool) -> T:
    """Return what `what()` gives as soon as it is wanted; fails with the last answer when the limit is over."""
    deadline = time.monotonic() + LIMIT_S
    while not wanted(seen := what()):
        assert time.monotonic() < deadline, f"not within {LIMIT_S:g} s; last seen: {seen}"
        time.sleep(_POLL_S)
    return seen


def limit() -> asyncio.Timeout:
    """Return the context in which a test waits for an event; raises TimeoutError when the limit is over."""
    return asyncio.timeout(LIMIT_S)


async def until_true(condition: Callable[[], bool]) -> None:
    """Let the others run until the condition holds; raises TimeoutError."""
    async with limit():
        while not condition():  # noqa: ASYNC110  # a condition of the test's own, which nothing announces
            await asyncio.sleep(0.005)


async def until_seen(condition: Callable[[], bool]) -> None:
    """Ask in a thread until the condition holds, while the loop goes on; raises TimeoutError."""
    async with limit():
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110  # another machine announces nothing
            await asyncio.sleep(0.1)


async def turn() -> None:
    """Let everything that is ready take one turn of the loop."""
    await asyncio.sleep(0)
