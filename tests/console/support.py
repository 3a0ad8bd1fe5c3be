"""What the tests of the console share: waiting for a condition, and reading the screen."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.pilot import Pilot

from lvstui.console.app import ConsoleApp


async def until(pilot: Pilot[None], condition: Callable[[], bool], within: float = 10.0) -> None:
    """Let the console work until it is so."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        await pilot.pause()


def text(app: ConsoleApp) -> str:
    """What the screen shows, as lines."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def told(app: ConsoleApp) -> str:
    return "\n".join(notification.message for notification in app._notifications)
