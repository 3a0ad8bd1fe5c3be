"""The keys, and what they do to the session; the table, and what it keeps hold of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from lvstui.cluster.intent import Target
from lvstui.console.app import ConsoleApp
from lvstui.console.questions import AskOperator
from lvstui.console.screens.change import ChangeScreen
from lvstui.console.screens.help import HelpScreen
from lvstui.console.screens.question import HostKeyScreen, PassphraseScreen
from lvstui.console.widgets.banner import Banner
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.console.widgets.hints import Hints
from lvstui.console.widgets.server_table import ServerTable
from tests.cluster.telling import Pair, checked, row
from tests.console.fake_session import FakeSession
from tests.console.support import text, told, until

SECOND = ("tcp/10.10.0.20:80", "192.168.211.13:8082")


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


def change(app: ConsoleApp) -> ChangeScreen:
    assert isinstance(app.screen, ChangeScreen)
    return app.screen


def planned(app: ConsoleApp) -> str:
    return str(app.screen.query_one("#plan", Static).content)


async def test_shows_both_directors_and_every_real_server() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.pause()
        shown = text(app)
        assert "all well" in shown
        assert shown.count("MASTER") == 2 and shown.count("BACKUP") == 2
        for port in (8081, 8082, 8083):
            assert f"192.168.211.13:{port}" in shown
        assert not app.main.query_one(Banner).display


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_says_what_is_wrong_at_every_size(size: tuple[int, int]) -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session, size) as (app, pilot):
        pair.state.failed("director2", "connection refused", "", permanent=False, retry_in=4, now=pair.now)
        session.tell()
        await until(pilot, lambda: app.main.query_one(Banner).display)
        await until(pilot, lambda: "connection refused" in text(app))
        assert "stale" in text(app) and "all well" not in text(app)


async def test_drain_shows_the_diff_and_applies_only_with_y() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("down", "d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "weight 0" in planned(app))
        assert app.focused is app.screen.query_one("#cancel")
        assert "the same as on director2" in planned(app)
        await pilot.press("y")
        await until(pilot, lambda: change(app).phase == "over")
        ((plan, overrides),) = session.applied
        assert plan.intent.action == "drain" and plan.intent.targets == (Target(*SECOND),)
        assert overrides == frozenset()
        assert "✓ confirm" in planned(app) and "verified on both" in planned(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.main)


@pytest.mark.parametrize("key", ["escape", "enter"])
async def test_nothing_is_applied_by_leaving(key: str) -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))
        await pilot.press(key)
        await until(pilot, lambda: app.screen is app.main)
        assert session.applied == []


async def test_the_reason_goes_into_the_plan_that_is_shown() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))
        app.screen.query_one("#field").focus()
        await pilot.press(*"yes", "enter")  # typed, not obeyed
        await until(pilot, lambda: "yes" in planned(app))
        assert session.applied == []
        await pilot.press("y")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.reason == "yes"


async def test_weight_asks_for_the_number_and_says_what_is_wrong_with_it() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))
        await pilot.press(*"70000")
        await until(pilot, lambda: "Refused" in planned(app))
        await pilot.press("enter", "y")
        assert session.applied == []
        app.screen.query_one("#field", Input).value = "7"
        await until(pilot, lambda: "weight 7" in planned(app))
        await pilot.press("y")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.weight == 7


async def test_a_restore_of_what_is_not_drained_is_refused_with_the_reason() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "Refused" in planned(app))
        assert "Nothing was changed" in planned(app)
        await pilot.press("y")
        await pilot.pause()
        assert session.applied == []


async def test_a_guard_that_asks_wants_its_name_typed() -> None:
    pair = Pair().up()
    for name in ("director1", "director2"):
        pair.ipvs(name, row(8081))
        pair.checkers(name, checked(8081), checked(8082, alive=False), checked(8083, alive=False))
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "last-server" in planned(app))
        await pilot.press("y")
        await until(pilot, lambda: "last-server" in told(app))
        assert session.applied == []
        app.screen.query_one("#names", Input).value = "last-server"
        await pilot.press("y")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][1] == {"last-server"}


async def test_a_running_change_is_not_dismissed() -> None:
    session = FakeSession(Pair().up())
    session.may_end.clear()
    async with console(session) as (app, pilot):
        await pilot.press("d", "y")
        await until(pilot, lambda: bool(session.applied) and "stage" in planned(app))
        await pilot.press("escape", "y", "y")
        assert change(app).phase == "running" and len(session.applied) == 1
        session.may_end.set()
        await until(pilot, lambda: change(app).phase == "over")
        assert str(app.screen.query_one("#cancel", Button).label) == "Close"


async def test_q_quits_a_running_change_after_a_warning() -> None:
    session = FakeSession(Pair().up())
    session.may_end.clear()
    async with console(session) as (app, pilot):
        await pilot.press("d", "y")
        await until(pilot, lambda: bool(session.applied))
        await pilot.press("q")
        await until(pilot, lambda: "q again quits" in told(app))
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running or app._exit)
    assert session.closed


async def test_a_virtual_server_is_not_drained() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("home", "d")
        await until(pilot, lambda: "is a virtual server" in told(app))
        assert app.screen is app.main


async def test_read_only_says_why() -> None:
    session = FakeSession(Pair().up(), read_only="started with --read-only")
    async with console(session) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: "started with --read-only" in told(app))
        assert app.screen is app.main
        assert "no writes: started with --read-only" in str(app.main.query_one(Hints).content)


async def test_the_cursor_follows_its_server_and_no_vanished_one_is_acted_on() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("down")
        view = session.view()
        (virtual,) = view.virtual_servers
        session.shown = replace(
            view, virtual_servers=(replace(virtual, real_servers=tuple(reversed(virtual.real_servers))),)
        )
        session.tell()
        await until(pilot, lambda: table(app)._rows[1].key[1] == "192.168.211.13:8083")
        current = table(app).current()
        assert current is not None and current.key == SECOND
        left = tuple(real for real in virtual.real_servers if real.id != SECOND[1])
        session.shown = replace(view, virtual_servers=(replace(virtual, real_servers=left),))
        session.tell()
        await until(pilot, lambda: len(table(app)._rows) == 3)
        assert table(app).current() is None
        await pilot.press("d")
        await until(pilot, lambda: "Move the cursor" in told(app))


async def test_the_cursor_is_on_the_first_real_server_until_it_is_moved() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        view = session.view()
        (virtual,) = view.virtual_servers
        turned = replace(virtual, real_servers=tuple(reversed(virtual.real_servers)))
        session.shown = replace(view, virtual_servers=(turned,))
        session.tell()
        await until(pilot, lambda: table(app)._rows[1].key[1] == "192.168.211.13:8083")
        current = table(app).current()
        assert current is not None and current.key[1] == "192.168.211.13:8083"


async def test_all_is_not_well_before_everything_is_known() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        view = session.view()
        director = view.directors[0]
        unknown = replace(director, keepalived=replace(director.keepalived, running=None))
        session.shown = replace(view, directors=(unknown, view.directors[1]))
        session.tell()
        await until(pilot, lambda: "not all known" in text(app) and "all well" not in text(app))


async def test_a_click_moves_the_cursor() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.click(ServerTable, offset=(10, 5))
        current = table(app).current()
        assert current is not None and current.key[1] == "192.168.211.13:8083"


async def test_text_of_a_director_is_shown_as_it_is() -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        view = session.view()
        nasty = replace(view.directors[0], error="[bold red]no[/] [@click=quit]x[/]")
        session.shown = replace(view, directors=(nasty, view.directors[1]))
        session.tell()
        await until(pilot, lambda: "[bold red]no[/] [@click=quit]x[/]" in text(app))


async def test_help_names_every_key_and_closes() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and "Restore" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_questions_of_the_links() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        ask = AskOperator(app)
        for key, answer in (("y", True), ("escape", False), ("enter", False)):
            asked = asyncio.create_task(ask.unknown_host("director1", "10.0.0.1", "SHA256:abc", "ssh-ed25519"))
            await until(pilot, lambda: isinstance(app.screen, HostKeyScreen) and "SHA256:abc" in text(app))
            await pilot.press(key)
            assert await asked is answer
        secret = asyncio.create_task(ask.passphrase("/home/ana/.ssh/id_ed25519"))
        await until(pilot, lambda: isinstance(app.screen, PassphraseScreen))
        await pilot.press(*"open", "enter")
        assert await secret == "open"


async def test_quit_closes_the_session_at_once() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (_, pilot):
        started = time.monotonic()
        await pilot.press("q")
    assert session.closed and time.monotonic() - started < 1.0
