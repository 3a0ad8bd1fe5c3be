"""A turn for the loop, in the middle of what would otherwise hold it for long."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.screen import Screen


async def turn(screen: Screen[Any]) -> bool:
    """Let the loop have its turn. Is the screen still there after it?"""
    await asyncio.sleep(0)
    return screen.is_attached and screen in screen.app.screen_stack
