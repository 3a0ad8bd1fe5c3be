"""The panel of the drains: a machine is chosen in it by key or mouse, and all of it is restored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import RealServerState
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.look.display import Display
from lvstui.console.widgets.drains_panel import DrainsPanel, by_machine, lines
from tests.support.change_dialog import REALS, SERVER, targets
from tests.support.console import console, settled, table, text, told, until
from tests.support.draining_pair import MARK, draining, drains_of
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, Pair, checked, configuration, row

TWO = [Target(SERVER, real) for real in REALS[1:]]


def two_drained() -> Pair:
    """8082 and 8083 of one machine are drained; 8081 is not."""
    pair = Pair().up()
    for name in NAMES:
        pair.files(name, configuration({8081: 1, 8082: MARK, 8083: MARK}))
        pair.checkers(name, checked(8081), checked(8082, weight=0), checked(8083, weight=0))
        pair.ipvs(name, row(8081), row(8082, 0, active=5), row(8083, 0))
    return pair


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("keys", [("b", "enter"), ("b", "r"), ("tab", "enter")], ids=" ".join)
async def test_one_key_and_enter_restore_all_of_the_machine(size: tuple[int, int], keys: tuple[str, ...]) -> None:
    session = FakeSession(two_drained())
    async with console(session, size) as (app, pilot):
        await until(pilot, lambda: app.main.query_one(DrainsPanel).display)
        await pilot.press(keys[0])
        await until(pilot, lambda: app.focused is app.main.query_one(DrainsPanel))
        await until(pilot, lambda: "Enter restores all of" in text(app))
        await pilot.press(keys[1])
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and sorted(targets(app), key=str) == TWO)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.action == "restore"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_so_does_a_click(size: tuple[int, int]) -> None:
    async with console(FakeSession(two_drained()), size) as (app, pilot):
        panel = app.main.query_one(DrainsPanel)
        await until(pilot, lambda: panel.display and panel.region.height > 0)
        await settled(pilot)
        line = panel.content_region.y - panel.region.y
        await pilot.click(panel, offset=(5, line))
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and sorted(targets(app), key=str) == TWO)


async def test_escape_leads_back_to_the_table_and_so_does_the_end_of_the_last_drain() -> None:
    pair = two_drained()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        panel = app.main.query_one(DrainsPanel)
        await until(pilot, lambda: panel.display)
        await pilot.press("b")
        await until(pilot, lambda: app.focused is panel)
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is table(app))
        await pilot.press("b")
        await until(pilot, lambda: app.focused is panel)
        pair.up()
        session.tell()
        await until(pilot, lambda: not panel.display and app.focused is table(app))


async def test_without_a_drain_its_key_says_so() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press("b")
        await until(pilot, lambda: "No drain is in progress." in told(app))


async def test_nothing_is_restored_where_nothing_may_be_written() -> None:
    async with console(FakeSession(two_drained(), read_only="started with --read-only")) as (app, pilot):
        await until(pilot, lambda: app.main.query_one(DrainsPanel).display)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.focused, DrainsPanel))
        await pilot.press("enter")
        await until(pilot, lambda: "No changes are possible now: started with --read-only." in told(app))
        assert app.screen is app.main


def test_the_drains_of_one_machine_stand_together_and_the_cursor_s_are_in_sight() -> None:
    drains = drains_of({"10.0.0.1:80": 5.0, "10.0.0.2:80": 20.0, "10.0.0.1:81": 90.0, "10.0.0.3:80": None})
    assert [len(some) for some in by_machine(drains).values()] == [2, 1, 1]
    assert all(one.state is RealServerState.DRAINING for one in drains)
    shown = lines(drains, 0.0, Display(), 120, 3)
    assert [one.machine for one in shown] == ["10.0.0.1", "10.0.0.1", ""]
    below = lines(drains, 0.0, Display(), 120, 3, "10.0.0.3")
    assert [one.machine for one in below] == ["10.0.0.2", "10.0.0.3", ""]
    (only,) = lines(drains, 0.0, Display(), 80, 1, "10.0.0.2")
    assert only.machine == "10.0.0.2" and "2 of 3" in only.text.plain


async def test_machines_are_gone_through_with_the_arrows() -> None:
    session = FakeSession(draining())
    session.shown = replace(session.view(), drains=tuple(drains_of({"10.0.0.1:80": 5.0, "10.0.0.2:80": 20.0})))
    async with console(session) as (app, pilot):
        panel = app.main.query_one(DrainsPanel)
        await until(pilot, lambda: panel.display)
        panel.focus()
        await pilot.press("down")
        assert "restores all of 10.0.0.2" in str(panel.border_title)
        await pilot.press("down", "up")
        assert "restores all of 10.0.0.1" in str(panel.border_title)
