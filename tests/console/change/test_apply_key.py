"""The key that applies: what it takes where the plan of what was typed last is still worked out, and what it does not."""

from __future__ import annotations

from textual.pilot import Pilot

from lvstui.console.app import ConsoleApp
from tests.support.change_dialog import burst, change, opened, planned, targets, value
from tests.support.console import console, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair


async def pressed_too_early(pilot: Pilot[None], app: ConsoleApp, session: FakeSession) -> None:
    """A drain's reason is typed and the key pressed; its plan is not made before the session may."""
    await opened(pilot, app, "d", shows="weight 0")
    session.may_plan.clear()
    burst(app, "by ana", "ctrl+s")
    await until(pilot, lambda: value(app) == "by ana" and "preparing the plan" in planned(app))


async def test_the_key_takes_the_reason_to_its_last_letter_also_while_it_is_still_worked_out() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        session.may_plan.clear()
        burst(app, "by ana", "ctrl+s")
        await until(pilot, lambda: value(app) == "by ana")
        await pilot.pause()
        assert session.applied == []
        session.may_plan.set()
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.reason == "by ana"


async def test_the_key_does_not_take_another_scope_than_the_one_that_was_read() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        session.may_plan.clear()
        burst(app, "", "ctrl+t", "ctrl+s")
        await until(pilot, lambda: "plan is not ready yet" in told(app))
        session.may_plan.set()
        await until(pilot, lambda: len(targets(app)) == 3 and change(app).state.plan is not None)
        assert session.applied == []


async def test_the_key_pressed_again_while_the_reason_is_worked_out_breaks_nothing_off() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pressed_too_early(pilot, app, session)
        await pilot.press("ctrl+s", "ctrl+s")
        session.may_plan.set()
        await until(pilot, lambda: bool(session.applied))
        assert [plan.intent.reason for plan, *_ in session.applied] == ["by ana"]


async def test_the_key_does_not_take_what_was_typed_after_it() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pressed_too_early(pilot, app, session)
        await pilot.press(*" y")
        session.may_plan.set()
        await until(pilot, lambda: "plan is not ready yet" in told(app) and ": by ana y" in planned(app))
        assert session.applied == []


async def test_escape_takes_the_key_back_while_the_reason_is_worked_out() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pressed_too_early(pilot, app, session)
        await pilot.press("escape")
        session.may_plan.set()
        await until(pilot, lambda: app.screen is app.main)
        await pilot.pause()
        assert session.applied == []
