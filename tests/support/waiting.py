"""Wait for what must come, with one limit for all: tests do this instead of sleeping, and measure no time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")

# A limit tells what never comes from what comes late, on a machine that does other things as well. No test comes near it.
LIMIT_S = 300.0
_FIRST_POLL_S, _LONGEST_POLL_S = 0.02, 0.3


def _polls() -> Iterator[float]:
    """The seconds from one question to the next: longer and longer, each question costs a guest processor time."""
    seconds = _FIRST_POLL_S
    while True:
        yield seconds
        seconds = min(1.5 * seconds, _LONGEST_POLL_S)


def until(what: Callable[[], T], wanted: Callable[[T], bool] = bool) -> T:
    """Return what `what()` gives as soon as it is wanted; fails with the last answer when the limit is over."""
    deadline, polls = time.monotonic() + LIMIT_S, _polls()
    while not wanted(seen := what()):
        assert time.monotonic() < deadline, f"not within {LIMIT_S:g} s; last seen: {seen}"
        time.sleep(next(polls))
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
    polls = _polls()
    async with limit():
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110  # another machine announces nothing
            await asyncio.sleep(next(polls))


async def until_worked_out(condition: Callable[[], bool]) -> None:
    """Work a condition out until it holds, for a tenth of the time at most, so that the loop keeps up; raises TimeoutError."""
    async with limit():
        began = time.monotonic()
        while not condition():
            await asyncio.sleep(9 * (time.monotonic() - began))
            began = time.monotonic()


async def turn() -> None:
    """Let everything that is ready take one turn of the loop."""
    await asyncio.sleep(0)
