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
from lvstui.console.cluster_choice import Cluster
from lvstui.console.real_server.connections_dialog import ConnectionsScreen
from lvstui.console.view_changed import ViewChanged
from tests.support.change_dialog import change, opened
from tests.support.console import console, screen, until
from tests.support.fake_drills import FakeDrills
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


@pytest.mark.parametrize("key", ["d", "question_mark", "e", "H", "i", "t", "D"])
async def test_a_screen_that_is_closed_before_it_has_opened_looks_for_nothing(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """As when the console quits while a dialog opens: Textual composes nothing on a screen that goes."""
    opening = asyncio.Event()
    shut: list[Screen[Any]] = []
    compose = Screen._compose

    async def late(self: Screen[Any]) -> None:
        opening.set()
        while not self._pruning:
            await turn()
        shut.append(self)
        await compose(self)
        self.post_message(changed)

    session = FakeSession(Pair().up())
    with_drills = Cluster("web-prod", lambda questions: session, ("lb1", "lb2"), drills=lambda session: FakeDrills())
    async with console(first=with_drills) as (app, _):
        view = app.main.view
        assert view is not None
        changed = ViewChanged(view)
        monkeypatch.setattr(Screen, "_compose", late)
        app.simulate_key(key)
        async with limit():
            await opening.wait()
            await app.pop_screen()
        assert len(shut) == 1 and not shut[0].children and still_runs(app)
