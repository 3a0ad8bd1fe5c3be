"""Wait for what the Directors tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Subscribable(Protocol):
    """Tell that something has changed."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each change, until the function that is returned is called."""


async def until(source: Subscribable, condition: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition, looked at after each change. Return True if it came in time."""
    changed = asyncio.Event()
    unsubscribe = source.subscribe(changed.set)
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await changed.wait()
                changed.clear()
    except TimeoutError:
        return condition()
    finally:
        unsubscribe()
    return True
