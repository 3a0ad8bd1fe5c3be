"""A console on the lab's pair, whose present can be held still: so all screens that are looked at are of one moment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from lvstui.cli import launch, status_command
from lvstui.cluster.view import ClusterView
from lvstui.console.app import ConsoleApp
from lvstui.session.session import Session
from lvstui.settings import clusters
from lvstui.settings.values import ClusterSettings
from tests.support.console import until
from tests.support.lab_sessions import DIRECTORS


def recorded_console(ssh_config: Path) -> ConsoleApp:
    """Return the console that `lvstui director1 director2` opens, which records what it is told."""
    one = ClusterSettings(" · ".join(DIRECTORS), clusters.pair(DIRECTORS))
    app = ConsoleApp(launch._cluster(one, launch.Wanted(names=DIRECTORS, ssh_config=ssh_config), ()))
    app.animation_level = "none"
    return app


def session_of(app: ConsoleApp) -> Session:
    """Return the session that a console has opened."""
    session = app._session
    assert isinstance(session, Session)
    return session


async def shown(app: ConsoleApp, pilot: Pilot[None], what: Callable[[ClusterView], bool]) -> None:
    """Wait until the console shows that, of Directors that have told all they have."""

    def is_shown() -> bool:
        view = app.main.view
        return view is not None and all(map(status_command._told_all, view.directors)) and what(view)

    await until(pilot, is_shown)


@asynccontextmanager
async def held(app: ConsoleApp, pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ClusterView]:
    """Show a new view, and nothing else: what the Directors say meanwhile is taken in afterwards, and no time goes by."""
    session = session_of(app)

    def is_of_all_that_was_told() -> bool:
        """Return True if the view is; and none is half worked out, whose figures plots would show already."""
        made = session._view
        return made is not None and made[0] == session._state.changes and session._working_on is None

    async with session.message_lock:
        with monkeypatch.context() as patched:
            patched.setattr(session._state, "tick", lambda now: None)
            await until(pilot, lambda: session._working_on is None)
            before = app.main.view
            await until(pilot, lambda: app.main.view is not before and is_of_all_that_was_told())
            view = session.seen()
            patched.setattr(session, "next_view", lambda: view)
            patched.setattr(session, "view", lambda: view)
            await until(pilot, lambda: app.main.view is view)
            yield view
