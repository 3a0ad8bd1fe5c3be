"""A change that was left unfinished: what is told of it, and the word that ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Static

from lvstui.cluster.view import Problem, Severity, UnfinishedView
from lvstui.console.app import ConsoleApp
from lvstui.console.screens.settle import SettleScreen
from tests.cluster.telling import Pair
from tests.console.fake_session import FakeSession
from tests.console.support import console, text, told, until

LEFT = UnfinishedView(
    "abc123",
    "Drain 192.168.211.13:8082 in tcp/10.10.0.20:80",
    "ana@ops1",
    1_800_000_000.0,
    ("/etc/keepalived/keepalived.conf is the new file; the old one is kept as .lvstui.abc123",),
)


def left_on(*directors: str) -> FakeSession:
    session = FakeSession(Pair().up())
    view = session.view()
    shown = tuple(replace(one, unfinished=LEFT if one.name in directors else None) for one in view.directors)
    problem = Problem(
        "unfinished:director1", Severity.CRITICAL, "director1: a change was left unfinished", "", None, 0.0
    )
    session.shown = replace(view, directors=shown, problems=(problem,))
    return session


def said(app: ConsoleApp) -> str:
    return " ".join(str(app.screen.query_one("#plan", Static).content).split())


def hint(app: ConsoleApp) -> str:
    return str(app.screen.query_one("#apply", Static).content)


async def opened(pilot: Pilot[None], app: ConsoleApp) -> None:
    await pilot.press("U")
    await until(pilot, lambda: isinstance(app.screen, SettleScreen) and "Drain" in said(app))


@pytest.mark.parametrize("directors", [["director1"], ["director1", "director2"]])
@pytest.mark.parametrize(("word", "keep"), [("back", False), ("keep", True)])
async def test_it_is_settled_with_a_word_and_y_on_every_director_that_has_it(
    directors: Sequence[str], word: str, keep: bool
) -> None:
    session = left_on(*directors)
    async with console(session) as (app, pilot):
        await opened(pilot, app)
        assert app.focused is app.screen.query_one("#cancel")
        assert "by ana@ops1" in said(app) and "is the new file" in said(app)
        assert ("nothing is left unfinished there" in said(app)) == (len(directors) == 1)
        await pilot.press("y")  # it leads to the word, and does nothing
        await until(pilot, lambda: app.focused is app.screen.query_one("#word"))
        assert session.settled == []
        await pilot.press(*word)
        await until(pilot, lambda: "Enter, then" in hint(app))
        await pilot.press("enter", "y")
        await until(pilot, lambda: str(app.screen.query_one("#cancel", Button).label) == "Close")
        assert session.settled == [(name, "abc123", keep) for name in directors]
        assert all(f"✓ {name} done" in said(app) for name in directors)
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is app.main)


async def test_it_is_not_left_while_it_is_being_settled() -> None:
    session = left_on("director1")
    session.may_end.clear()
    async with console(session) as (app, pilot):
        await opened(pilot, app)
        await pilot.press("y", *"back", "enter", "y")
        await until(pilot, lambda: bool(session.settled))
        await pilot.press("escape", "q")
        await until(pilot, lambda: "being settled" in told(app))
        assert isinstance(app.screen, SettleScreen)
        session.may_end.set()
        await until(pilot, lambda: "✓ director1 done" in said(app))


async def test_another_word_settles_nothing_and_escape_leaves() -> None:
    session = left_on("director1")
    async with console(session) as (app, pilot):
        await opened(pilot, app)
        await pilot.press("y", *"yes", "enter", "y")
        await until(pilot, lambda: app.focused is app.screen.query_one("#word"))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        assert session.settled == []


async def test_the_banner_names_the_key_and_without_one_there_is_nothing_to_settle() -> None:
    session = left_on("director1")
    async with console(session) as (app, pilot):
        await until(pilot, lambda: "U settles it" in text(app))
        session.shown = None
        session.tell()
        await until(pilot, lambda: "U settles it" not in text(app))
        await pilot.press("U")
        await until(pilot, lambda: "No change was left unfinished" in told(app))
