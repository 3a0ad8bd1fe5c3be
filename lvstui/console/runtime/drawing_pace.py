"""Decide how often the console draws: figures once a second, all else at once."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable


async def gather_figures(urgent: Callable[[], bool], news: asyncio.Event, until: float) -> None:
    """Wait for the figures of all Directors until that moment (monotonic), or until something urgent is among the news."""
    while not urgent() and (left := until - time.monotonic()) > 0:
        news.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(news.wait(), left)
