"""Where nothing may be written, no key writes: every action that does is tried, and says why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lvstui.cluster.view import LinkState
from lvstui.console.actions import ACTIONS, LVSTUI_KEYS
from tests.support.console import console, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.telling import Pair

WRITING = [action for action in ACTIONS if action.writes]


def read_only() -> tuple[FakeSession, str]:
    return FakeSession(Pair().up(), read_only="started with --read-only"), "started with --read-only"


def observer() -> tuple[FakeSession, str]:
    session = FakeSession(Pair().up())
    view = session.view()
    seen = replace(view.directors[0], privilege="observer")
    session.shown = replace(view, directors=(seen, view.directors[1]))
    return session, "director1: observer only"


def stale() -> tuple[FakeSession, str]:
    session = FakeSession(Pair().up())
    view = session.view()
    seen = replace(view.directors[1], state=LinkState.STALE)
    session.shown = replace(view, directors=(view.directors[0], seen))
    return session, "director2 is stale"


@pytest.mark.parametrize("why", [read_only, observer, stale])
async def test_no_key_writes(why: Callable[[], tuple[FakeSession, str]]) -> None:
    session, reason = why()
    async with console(session) as (app, pilot):
        await pilot.press("down")
        for action in WRITING:
            with case(action.name):
                app.clear_notifications()
                await pilot.press(LVSTUI_KEYS.of(action))
                await until(pilot, lambda: reason in told(app))
                await pilot.press("ctrl+s", "ctrl+s")
                await pilot.pause()
                assert session.applied == []
                assert app.screen is app.main
                assert f"no writes: {reason}" in text(app)
