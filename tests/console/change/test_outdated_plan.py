"""A plan that is made again in the dialog of a change: when, what is said of it, and that it is not applied unread."""

from __future__ import annotations

import pytest

from lvstui.console.change import dialog_state
from tests.support.change_dialog import change, only_the_first_lives, opened, planned
from tests.support.console import console, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair, configuration


async def test_a_plan_that_became_outdated_is_made_anew_and_said_before_it_is_applied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    monkeypatch.setattr(dialog_state, "READING", 3600.0)
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        pair.files("director1", b"# by another hand\n" + configuration())
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Plan updated" in planned(app))
        assert "director1: /etc/keepalived/keepalived.conf was changed by someone else" in planned(app)
        assert "keepalived.conf line 27" in planned(app)  # one further down
        assert session.applied == []
        change(app).state._read_from = 0.0  # it has been on the screen for long enough
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert b"by another hand" in session.applied[0][0].directors[1].replacements[0].data


async def test_a_plan_that_takes_its_time_is_waited_for_and_is_not_applied_unread() -> None:
    session = FakeSession(Pair().up())
    session.may_plan.clear()
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="preparing the plan")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "plan is not ready yet" in told(app))
        session.may_plan.set()
        await until(pilot, lambda: "weight 1 → 0" in planned(app))
        assert session.applied == []


async def test_a_costly_plan_is_made_again_only_when_it_is_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialog_state, "CHEAP", 0.0)  # this one is
    monkeypatch.setattr(dialog_state, "SELDOM", 0.0)
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        shown = change(app).state.plan
        change(app).tick()
        await pilot.pause()
        assert change(app).state.plan is shown
        pair.files("director2", b"# by another hand\n" + configuration())
        change(app).tick()
        await until(pilot, lambda: "director2: /etc/keepalived/keepalived.conf was changed" in planned(app))


async def test_a_plan_that_cannot_be_made_for_a_defect_of_ours_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FakeSession(Pair().up())
    monkeypatch.setattr(session, "plan", lambda intent: 1 // 0)
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="ZeroDivisionError")
        await pilot.press("ctrl+s", "escape")
        await until(pilot, lambda: app.screen is app.main)
        assert session.applied == []


async def test_what_comes_to_speak_against_it_meanwhile_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        only_the_first_lives(pair)
        await until(pilot, lambda: "guard last-server now objects" in planned(app))
        await pilot.press("ctrl+s")
        assert session.applied == []
