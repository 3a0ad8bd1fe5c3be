"""A change that was left unfinished: what is told of it, and the word that ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.console.app import ConsoleApp
from lvstui.console.change.settle_screen import SettleScreen, unfinished
from tests.support.change_dialog import LEFT, left_on, planned
from tests.support.console import SIZES, console, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.named_case import case


def said(app: ConsoleApp) -> str:
    """Empty: the dialog has not opened yet."""
    return " ".join(planned(app).split())


def hint(app: ConsoleApp) -> str:
    return str(app.screen.query_one("#apply", Static).content)


def closable(app: ConsoleApp) -> bool:
    """Is it over?"""
    return str(app.screen.query_one("#cancel", Button).label) == "Close"


async def opened(pilot: Pilot[None], app: ConsoleApp) -> None:
    await pilot.press("U")
    await until(pilot, lambda: isinstance(app.screen, SettleScreen) and "Drain" in said(app))


async def leave(pilot: Pilot[None], app: ConsoleApp, session: FakeSession, directors: Sequence[str]) -> None:
    """On these directors, and there alone, a change was left unfinished; nothing has been settled."""
    session.shown = left_on(*directors).shown
    session.settled.clear()
    session.tell()
    await until(pilot, lambda: app.main.view is session.shown)


async def test_it_is_settled_with_a_word_and_a_key_on_every_director_that_has_it() -> None:
    session = left_on("director1")
    async with console(session) as (app, pilot):
        for directors in (["director1"], ["director1", "director2"]):
            for word, keep in (("back", False), ("keep", True)):
                with case(word, *directors):
                    await leave(pilot, app, session, directors)
                    await settle(pilot, app, session, directors, word)
                    assert session.settled == [(name, "abc123", keep) for name in directors]
                    assert all(f"✓ {name} done" in said(app) for name in directors)
                    await pilot.press("enter")
                    await until(pilot, lambda: app.screen is app.main)


async def settle(
    pilot: Pilot[None], app: ConsoleApp, session: FakeSession, directors: Sequence[str], word: str
) -> None:
    """Open the dialog, read it, type the word and press the key."""
    await opened(pilot, app)
    assert app.focused is app.screen.query_one("#cancel")
    assert "by ana@ops1" in said(app) and "is the new file" in said(app)
    assert ("no unfinished change" in said(app)) == (len(directors) == 1)
    await pilot.press("ctrl+s")  # it leads to the word, and does nothing
    await until(pilot, lambda: app.focused is app.screen.query_one("#word"))
    assert session.settled == []
    await pilot.press(*word)
    await until(pilot, lambda: "ctrl+s" in hint(app))
    await pilot.press("enter", "ctrl+s")
    await until(pilot, lambda: closable(app))


async def test_it_is_not_left_while_it_is_being_settled_and_shows_what_each_director_tells_as_it_comes() -> None:
    session = left_on("director1", "director2")
    session.may_end.clear()
    async with console(session) as (app, pilot):
        await opened(pilot, app)
        await pilot.press(*"keep", "ctrl+s")
        await until(pilot, lambda: "settling" in hint(app) and len(session.settled) == 1)
        assert app.screen.query_one("#cancel", Button).disabled and not app.screen.query_one("#word-row").display
        await pilot.press("escape", "q")
        await until(pilot, lambda: "Settling." in told(app))
        assert isinstance(app.screen, SettleScreen)
        session.may_end.set()
        await until(pilot, lambda: "✓ director1 done director1: kept" in said(app))
        await until(pilot, lambda: "✓ director2 done director2: kept" in said(app))


async def test_what_is_not_the_word_and_the_key_settles_nothing() -> None:
    session = left_on("director1")
    async with console(session) as (app, pilot):
        with case("another word, and escape"):
            await opened(pilot, app)
            await pilot.press(*"yes", "enter", "enter", "ctrl+s")
            await until(pilot, lambda: app.focused is app.screen.query_one("#word"))
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.main)
            assert session.settled == []
        with case("Enter on Cancel, whatever was typed"):
            await opened(pilot, app)
            app.screen.query_one("#word", Input).value = "keep"
            await pilot.press("enter")
            await until(pilot, lambda: app.screen is app.main)
            assert session.settled == []
        with case("where nothing may be written"):
            session.read_only = "started with --read-only"
            await pilot.press("U")
            await until(pilot, lambda: "started with --read-only" in told(app))
            assert app.screen is app.main and session.settled == []
            session.read_only = None
        with case("the banner names the key, and without one there is nothing to settle"):
            await until(pilot, lambda: "U settles it" in text(app))
            session.shown = None
            session.tell()
            await until(pilot, lambda: "U settles it" not in text(app))
            await pilot.press("U")
            await until(pilot, lambda: "No unfinished change" in told(app))


async def test_the_word_is_taken_however_it_is_written_and_what_it_means_is_said() -> None:
    session = left_on("director1", "director2")
    async with console(session) as (app, pilot):
        await opened(pilot, app)
        assert "type back or keep to confirm" in hint(app)
        word = app.screen.query_one("#word", Input)
        word.value = " KEEP "
        await until(pilot, lambda: "Keep the current files on director1 and director2" in hint(app))
        word.value = "Back"
        await until(pilot, lambda: "Put the old files back on director1 and director2" in hint(app))
        await pilot.press("ctrl+s", "ctrl+s", "ctrl+s")  # the first settles; there is no second
        await until(pilot, lambda: closable(app))
        assert session.settled == [("director1", "abc123", False), ("director2", "abc123", False)]


UNDECIDED = Outcome("undecided", 5, "director1: keepalived did not come back", {"director1": "as it was"})
ENDS: dict[str, Outcome | Exception] = {
    "✖ director1 undecided director1: keepalived did not come back": UNDECIDED,
    "✖ director1 refused another lvstui is changing director1": PlanRefused("another lvstui is changing director1"),
    "✖ director1 lvstui failed ValueError: [b]no[/]. Look at director1, and report this.": ValueError("[b]no[/]"),
}


async def test_one_that_cannot_be_settled_is_said_and_the_other_is_settled_all_the_same() -> None:
    session = left_on("director1", "director2")
    async with console(session) as (app, pilot):
        for shows, end in ENDS.items():
            with case(shows):
                session.settled.clear()
                session.settle_ends["director1"] = end
                await opened(pilot, app)
                await pilot.press(*"back", "ctrl+s")
                await until(pilot, lambda: closable(app))
                assert shows in said(app) and "✓ director2 done" in said(app)
                assert [name for name, _, _ in session.settled] == ["director1", "director2"]
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is app.main)


async def test_a_long_story_scrolls_and_what_decides_stays_in_sight_at_every_size() -> None:
    session = left_on(
        "director1", lines=tuple(f"/etc/keepalived/conf.d/{number}.conf is the new file" for number in range(99))
    )
    async with console(session, SIZES[0]) as (app, pilot):
        for size in SIZES:
            with case(*size):
                await pilot.resize_terminal(*size)
                await opened(pilot, app)
                assert app.screen.size == size
                await until(pilot, lambda: "type back or keep to confirm" in text(app) and "Cancel" in text(app))
                body = app.screen.query_one("#body")
                await until(pilot, lambda body=body: body.max_scroll_y > 20)  # type: ignore[misc]
                await pilot.press(*["down"] * 5)
                await until(pilot, lambda body=body: body.scroll_y == 5)  # type: ignore[misc]
                await pilot.press("up")
                await until(pilot, lambda body=body: body.scroll_y == 4)  # type: ignore[misc]
                assert "Cancel" in text(app)
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is app.main)


def test_one_change_is_settled_at_a_time() -> None:
    one, other = left_on("director1", "director2").view().directors
    assert [name for name, _ in unfinished((one, other))] == ["director1", "director2"]
    later = replace(LEFT, transaction="def456", title="Add 10.0.0.1:80", by="bob@ops2")
    assert unfinished((one, replace(other, unfinished=later))) == (("director1", LEFT),)
    assert unfinished((replace(one, unfinished=None), replace(other, unfinished=later))) == (("director2", later),)
    unknown = replace(LEFT, transaction="")  # it is told that there is one, and nothing can be done about it from here
    assert unfinished((replace(one, unfinished=unknown), replace(other, unfinished=None))) == ()
