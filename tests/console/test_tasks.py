"""The tasks of an operator, each with no more keys than it may take, from the main screen with the cursor on one of the servers.

Not for: what each screen shows besides (see its own tests).
"""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import EventView, Severity
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.configuration.screen import ConfigurationScreen
from lvstui.console.screens.events_screen import EventsScreen
from lvstui.console.widgets.drains_panel import DrainsPanel
from tests.support.change_dialog import planned, targets
from tests.support.console import console, table, text, told, until
from tests.support.draining_pair import draining, left
from tests.support.fake_session import FakeSession
from tests.support.machine_pair import FIRST as MACHINE
from tests.support.machine_pair import machine_pair
from tests.support.telling import NAMES, Pair, checked


def of_machine(session: FakeSession) -> list[Target]:
    return [
        Target(real.virtual_server, real.id)
        for server in session.view().virtual_servers
        for real in server.real_servers
        if real.id.startswith(f"{MACHINE}:")
    ]


async def test_a_whole_machine_is_taken_out_with_a_reason() -> None:
    """Two keys, the reason, one key that applies; in every virtual server, and nothing else."""
    session = FakeSession(machine_pair())
    async with console(session) as (app, pilot):
        meant = of_machine(session)
        assert len(meant) > 1 and len({one.virtual_server for one in meant}) > 1
        await pilot.press("m", "d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and set(targets(app)) == set(meant))
        await pilot.press(*"kernel update")
        await until(pilot, lambda: "kernel update" in planned(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        ((plan, overrides),) = session.applied
        assert plan.intent.action == "drain" and set(plan.intent.targets) == set(meant)
        assert plan.intent.reason == "kernel update" and overrides == frozenset()


async def test_the_key_in_the_dialog_takes_no_more() -> None:
    session = FakeSession(machine_pair())
    async with console(session) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and len(targets(app)) == 1)
        await pilot.press("ctrl+t", *"kernel update")
        await until(pilot, lambda: set(targets(app)) == set(of_machine(session)) and "kernel update" in planned(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert set(session.applied[0][0].intent.targets) == set(of_machine(session))


async def test_the_machine_is_brought_back() -> None:
    session = FakeSession(machine_pair(drained=True))
    async with console(session) as (app, pilot):
        await pilot.press("m", "r")
        meant = set(of_machine(session))
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and set(targets(app)) == meant)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.action == "restore"


async def test_the_machine_is_brought_back_from_the_drains() -> None:
    session = FakeSession(machine_pair(drained=True))
    async with console(session) as (app, pilot):
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.focused, DrainsPanel))
        await pilot.press("enter")
        meant = set(of_machine(session))
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and set(targets(app)) == meant)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))


async def test_folded_servers_of_the_machine_are_selected_too_and_those_that_a_filter_hides_are_told() -> None:
    session = FakeSession(machine_pair())
    async with console(session) as (app, pilot):
        await pilot.press("end", "z", "home", "down", "m")
        await until(pilot, lambda: len(table(app).marked()) == len(of_machine(session)))
        await pilot.press("m")
        await until(pilot, lambda: not table(app).marks)
        await pilot.press("slash", *"rs:8081", "enter", "m")
        await until(pilot, lambda: f"of {len(of_machine(session))} ports of {MACHINE}: they are left out" in told(app))


async def test_it_is_seen_without_a_key_whether_it_is_safe_to_stop() -> None:
    pair = draining(active=5)
    session = FakeSession(pair)
    async with console(session, (240, 60)) as (app, pilot):
        await until(pilot, lambda: "DRAINING" in text(app))
        left(pair, 0, backup=3).view()
        pair.after(1.0)
        session.tell()
        await until(pilot, lambda: "director1: none left" in text(app))
        assert "DRAINED" not in text(app) and "safe to stop" not in text(app)
        for _ in range(3):
            left(pair, 0).view()
        session.tell()
        await until(pilot, lambda: "DRAINED" in text(app) and "safe to stop" in text(app))


async def test_who_is_master_of_which_vip_is_seen_without_a_key_at_120_columns() -> None:
    async with console(FakeSession(Pair().up())) as (app, _):
        line = next(one for one in text(app).splitlines() if "VI_1" in one)
        assert "MASTER" in line and "10.10.0.20" in line


async def test_why_a_server_is_down_is_read_with_one_key() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.checkers(name, checked(8081), checked(8082, alive=False), checked(8083))
    async with console(FakeSession(pair)) as (app, pilot):
        await pilot.press("down", "enter")
        await until(pilot, lambda: "TCP_CHECK" in text(app))


async def test_what_differs_between_the_directors_is_one_key() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, ConfigurationScreen) and "the files agree" in text(app))


async def test_one_event_is_found_by_its_words() -> None:
    session = FakeSession(Pair().up())
    found, other = (
        EventView(0.0, Severity.INFO, "director1", "", words) for words in ("the one that is meant", "another")
    )
    session.shown = replace(session.view(), events=(found, other))
    async with console(session) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EventsScreen) and "another" in text(app))
        await pilot.press("slash", *"meant")
        await until(pilot, lambda: "the one that is meant" in text(app) and "another" not in text(app))
