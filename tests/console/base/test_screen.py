"""A screen that is closed ends its workers before its widgets go, so none of them looks for one in vain."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.screen import Screen

from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import Plan
from lvstui.cluster.views.connection_view import SampleView
from lvstui.console.app import ConsoleApp
from lvstui.console.real_server.connections_dialog import ConnectionsScreen
from tests.support.change_dialog import change, opened
from tests.support.console import console, screen, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair
from tests.support.waiting import limit, turn


class TakenDown:
    """Answers for a screen only when it is being closed and its first widgets are gone."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.of: Screen[Any]

    async def wait(self, widget: str) -> None:
        self.asked.set()
        while self.of.query(widget):
            await turn()


def still_runs(app: ConsoleApp) -> bool:
    return app.is_running and app.return_code in (None, 0)


async def test_a_plan_that_comes_while_its_dialog_is_closed_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    session, taken_down = FakeSession(Pair().up()), TakenDown()

    async def late(intent: Intent) -> Plan:
        await taken_down.wait("#plan")
        return session.plan(intent)

    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        dialog = taken_down.of = change(app)
        monkeypatch.setattr(session, "plan_in_worker", late)
        dialog.state.type()
        dialog._plan_what_is_typed()
        await taken_down.asked.wait()
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main and not dialog.is_attached)
        assert still_runs(app)


async def test_a_sample_that_comes_while_its_dialog_is_closed_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    session, taken_down = FakeSession(Pair().up()), TakenDown()

    async def late(director: str, virtual_server: str, real_server: str) -> SampleView:
        await taken_down.wait("#summary")
        return SampleView(director, (), (), 0, 0, True, 0.0, None)

    async with screen(session, "down", "enter", "s") as (app, pilot):
        await until(pilot, lambda: isinstance(app.screen, ConnectionsScreen))
        dialog = taken_down.of = app.screen
        monkeypatch.setattr(session, "sample_connections", late)
        await pilot.press("s")
        await taken_down.asked.wait()
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not dialog and not dialog.is_attached)
        assert still_runs(app)


@pytest.mark.parametrize("key", ["d", "question_mark", "e", "H"])
async def test_a_screen_that_is_closed_before_it_has_opened_looks_for_nothing(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """As when the console quits while a dialog opens: Textual composes nothing on a screen that goes."""
    going = asyncio.Event()
    compose = Screen._compose

    async def gone(self: Screen[Any]) -> None:
        self.app.exit()
        self._pruning = True
        await compose(self)
        assert not self.children
        going.set()

    async with console(FakeSession(Pair().up())) as (app, _):
        monkeypatch.setattr(Screen, "_compose", gone)
        app.simulate_key(key)
        async with limit():
            await going.wait()
    assert app.return_code == 0
