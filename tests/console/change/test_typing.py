"""What is typed into a dialog of a change: a letter never applies one, wherever the focus is; text goes where text belongs."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from lvstui.console.app import ConsoleApp
from lvstui.console.base import typed_dialog
from lvstui.console.change.dialog_state import DialogPhase
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.change.settle_screen import SettleScreen
from lvstui.console.commands import change_dialogs
from tests.support.change_dialog import (
    REALS,
    SERVER,
    apply,
    burst,
    change,
    hint,
    left_on,
    opened,
    planned,
    second_is_drained,
    targets,
    value,
)
from tests.support.console import console, settled, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair

Open = Callable[[Pilot[None], ConsoleApp], None]


@pytest.fixture(autouse=True)
def never_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the countdown out of reach: a slow machine types for longer than its minute."""
    monkeypatch.setattr(change_dialogs, "GRACE", 3600.0)


async def dialog(pilot: Pilot[None], app: ConsoleApp, session: FakeSession, which: str) -> None:
    """That dialog is open, with a plan on the screen that could be applied."""
    if which == "restore due":
        app.main.call_later(change_dialogs.restore_due, app.main, [(SERVER, REALS[1])])
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "→ 1" in planned(app))
    elif which == "u":
        await opened(pilot, app, "d", shows="weight 0")
        await apply(pilot, app, session)
        for plan in session.applied.pop()[0].directors:
            session.pair.files(plan.name, plan.replacements[0].data)  # type: ignore[attr-defined]
        await opened(pilot, app, "u", shows="Reverts what")
    elif which == "r":
        await opened(pilot, app, "down", "r", shows="weight")
    elif which == "w":
        await opened(pilot, app, "w", shows="The weight is")
        await opened(pilot, app, "7", shows="→ 7")
    else:
        await opened(pilot, app, which, shows="weight")


def pair_for(which: str) -> Pair:
    return second_is_drained(Pair().up()) if which in ("r", "restore due") else Pair().up()


DIALOGS = ["d", "r", "restore due", "w", "plus", "x", "u"]


@pytest.mark.parametrize("which", DIALOGS)
async def test_by_ana_is_a_reason_in_every_dialog_and_applies_nothing(which: str) -> None:
    session = FakeSession(pair_for(which))
    async with console(session) as (app, pilot):
        await dialog(pilot, app, session, which)
        plan = change(app).state.plan
        assert plan is not None
        await pilot.press(*"by ana")
        await until(pilot, lambda: value(app) == "by ana" and change(app).state.plan is not None)
        await until(pilot, lambda: (now := change(app).state.plan) is not None and now.intent.reason == "by ana")
        assert session.applied == [] and change(app).state.asking
        now = change(app).state.plan
        assert now is not None and now.intent == replace(plan.intent, reason="by ana")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.reason == "by ana"


@pytest.mark.parametrize("which", DIALOGS)
async def test_no_printable_text_applies_or_widens_a_change_wherever_the_focus_is(which: str) -> None:
    session = FakeSession(pair_for(which))
    characters = list(string.printable[:95] + "é漢ß€")
    shuffle = random.Random(which).shuffle
    async with console(session) as (app, pilot):
        await dialog(pilot, app, session, which)
        meant = targets(app)
        for focus in ("", "#cancel", "#go", "#reason", "MachineChoice"):
            for widget in list(app.screen.query(focus))[:1] if focus else []:
                widget.focus()
            shuffle(characters)
            text = "maintenance by ana" + "".join(characters)
            app.screen.query_one("#reason", Input).value = ""
            burst(app, text)
            await until(pilot, lambda: len(value(app) or "") == len(text))  # noqa: B023
            assert value(app) == text
            await until(
                pilot, lambda: change(app).state.plan is not None or change(app).state.phase is DialogPhase.REFUSED
            )
            assert session.applied == [] and change(app).state.asking and targets(app) == meant


async def test_what_is_typed_before_the_dialog_is_there_goes_into_it_and_in_order() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        burst(app, "dmaintenance by ana")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and value(app) == "maintenance by ana")
        await until(pilot, lambda: change(app).state.plan is not None)
        assert session.applied == [] and len(targets(app)) == 1


async def test_digits_typed_before_the_dialog_of_a_weight_is_there_are_its_weight() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        burst(app, "w12 by ana")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and value(app) == " by ana")
        assert value(app, "field") == "12" and session.applied == []


