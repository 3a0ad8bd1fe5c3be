"""What the tests of the console share: a console on a fake session, waiting for a condition, and reading the screen."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget

from lvstui.console.app import ConsoleApp
from lvstui.console.cluster_choice import Cluster
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.table.server_table import ServerTable
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.settings.values import Preferences
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair
from tests.support.waiting import LIMIT_S

SIZES = [(80, 24), (120, 40), (200, 60)]


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the console work until it is so; fails with what the screen shows when the limit is over."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, f"it never came to be; the screen:\n{text(pilot.app)}"
        await pilot.pause()


async def settled(pilot: Pilot[None]) -> None:
    """Wait until nothing on the screen is still to be laid out.

    The mouse needs it: Textual works out where to click, and only then lets the console work.
    """
    await until(pilot, lambda: _is_settled(pilot.app))


def _is_settled(app: App[None]) -> bool:
    """Has no widget a message, a callback or a layout before it?"""
    widgets = list(app.screen.walk_children(Widget, with_self=True))
    if any(one.message_queue_size or one._next_callbacks for one in (app, *widgets)):
        return False
    return not app.screen._callbacks and not any(one._layout_required for one in widgets)


def text(app: App[None]) -> str:
    """What the screen shows, as lines."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def told(app: ConsoleApp) -> str:
    return "\n".join(notification.message for notification in app._notifications)


@asynccontextmanager
async def console(
    session: FakeSession | None = None,
    size: tuple[int, int] = (120, 40),
    *,
    first: Cluster | None = None,
    clusters: tuple[Cluster, ...] = (),
    choices: LivePreferences | None = None,
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    """Run a console on a session or on the `first` cluster, from when its table is filled."""
    shown = session or FakeSession(Pair().up())
    app = ConsoleApp(first or (lambda questions: shown), clusters=clusters, choices=choices)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: ready(app))
        yield app, pilot


def ready(app: ConsoleApp) -> bool:
    return bool(app.main.query(DirectorCard)) and table(app).current() is not None


def cluster(name: str, *, session: FakeSession | None = None, production: bool = False, **said: object) -> Cluster:
    """Return a cluster that opens this session, or one of its own. `said`: fields of its preferences."""
    made = session or FakeSession(Pair().up())
    made.name = name
    preferences = Preferences(**said)  # type: ignore[arg-type]
    return Cluster(name, lambda questions: made, ("lb1", "lb2"), production, None, preferences)


def table(app: ConsoleApp) -> ServerTable:
    return app.main.query_one(ServerTable)


@asynccontextmanager
async def screen(
    session: FakeSession, *keys: str, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    """Open a console, and the screen that these keys lead to."""
    app = ConsoleApp(lambda questions: session)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app.main.view is not None and app.main.table.current() is not None)
        await pilot.press(*keys)
        if keys:
            await until(pilot, lambda: app.screen is not app.main)
        yield app, pilot


async def shows(app: ConsoleApp, pilot: Pilot[None], *wanted: str) -> str:
    """Wait until the screen shows all of this. Return what it shows."""
    await until(pilot, lambda: all(one in text(app) for one in wanted))
    return text(app)
