"""The keys, and what they do to the session; the table, and what it keeps hold of."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from lvstui.console.base.question_dialog import HostKeyScreen, PassphraseScreen
from lvstui.console.screens.help_screen import HelpScreen
from lvstui.console.ssh_questions import AskOperator
from lvstui.console.table.server_table import ServerTable
from lvstui.console.widgets.banner import Banner
from lvstui.console.widgets.hints import Hints
from tests.support.console import console, settled, table, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair

SECOND = ("tcp/10.10.0.20:80", "192.168.211.13:8082")


async def test_shows_both_directors_and_every_real_server() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.pause()
        shown = text(app)
        assert "all well" in shown
        assert shown.count("MASTER") == 3 and shown.count("BACKUP") == 3  # of both instances, and the role
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
        await until(pilot, lambda: table(app).listing.row(1).key[1] == "192.168.211.13:8083")
        current = table(app).current()
        assert current is not None and current.key == SECOND
        left = tuple(real for real in virtual.real_servers if real.id != SECOND[1])
        session.shown = replace(view, virtual_servers=(replace(virtual, real_servers=left),))
        session.tell()
        await until(pilot, lambda: len(table(app).listing) == 3)
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
        await until(pilot, lambda: table(app).listing.row(1).key[1] == "192.168.211.13:8083")
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
        await settled(pilot)
        await pilot.click(ServerTable, offset=(10, 5))
        await until(pilot, lambda: (now := table(app).current()) is not None and now.key[1] == "192.168.211.13:8083")


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
        for keys, answer in ((("tab", "enter"), True), (("escape",), False), ((*"yes", "enter"), False)):
            asked = asyncio.create_task(ask.unknown_host("director1", "10.0.0.1", "SHA256:abc", "ssh-ed25519"))
            await until(pilot, lambda: isinstance(app.screen, HostKeyScreen) and "SHA256:abc" in text(app))
            await pilot.press(*keys)
            assert await asked is answer
        secret = asyncio.create_task(ask.passphrase("/home/ana/.ssh/id_ed25519"))
        await until(pilot, lambda: isinstance(app.screen, PassphraseScreen))
        await pilot.press(*"open", "enter")
        assert await secret == "open"


async def test_quit_closes_the_session() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (_, pilot):
        await pilot.press("q")
    assert session.closed
