"""The page of events: all of them, filtered, in full, and where Enter leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from lvstui.cluster.event_kind import EventKind
from lvstui.cluster.events.timeline import KEPT
from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import EventView, ServerTurn, Severity
from lvstui.console.app import ConsoleApp
from lvstui.console.director_page.screen import DirectorScreen
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.look.display import Display
from lvstui.console.real_server.screen import RealServerScreen
from lvstui.console.screens.events_screen import EventsScreen, _place, rows
from lvstui.console.topology.screen import TopologyScreen
from lvstui.console.virtual_server_page.screen import VirtualServerScreen
from lvstui.console.widgets.event_log import EventLog
from lvstui.console.widgets.lines import Lines
from lvstui.settings.values import Preferences
from tests.support.console import console, settled, table, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair

SERVER = "tcp/10.10.0.20:80 192.168.211.13:8082"
GONE = ("tcp/10.10.0.20:80", "10.9.9.9:80")
LONG = "DOWN: " + "HTTP_CHECK got another status than it wanted, " * 8 + "and that is the end"


def happened(count: int = 100) -> FakeSession:
    """A pair on which so many things happened, one a second; the last three of them are known by name."""
    pair = Pair().up()
    wall = pair.view().wall
    for number in range(count):
        pair.state.note(EventView(wall - count + number, Severity.INFO, "director1", "", f"event number {number}"))
    pair.state.note(EventView(wall, Severity.WARNING, "director2", "VI_1", "BACKUP → MASTER"))
    pair.state.note(EventView(wall, Severity.ERROR, "director1", SERVER, LONG, (Target(*SERVER.split()),)))
    pair.state.note(EventView(wall, Severity.ERROR, "director1", " ".join(GONE), "DOWN", (Target(*GONE),)))
    return FakeSession(pair)


async def test_e_shows_them_all_scrolls_and_reads_one_in_full() -> None:
    async with console(happened(), (80, 24)) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EventsScreen) and "10.9.9.9:80" in text(app))
        assert "103, newest last" in text(app)
        await pilot.press("k")
        await until(pilot, lambda: "and that is the end" in text(app))
        await pilot.press("home")
        await until(pilot, lambda: "event number 0" in text(app) and "BACKUP → MASTER" not in text(app))
        await pilot.press("end", "escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_a_new_event_comes_into_sight_where_the_newest_was_and_moves_nothing_else() -> None:
    session = happened()
    async with console(session, (80, 24)) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EventsScreen) and "10.9.9.9:80" in text(app))
        lines = app.screen.query_one("#listed", Lines)
        session.pair.state.note(EventView(session.pair.view().wall, Severity.INFO, "you", "", "first"))
        session.tell()
        await until(pilot, lambda: lines.line == 103)
        await pilot.press("home")
        session.pair.state.note(EventView(session.pair.view().wall, Severity.INFO, "you", "", "second"))
        session.tell()
        await until(pilot, lambda: "105, newest last" in text(app))
        assert lines.line == 0


def test_an_event_that_is_made_anew_keeps_its_place_and_one_that_is_folded_goes_with_the_others() -> None:
    target = (Target(*SERVER.split()),)
    first, down, last = (
        EventView(float(wall), Severity.INFO, "director1", "", f"at {wall}", targets)
        for wall, targets in ((1, ()), (2, target), (3, ()))
    )
    assert _place([replace(one) for one in (first, down, last)], down) == 1
    flapping = replace(down, wall=4.0, text="flapping")
    assert _place([first, last, flapping], down) == 2
    assert _place([first, last], down) == 0 and _place([last], down) == 0, "the last one before it"
    assert _place([first, replace(down, text="other", targets=()), last], down) == 1


async def test_times_are_written_anew_when_another_zone_is_wanted() -> None:
    session = happened(0)
    wall = session.pair.view().wall
    async with console(session, choices=LivePreferences(line=Preferences(zone="utc"))) as (app, pilot):
        await pilot.press("e")
        utc = Display(zone=UTC).moment(wall, wall)
        await until(pilot, lambda: isinstance(app.screen, EventsScreen) and utc in text(app))
        india = timezone(timedelta(hours=5, minutes=30))
        app.shown_as = replace(app.shown_as, zone=india)
        session.tell()
        await until(pilot, lambda: Display(zone=india).moment(wall, wall) in text(app))


async def typing(app: ConsoleApp, pilot: Pilot[None]) -> None:
    """The screen is open, and what is typed goes into its filter."""
    await pilot.press("e")
    await until(pilot, lambda: isinstance(app.screen, EventsScreen) and "newest last" in text(app))
    await pilot.press("slash")
    await until(pilot, lambda: isinstance(app.focused, Input))


async def test_a_filter_is_typed_told_when_wrong_and_left_in_two_steps() -> None:
    async with console(happened()) as (app, pilot):
        await typing(app, pilot)
        await pilot.press(*"sev:w director:director2")
        await until(pilot, lambda: "1 of 103" in text(app) and "BACKUP → MASTER" in text(app))
        await pilot.press(*" sev:x")
        await until(pilot, lambda: "no severity x" in text(app))
        await pilot.press("enter", "q")
        await until(pilot, lambda: app.screen is app.main)
        await typing(app, pilot)
        await pilot.press(*"no such thing")
        await until(pilot, lambda: "No matching events." in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "103, newest last" in text(app) and isinstance(app.screen, EventsScreen))


async def test_enter_goes_to_the_real_server_or_says_that_it_is_gone() -> None:
    async with console(happened()) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EventsScreen) and "10.9.9.9:80" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "10.9.9.9:80 no longer exists." in told(app))
        await pilot.press("k", "enter")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))


@pytest.mark.parametrize(
    ("event", "page"),
    [
        (EventView(0.0, Severity.ERROR, "director2", "", "lost, state unknown", kind=EventKind.LINK), DirectorScreen),
        (EventView(0.0, Severity.WARNING, "director2", "VI_1", "BACKUP → MASTER", kind=EventKind.VRRP), DirectorScreen),
        (
            EventView(0.0, Severity.ERROR, "director2", SERVER.split()[0], "quorum lost", kind=EventKind.QUORUM),
            VirtualServerScreen,
        ),
        (EventView(0.0, Severity.INFO, "you", "", "reloaded both", kind=EventKind.CHANGE), TopologyScreen),
    ],
)
async def test_enter_goes_to_what_the_event_is_about(event: EventView, page: type[Screen[None]]) -> None:
    pair = Pair().up()
    pair.state.note(replace(event, wall=pair.view().wall))
    async with console(FakeSession(pair)) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EventsScreen) and event.text in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, page))
        if isinstance(app.screen, DirectorScreen):
            assert app.screen.director == "director2"


async def test_the_title_says_that_there_were_older_events() -> None:
    async with console(happened(KEPT - 4)) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EventsScreen) and "4,999, newest last  " in text(app))
    async with console(happened(KEPT)) as (app, pilot):
        await pilot.press("e")
        await until(
            pilot,
            lambda: (
                isinstance(app.screen, EventsScreen) and "5,000, newest last; older ones are not listed" in text(app)
            ),
        )


async def test_a_click_on_the_events_of_the_main_screen_opens_them() -> None:
    async with console(happened()) as (app, pilot):
        await until(pilot, lambda: table(app).current() is not None)
        await settled(pilot)
        await pilot.click(EventLog)
        await until(pilot, lambda: isinstance(app.screen, EventsScreen))


def test_what_is_not_from_today_has_its_date() -> None:
    now = 1_900_000_000.0
    events = [
        EventView(now - 86400 * 3, Severity.INFO, "you", "", "old"),
        EventView(now, Severity.INFO, "lb1", "", "x"),
    ]
    first, second = ("".join(part for part, _ in line) for line in rows(events, now, Display()))
    assert (
        first.strip().startswith(Display().moment(now - 86400 * 3, now))
        and len(Display().moment(now - 86400 * 3, now)) > 10
    )
    assert second.strip().startswith(Display().clock(now))
    assert first.index("old") == second.index("x")


async def test_the_events_of_a_flapping_server_are_one_line_on_both_screens() -> None:
    pair = Pair().up()
    wall, target = pair.view().wall, Target(*SERVER.split())
    for number in range(12):
        turn = ServerTurn.UP if number % 2 else ServerTurn.DOWN
        pair.state.note(
            EventView(wall + number, Severity.ERROR, "director1", SERVER, f"is {turn}", (target,), turn=turn)
        )
    async with console(FakeSession(pair), (200, 60)) as (app, pilot):
        await until(pilot, lambda: "flapped 6 times in 11 s; last: is up" in text(app))
        assert "is down" not in text(app)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EventsScreen) and "1, newest last" in text(app))
        assert "flapped 6 times in 11 s" in text(app) and "is down" not in text(app)


async def test_a_narrow_list_names_no_virtual_server_and_says_that_a_line_is_cut() -> None:
    async with console(happened(), (80, 24)) as (app, pilot):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EventsScreen) and f"{SERVER.split()[1]}  DOWN" in text(app))
        [row] = [line for line in text(app).splitlines() if SERVER.split()[1] in line]
        assert SERVER.split()[0] not in row and SERVER.split()[1] in row and row.rstrip().endswith("…")
        await pilot.resize_terminal(160, 40)
        await until(pilot, lambda: f"{SERVER}  DOWN" in text(app))