async def test_the_add_forms_letters_stay_in_its_fields_and_its_reason_takes_the_rest() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "a", shows="address:port")
        burst(app, "by ana")
        await until(pilot, lambda: value(app, "server") == "by ana")
        app.screen.query_one("#server", Input).value = "192.168.211.14:80"
        await until(pilot, lambda: "192.168.211.14:80 is new" in planned(app).replace("\n", " "))
        app.screen.query_one("#go").focus()
        burst(app, "one more y")
        await until(pilot, lambda: value(app) == "one more y")
        assert session.applied == []
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.reason == "one more y"


async def test_letters_settle_nothing() -> None:
    session = left_on("director1")
    async with console(session) as (app, pilot):
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, SettleScreen) and app.screen._ready)
        burst(app, "by ana y q")
        await until(pilot, lambda: value(app, "word") == "by ana y q")
        assert isinstance(app.screen, SettleScreen) and session.settled == []


# --- the keys that apply ---


async def test_enter_after_a_reason_neither_discards_nor_applies_until_there_was_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typed_dialog, "PAUSE", 3600.0)
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        await pilot.press(*"disks")
        await until(pilot, lambda: ": disks" in planned(app))
        await pilot.press("enter", "enter", "enter", "enter")
        assert session.applied == [] and app.focused is app.screen.query_one("#go")
        while not session.applied:
            change(app)._enter_from = 0.0  # a pause
            await pilot.press("enter")
            await pilot.pause()
        assert session.applied[0][0].intent.reason == "disks"


async def test_enter_never_leads_to_cancel_from_a_form_that_is_not_complete() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "a", shows="address:port")
        for _ in range(12):
            await pilot.press("enter")
            assert isinstance(app.focused, Input)
        assert isinstance(app.screen, ChangeScreen) and session.applied == []


async def test_tab_and_enter_apply_where_a_terminal_keeps_the_key_to_itself() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: bool(session.applied))


async def test_the_button_is_clicked() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        await until(pilot, lambda: "ctrl+s" in hint(app))
        await settled(pilot)
        await pilot.click("#go")
        await until(pilot, lambda: bool(session.applied))


async def test_the_whole_machine_a_reason_and_one_key_that_applies() -> None:
    """ux's task: `d`, the key of the machine, the reason, one key."""
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        await pilot.press("ctrl+t", *"kernel update")
        await until(pilot, lambda: "all 3: weight 1 → 0" in planned(app) and "kernel update" in planned(app))
        await pilot.press("ctrl+s")  # all three: that wants its word
        await until(pilot, lambda: app.focused is app.screen.query_one("#names"))
        await pilot.press(*"last-server", "ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert len(session.applied[0][0].intent.targets) == 3
        assert session.applied[0][0].intent.reason == "kernel update"


async def test_several_lines_that_are_pasted_are_one_reason() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        app.post_message(events.Paste("kernel update,\n  by ana\ny\n"))
        await until(pilot, lambda: value(app) == "kernel update, by ana y")
        assert session.applied == []


# --- the weight ---


@pytest.mark.parametrize(
    ("keys", "weight"),
    [
        (("backspace", "minus", "5"), "5"),  # what a step made is selected
        (("plus", "plus", "5"), "5"),
        (("1", "2", "home", "3"), "312"),
        (("1", "2", "home", "delete", "end", "4"), "24"),
        (("1", "2", "left", "backspace"), "2"),
        (("minus", "minus", "plus"), "1"),
    ],
)
async def test_a_weight_is_edited_as_a_number_is(keys: tuple[str, ...], weight: str) -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "w", shows="The weight is")
        await pilot.press(*keys)
        assert value(app, "field") == weight and value(app) == ""


async def test_letters_after_a_weight_are_its_reason_and_digits_there_stay_text() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "w", shows="The weight is")
        await pilot.press(*"12", *"for 2+2 days")
        await until(pilot, lambda: value(app) == "for 2+2 days")
        assert value(app, "field") == "12" and session.applied == []


async def test_what_is_pasted_into_a_weight_is_a_number() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "w", shows="The weight is")
        app.post_message(events.Paste("25"))
        await until(pilot, lambda: value(app, "field") == "25")
