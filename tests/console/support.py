"""What the tests of the console share: a console on a fake session, waiting for a condition, and reading the screen."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from lvstui.console.app import ConsoleApp
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.console.widgets.server_table import ServerTable
from tests.console.fake_session import FakeSession


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


@asynccontextmanager
async def console(
    session: FakeSession, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    app = ConsoleApp(lambda questions: session)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: bool(app.main.query(DirectorCard)) and table(app).current() is not None)
        yield app, pilot


def table(app: ConsoleApp) -> ServerTable:
    return app.main.query_one(ServerTable)
