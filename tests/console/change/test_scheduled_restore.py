"""A drain that names the time of its restore: whose console restores it, when, and what keeps it from that."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

import pytest
from textual.widgets import Static

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import DrainedView, DrainView, RealServerState
from lvstui.console.app import ConsoleApp
from lvstui.console.change import screen as change_screen
from lvstui.console.change.scheduled_restore import DueRestores
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.commands import change_dialogs
from lvstui.settings.operator import operator
from tests.support.console import console, text, until
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, WALL, Pair, checked, configuration, row

ME = "ana@ops1"
SERVER, REAL = "tcp/10.10.0.20:80", "192.168.211.13:8082"
DRAIN = DrainView(
    SERVER, REAL, RealServerState.DRAINED, DrainedView(1, "2026-11-22 14:01", ME, ""), {}, None, None, True, None, None, 100.0
)  # fmt: skip


def test_a_time_that_was_ahead_comes_once() -> None:
    due = DueRestores()
    due.look([DRAIN], 90.0, ME)
    assert not due.now
    due.look([DRAIN], 100.0, ME)
    assert due.take() == [(SERVER, REAL)]
    due.look([DRAIN], 101.0, ME)
    assert not due.now


@pytest.mark.parametrize("by", ["bob@ops1", "ana@ops2"])
def test_what_somebody_else_drained_does_not_come(by: str) -> None:
    due = DueRestores()
    for wall in (90.0, 110.0):
        due.look([DRAIN], wall, by)
    assert not due.now


def test_a_console_that_is_opened_later_only_reminds() -> None:
    due = DueRestores()
    due.look([DRAIN], 100.5, ME)
    due.look([DRAIN], 101.0, ME)
    assert not due.now


def test_one_that_is_restored_or_put_off_while_it_waits_does_not_come() -> None:
    for drains in ([], [replace(DRAIN, restore_at=500.0)]):
        due = DueRestores()
        due.look([DRAIN], 90.0, ME)
        due.look([DRAIN], 100.0, ME)  # a dialog is open
        due.look(drains, 101.0, ME)
        assert not due.now
    due.look([replace(DRAIN, restore_at=500.0)], 501.0, ME)
    assert due.now


def drained(pair: Pair, *, pending: bool = False) -> tuple[Pair, float]:
    """8082 by this operator, to be restored at the next whole minute; and the seconds until then."""
    until_then = 60 - (WALL + pair.now) % 60
    restore = datetime.fromtimestamp(WALL + pair.now + until_then)
    when = datetime.fromtimestamp(WALL + pair.now - 3600)
    mark = f"0  # drained, was 1, {when:%Y-%m-%d %H:%M} by {operator()}: restore at {restore:%Y-%m-%d %H:%M}"
    for name in NAMES:
        pair.files(name, configuration({8081: 1, 8082: mark, 8083: 1}), mtime=pair.wall() if pending else None)
        pair.checkers(name, checked(8081), checked(8082, weight=0), checked(8083))
    return pair, until_then


def words(app: ConsoleApp) -> str:
    """Of the dialog, wherever its lines are broken."""
    return " ".join(str(one.content) for one in app.screen.query("#plan").results(Static)).replace("\n", " ")


def later(session: FakeSession, pair: Pair, seconds: float) -> None:
    pair.after(seconds)
    for name in NAMES:
        pair.ipvs(name, row(8081), row(8082, 0), row(8083))
    session.tell()


def shown(app: ConsoleApp, pair: Pair) -> bool:
    """Return True once the main screen has what the pair says now."""
    return app.main.newest is not None and app.main.newest.wall >= WALL + pair.now


async def test_it_is_restored_by_itself_after_a_while_in_which_it_can_be_called_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr(change_screen, "time", SimpleNamespace(monotonic=lambda: now[0], time=time.time))
    pair, seconds = drained(Pair().up())
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        later(session, pair, seconds - 1)
        await until(pilot, lambda: shown(app, pair))
        assert app.screen is app.main
        later(session, pair, 1)
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "runs automatically in" in text(app))
        assert session.applied == [] and app.focused is app.screen.query_one("#cancel")
        now[0] += change_dialogs.GRACE
        await until(pilot, lambda: session.applied != [])
        ((plan, overrides),) = session.applied
        assert plan.intent.action == "restore" and plan.intent.targets == (Target(SERVER, REAL),)
        assert overrides == frozenset() and plan.intent.by == operator()
        await until(pilot, lambda: "verified on both" in text(app))


async def test_called_off_it_does_not_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_dialogs, "GRACE", 3600.0)
    pair, seconds = drained(Pair().up())
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        later(session, pair, seconds)
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        for _ in range(3):
            later(session, pair, 60)
            await until(pilot, lambda: shown(app, pair))
        await until(pilot, lambda: "restore overdue since" in text(app))  # the banner goes on reminding
        assert app.screen is app.main and session.applied == []


async def test_another_dialog_is_not_covered_by_it() -> None:
    pair, seconds = drained(Pair().up())
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen is not app.main)
        later(session, pair, seconds)
        await until(pilot, lambda: shown(app, pair))
        assert not isinstance(app.screen, ChangeScreen)
        await pilot.press("escape")
        later(session, pair, 1)
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))


async def test_where_a_guard_asks_it_waits_for_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_dialogs, "GRACE", 0.0)
    looks, tick = list[None](), ChangeScreen.tick
    monkeypatch.setattr(ChangeScreen, "tick", lambda screen: looks.append(tick(screen)))
    pair, seconds = drained(Pair().up(), pending=True)
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        later(session, pair, seconds)
        await until(pilot, lambda: "not run automatically" in words(app))
        looks.clear()
        await until(pilot, lambda: len(looks) >= 3)  # in each it would be done by itself
        assert session.applied == []
        await pilot.press("escape")


async def test_a_console_that_may_not_write_only_reminds() -> None:
    pair, seconds = drained(Pair().up())
    session = FakeSession(pair, read_only="as you asked")
    async with console(session) as (app, pilot):
        later(session, pair, seconds)
        await until(pilot, lambda: shown(app, pair) and "restore overdue since" in text(app))
        assert app.screen is app.main
