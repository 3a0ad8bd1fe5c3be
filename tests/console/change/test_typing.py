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
from tests.support.named_case import case
from tests.support.telling import Pair

Open = Callable[[Pilot[None], ConsoleApp], None]


@pytest.fixture(autouse=True)
def never_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the countdown out of reach: a slow machine types for longer than its minute."""
    monkeypatch.setattr(change_dialogs, "GRACE", 3600.0)


async def dialog(pilot: Pilot[None], app: ConsoleApp, session: FakeSession, which: str, *, again: bool = False) -> None:
    """That dialog is open, with a plan on the screen that could be applied."""
    if which == "restore due":
        app.main.call_later(change_dialogs.restore_due, app.main, [(SERVER, REALS[1])])
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "→ 1" in planned(app))
    elif which == "u":
        if not again:  # nothing is there to be undone yet
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


async def left(pilot: Pilot[None], app: ConsoleApp) -> None:
    """Leave the dialog, whatever was typed into it."""
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is app.main)


# What is open in one console after the other, and whether the second server is drained there.
DIALOGS = [(("d", "w", "plus", "x", "u"), False), (("r", "restore due"), True)]


@pytest.mark.parametrize(("dialogs", "is_drained"), DIALOGS, ids=["up", "drained"])
async def test_by_ana_is_a_reason_in_every_dialog_and_no_text_applies_or_widens_a_change(
    dialogs: tuple[str, ...], is_drained: bool
) -> None:
    session = FakeSession(second_is_drained(Pair().up()) if is_drained else Pair().up())
    async with console(session) as (app, pilot):
        for which in dialogs:
            with case("the dialog", which):
                await pilot.press("home", "down")
                await dialog(pilot, app, session, which)
                await nothing_applies_or_widens(pilot, app, session, which)
                await left(pilot, app)
                await pilot.press("home", "down")
                await dialog(pilot, app, session, which, again=True)
                await by_ana_is_its_reason(pilot, app, session)
                session.applied.clear()
                await left(pilot, app)


async def by_ana_is_its_reason(pilot: Pilot[None], app: ConsoleApp, session: FakeSession) -> None:
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
    await until(pilot, lambda: change(app).state.over)


async def nothing_applies_or_widens(pilot: Pilot[None], app: ConsoleApp, session: FakeSession, which: str) -> None:
    """Type each printable character, in any order, where the focus is at first, and each once more elsewhere.

    The first letter takes the focus to the field, and all after it are typed there.
    """
    characters = list(string.printable[:95] + "é漢ß€")
    random.Random(which).shuffle(characters)
    elsewhere = ["#cancel", "#go", "#reason", "MachineChoice"]
    shares = {focus: characters[number :: len(elsewhere)] for number, focus in enumerate(elsewhere)}
    meant = targets(app)
    for focus, share in {"": characters, **shares}.items():
        for widget in list(app.screen.query(focus))[:1] if focus else []:
            widget.focus()
        text = "maintenance by ana" + "".join(share)
        app.screen.query_one("#reason", Input).value = ""
        burst(app, text)
        await until(pilot, lambda: len(value(app) or "") == len(text))  # noqa: B023
        assert value(app) == text, focus
        await until(pilot, lambda: change(app).state.plan is not None or change(app).state.phase is DialogPhase.REFUSED)
        assert session.applied == [] and change(app).state.asking and targets(app) == meant, focus


async def test_what_is_typed_before_the_dialog_is_there_goes_into_it_and_in_order() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        burst(app, "dmaintenance by ana")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and value(app) == "maintenance by ana")
        await until(pilot, lambda: change(app).state.plan is not None)
        assert session.applied == [] and len(targets(app)) == 1
        await left(pilot, app)
        with case("the digits of a weight"):
            burst(app, "w12 by ana")
            await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and value(app) == " by ana")
            assert value(app, "field") == "12" and session.applied == []


async def test_the_add_forms_letters_stay_in_its_fields_and_its_reason_takes_the_rest() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        with case("enter never leads to Cancel from a form that is not complete"):
            await opened(pilot, app, "a", shows="address:port")
            for _ in range(12):
                await pilot.press("enter")
                assert isinstance(app.focused, Input)
            assert isinstance(app.screen, ChangeScreen) and session.applied == []
            await left(pilot, app)
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


async def test_tab_and_enter_apply_where_a_terminal_keeps_the_key_to_itself_and_so_does_a_click() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        with case("tab and enter"):
            await opened(pilot, app, "d", shows="weight 0")
            await pilot.press("tab", "enter")
            await until(pilot, lambda: bool(session.applied) and change(app).state.over)
        session.applied.clear()
        await left(pilot, app)
        with case("the button is clicked"):
            await opened(pilot, app, "d", shows="weight 0")
            await until(pilot, lambda: "ctrl+s" in hint(app))
            await settled(pilot)
            await pilot.click("#go")
            await until(pilot, lambda: bool(session.applied))


async def test_the_whole_machine_a_reason_and_one_key_that_applies() -> None:
    """ux's task: `d`, the key of the machine, the reason, one key."""
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        with case("several lines that are pasted are one reason"):
            await opened(pilot, app, "d", shows="weight 0")
            app.post_message(events.Paste("kernel update,\n  by ana\ny\n"))
            await until(pilot, lambda: value(app) == "kernel update, by ana y")
            assert session.applied == []
            await left(pilot, app)
        await opened(pilot, app, "d", shows="weight 0")
        await pilot.press("ctrl+t", *"update")
        await until(pilot, lambda: "all 3: weight 1 → 0" in planned(app) and ": update" in planned(app))
        await pilot.press("ctrl+s")  # all three: that wants its word
        await until(pilot, lambda: app.focused is app.screen.query_one("#names"))
        await pilot.press(*"last-server", "ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert len(session.applied[0][0].intent.targets) == 3
        assert session.applied[0][0].intent.reason == "update"


# --- the weight ---

WEIGHTS = [
    (("backspace", "minus", "5"), "5"),  # what a step made is selected
    (("plus", "plus", "5"), "5"),
    (("1", "2", "home", "3"), "312"),
    (("1", "2", "home", "delete", "end", "4"), "24"),
    (("1", "2", "left", "backspace"), "2"),
    (("minus", "minus", "plus"), "1"),
]


async def test_a_weight_is_edited_as_a_number_is() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        for keys, weight in WEIGHTS:
            with case(*keys):
                await opened(pilot, app, "w", shows="The weight is")
                await pilot.press(*keys)
                assert value(app, "field") == weight and value(app) == ""
                await left(pilot, app)
        with case("letters after it are its reason, and digits there stay text"):
            await opened(pilot, app, "w", shows="The weight is")
            await pilot.press(*"12", *"for 2+2 d")
            await until(pilot, lambda: value(app) == "for 2+2 d")
            assert value(app, "field") == "12" and session.applied == []
            await left(pilot, app)
        with case("a number that is pasted"):
            await opened(pilot, app, "w", shows="The weight is")
            app.post_message(events.Paste("25"))
            await until(pilot, lambda: value(app, "field") == "25")
