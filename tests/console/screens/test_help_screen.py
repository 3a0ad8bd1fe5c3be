"""The help page: a click on an action closes it and does that, on the screen below."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from lvstui.console.actions import ACTIONS, DRAIN, MACHINE, Action
from lvstui.console.app import ConsoleApp
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.configuration.screen import ConfigurationScreen
from lvstui.console.real_server.screen import RealServerScreen
from lvstui.console.screens.help_screen import HelpPage, HelpScreen
from tests.support.action_recorder import Recorder
from tests.support.console import console, settled, table, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.telling import Pair

TALL = (120, 140)  # with every line in sight


def place(app: ConsoleApp, action: Action) -> tuple[int, int]:
    """Return where the help says what an action does."""
    words = action.help[:18]
    y, line = next((y, line) for y, line in enumerate(text(app).splitlines()) if words in line)
    return line.index(words) + 2, y


async def helped(app: ConsoleApp, pilot: Pilot[None]) -> None:
    await pilot.press("question_mark")
    await until(pilot, lambda: isinstance(app.screen, HelpScreen) and ACTIONS[-1].help[:18] in text(app))


async def test_each_action_is_run_by_a_click_on_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(FakeSession(Pair().up()), TALL) as (app, pilot):
        await helped(app, pilot)
        await settled(pilot)
        places = {action.name: place(app, action) for action in ACTIONS}  # each time that it is opened
        for name, offset in places.items():
            with case("the line of", name), monkeypatch.context() as patch:
                if app.screen is app.main:
                    await pilot.press("question_mark")
                await until(pilot, lambda: any(page._written.plain for page in app.screen.query(HelpPage)))
                await settled(pilot)
                recorder = Recorder(patch)
                await pilot.click(offset=offset)
                await until(pilot, lambda: bool(recorder.ran))  # noqa: B023  # awaited at once
                assert recorder.ran == [name]
                assert app.screen is app.main


async def test_on_another_screen_it_does_what_that_screen_does_for_it_or_is_told_where_it_works() -> None:
    async with console(FakeSession(Pair().up()), TALL) as (app, pilot):
        await pilot.press("down", "c")
        await until(pilot, lambda: isinstance(app.screen, ConfigurationScreen))
        await helped(app, pilot)
        await settled(pilot)
        await pilot.click(offset=place(app, MACHINE))  # whose key is another one's there
        await until(pilot, lambda: "m (Machine) works in the table" in told(app))
        assert isinstance(app.screen, ConfigurationScreen) and not table(app).marks
        await pilot.press("escape", "enter")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))
        await helped(app, pilot)
        await settled(pilot)
        await pilot.click(offset=place(app, DRAIN))
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))


async def test_the_line_under_the_mouse_is_lit() -> None:
    async with console(FakeSession(Pair().up()), TALL) as (app, pilot):
        await helped(app, pilot)
        await settled(pilot)
        x, y = place(app, DRAIN)

        def background() -> object:
            return app.screen.get_style_at(x, y).bgcolor

        page = app.screen.query_one(HelpPage)
        before = background()
        await pilot.hover(offset=(x, y))
        await until(pilot, lambda: background() != before)
        await settled(pilot)
        await pilot.hover(page, offset=(x - page.region.x, 0))  # the title of the family
        await until(pilot, lambda: background() == before)
