"""Yield to the loop, in the middle of what would otherwise hold it for long."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.screen import Screen


async def yield_to_loop(screen: Screen[Any]) -> bool:
    """Let the loop have its turn. Return True if the screen is still there after it."""
    await asyncio.sleep(0)
    return screen.is_attached and screen in screen.app.screen_stack
