"""The filter under the table: typed, shown, obeyed, cleared; what it hides is not acted on."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input

from lvstui.console.table.filter_line import FilterLine
from tests.support.console import console, table, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair
from tests.support.two_services import ALL, API, current, lines, marked, real_server, session, shown


async def test_a_filter_is_typed_shown_and_cleared_with_escape() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("slash", *"state:down")
        await until(pilot, lambda: lines(app) == ["[443]", "9091"])
        await until(pilot, lambda: "state:down" in text(app) and "1 of 6" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is table(app))
        assert "state:down" in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: lines(app) == ALL and not app.main.query_one(FilterLine).display)


async def test_escape_while_typing_clears_it() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("slash", *"9091", "escape")
        await until(pilot, lambda: lines(app) == ALL and app.focused is table(app))
        assert app.main.query_one("#filter", Input).value == ""


async def test_letters_in_the_filter_are_typed_not_obeyed() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("slash", *"dq")
        await until(pilot, lambda: app.main.query_one("#filter", Input).value == "dq")
        assert app.screen is app.main and lines(app) == []


async def test_a_filter_that_cannot_be_obeyed_says_why_and_leaves_the_rows() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("slash", *"weight:x")
        await until(pilot, lambda: "weight: needs a number" in text(app))
        assert lines(app) == ALL


async def test_what_the_filter_hides_is_not_acted_on() -> None:
    fake = session()
    async with console(fake) as (app, pilot):
        await pilot.press("down", "space")  # 8082
        await until(pilot, lambda: marked(app) == ["8082"])
        await pilot.press("slash", *"!8082", "enter")
        await until(pilot, lambda: "1 marked, 1 of them not shown" in text(app))
        assert marked(app) == [] and current(app) != "8082"
        await pilot.press("escape")
        await until(pilot, lambda: marked(app) == ["8082"])


async def test_a_row_that_leaves_the_filter_by_itself_is_not_acted_on() -> None:
    fake = session()
    async with console(fake) as (app, pilot):
        await pilot.press("slash", *"state:down", "enter", "down")
        await until(pilot, lambda: current(app) == "9091")
        web, api = shown(fake).virtual_servers
        api = replace(api, real_servers=(real_server(API, 9091), *api.real_servers[1:]))
        fake.shown = replace(shown(fake), virtual_servers=(web, api))
        fake.tell()
        await until(pilot, lambda: lines(app) == [])
        assert current(app) is None
        await pilot.press("d")
        await until(pilot, lambda: "Move the cursor" in told(app))


async def test_the_filter_s_field_is_there_as_soon_as_it_is_asked_for() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        app.main.table.show = lambda view, display, trends=None: None  # type: ignore[method-assign]  # no view helps
        await pilot.press("slash")
        await pilot.pause()
        assert "state:down" in text(app)
