"""The history: what was changed, by whom, and how it ended."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from lvstui.cluster.change.plan_record import record
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import ChangeRecord, Intent
from lvstui.cluster.plan.outcome import Outcome
from lvstui.console.app import ConsoleApp
from lvstui.console.change.history_screen import HistoryScreen
from lvstui.console.change.screen import ChangeScreen
from tests.support.change_dialog import REALS, SERVER
from tests.support.console import console, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.pair import WHEN
from tests.support.telling import NAMES, Pair


def records(session: FakeSession) -> list[ChangeRecord]:
    """A drain by ana that was done, and a weight by bob that was rolled back on director1."""
    made = []
    for number, (action, weight, by, kind) in enumerate(
        (("drain", None, "ana@ops1", "done"), ("weight", 7, "bob@ops2", "rolled back"))
    ):
        intent = Intent(action, (Target(SERVER, REALS[number]),), weight, by, WHEN, "disks [b]!" if number == 0 else "")  # type: ignore[arg-type]
        plan = session.plan(intent)
        left = {name: f"{name}: {kind}, and said" for name in NAMES}
        outcome = Outcome(kind, 0, f"{plan.title}: {kind}", left)  # type: ignore[arg-type]
        made.append(record(plan, outcome, id=str(number), wall=1_800_000_000.0 + 86400 * number, overrides=frozenset()))
    return made


async def history(pilot: Pilot[None], app: ConsoleApp) -> OptionList:
    await pilot.press("H")
    await until(pilot, lambda: isinstance(app.screen, HistoryScreen) and isinstance(app.focused, OptionList))
    return app.screen.query_one(OptionList)


async def test_the_newest_is_first_and_shows_its_diff_and_how_each_director_was_left() -> None:
    session = FakeSession(Pair().up())
    session.records = records(session)
    async with console(session) as (app, pilot):
        listed = await history(pilot, app)
        await until(pilot, lambda: "director1: rolled back, and said" in text(app))
        assert listed.option_count == 2 and listed.highlighted == 0
        assert "bob@ops2" in text(app) and "weight 7" in text(app)
        await pilot.press("down")
        await until(pilot, lambda: "director2: done, and said" in text(app))
        assert "Reason: disks [b]!" in text(app) and "# drained, was 1" in text(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is app.screen.query_one("#detail"))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_it_is_filtered_by_words_and_the_filter_is_left_first() -> None:
    session = FakeSession(Pair().up())
    session.records = records(session)
    async with console(session) as (app, pilot):
        listed = await history(pilot, app)
        await pilot.press("slash", *"ana drain")
        await until(pilot, lambda: listed.option_count == 1 and "director2: done, and said" in text(app))
        await pilot.press(*"zzz")
        await until(pilot, lambda: listed.option_count == 0 and "No matching changes" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: listed.option_count == 2 and not app.screen.query_one("#filter", Input).display)
        assert isinstance(app.screen, HistoryScreen)


async def test_a_filter_that_is_typed_at_once_and_leaves_none_is_no_trouble() -> None:
    session = FakeSession(Pair().up())
    session.records = records(session)
    async with console(session) as (app, pilot):
        listed = await history(pilot, app)
        shown = app.screen
        assert isinstance(shown, HistoryScreen)
        listed.highlighted = 1
        with shown.prevent(Input.Changed):
            shown.query_one("#filter", Input).value = "zzz"
        shown._fill()  # before the screen is told what is highlighted
        await pilot.press("down")  # it has been told by now
        await until(pilot, lambda: listed.option_count == 0 and "No matching changes" in text(app))


async def test_u_opens_the_undo_of_the_last_that_is_in_force() -> None:
    session = FakeSession(Pair().up())
    session.records = records(session)
    async with console(session) as (app, pilot):
        await history(pilot, app)
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "ana@ops1 did at" in text(app))
        assert session.applied == []


async def test_an_empty_history_and_one_that_cannot_be_read_are_said() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await history(pilot, app)
        await until(pilot, lambda: "No change has been made from this machine yet" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        session.unreadable = PermissionError(13, "Permission denied", "/state/history.jsonl")
        await pilot.press("H")
        await until(pilot, lambda: "could not be read" in told(app) and "/state/history.jsonl" in told(app))
        assert app.screen is app.main


async def test_the_history_can_be_read_where_nothing_may_be_written() -> None:
    session = FakeSession(Pair().up())
    session.records = [replace(one, by="eve") for one in records(session)]
    session.read_only = "started with --read-only"
    async with console(session) as (app, pilot):
        await history(pilot, app)
        await until(pilot, lambda: "eve@ops2" in text(app))
        await pilot.press("u")
        await until(pilot, lambda: "started with --read-only" in told(app))
        assert app.screen is app.main
