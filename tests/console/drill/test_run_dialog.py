"""A run is begun after its preflight was read and its word typed, and by no single letter."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import Input

from lvstui.cluster.drill.views.drill_state import DrillPhase
from lvstui.console.app import ConsoleApp
from lvstui.console.drill.run_dialog import RunDialog
from tests.support.console import SIZES, settled, shows, text, told, until
from tests.support.drill_console import drill_console
from tests.support.fake_drills import FakeDrills
from tests.support.named_case import case


async def opened(app: ConsoleApp, pilot: Pilot[None], drills: FakeDrills) -> None:
    """The dialog is there, while nothing goes on and nothing was begun."""
    drills.disarm()
    drills.begun.clear()
    app.clear_notifications()
    await pilot.pause()
    await pilot.press("r")
    await until(pilot, lambda: isinstance(app.screen, RunDialog))
    await shows(app, pilot, "Run a drill")


async def left(app: ConsoleApp, pilot: Pilot[None]) -> None:
    await pilot.press("escape")
    await until(pilot, lambda: not isinstance(app.screen, RunDialog))


def unwrapped(app: ConsoleApp) -> str:
    """The screen's words, wherever its lines end."""
    return " ".join(text(app).replace("│", " ").split())


def field(app: ConsoleApp, name: str) -> Input:
    return app.screen.query_one(f"#{name}", Input)


async def test_the_preflight_says_what_is_done_and_expected_however_it_is_chosen() -> None:
    drills = FakeDrills()
    async with drill_console(drills, SIZES[0]) as (app, pilot):
        for size in SIZES:
            with case(*size):
                await pilot.resize_terminal(*size)
                await opened(app, pilot, drills)
                assert app.screen.size == size
                await shows(app, pilot, "type handover")
                await until(pilot, lambda: "Drill: hand director1 over, and take it back" in unwrapped(app))
                expected = "VI_1 goes to director2 within 2.805 to 3.905 s, never without a MASTER"
                await until(pilot, lambda expected=expected: expected in unwrapped(app))  # type: ignore[misc]
                await pilot.press("right")
                await shows(app, pilot, "type stop", "stop keepalived on director1", "805 to 905 ms")
                await left(app, pilot)
        with case("it can be clicked"):
            await pilot.resize_terminal(120, 40)
            await opened(app, pilot, drills)
            await shows(app, pilot, "type handover")
            await settled(pilot)
            way = app.screen.query_one("#way")
            await pilot.click("#way", offset=(str(way.render()).index("kill"), 0))
            await shows(app, pilot, "type kill", "kill keepalived on director1")


async def test_a_run_begins_with_its_word_and_figures_alone() -> None:
    drills = FakeDrills()
    async with drill_console(drills) as (app, pilot):
        with case("word, probe and reason"):
            await opened(app, pilot, drills)
            await shows(app, pilot, "type handover")
            await pilot.press("right", "ctrl+s")
            await until(pilot, lambda: "Not run: type stop to confirm." in told(app))
            assert drills.begun == []
            field(app, "word").value = "stop"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: len(drills.begun) == 1)
            plan, probe, overrides = drills.begun[0]
            assert (plan.intent.how, plan.director, overrides) == ("stop", "director1", frozenset())
            assert probe is not None and (probe.target, probe.host) == ("tcp/10.10.0.20:80", "")
            await until(pilot, lambda: not isinstance(app.screen, RunDialog))
            assert drills.now.phase is DrillPhase.RUNNING
        with case("hold, outage and rate are proposed and may be others"):
            await opened(app, pilot, drills)
            await shows(app, pilot, "It is undone after 10 s")
            assert [field(app, name).value for name in ("hold", "outage", "rate")] == ["10", "", "50"]
            field(app, "hold").focus()
            await pilot.press("backspace", "backspace", *"4 s", "enter", *"1.5", "enter")
            await until(pilot, lambda: app.screen.focused is field(app, "rate"))
            field(app, "rate").value = "100"
            await shows(app, pilot, "It is undone after 4 s")
            field(app, "word").value = "handover"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: len(drills.begun) == 1)
            plan, probe, _ = drills.begun[0]
            assert (plan.intent.hold, drills.max_outage) == (4.0, 1.5)
            assert probe is not None and probe.rate == 100.0


async def test_letters_and_wrong_figures_begin_nothing() -> None:
    drills = FakeDrills()
    async with drill_console(drills) as (app, pilot):
        with case("letters are typed into the reason"):
            await opened(app, pilot, drills)
            await pilot.press(*"stop", "space", *"y")
            assert field(app, "reason").value == "stop y"
            await pilot.press("enter")
            await until(pilot, lambda: app.screen.focused is field(app, "word"))
            await pilot.press(*"handover", "enter")
            await until(pilot, lambda: app.screen.focused is app.screen.query_one("#go"))
            assert drills.begun == []
            await left(app, pilot)
            assert drills.begun == []
        await opened(app, pilot, drills)
        await shows(app, pilot, "type handover to confirm")
        field(app, "word").value = "handover"
        for name, typed, told_of in (
            ("hold", "301", "hold: give 1 to 300, not 301"),
            ("outage", "soon", "max outage: 'soon' is no number"),
            ("rate", "5", "rate: give 10 to 100, not 5"),
        ):
            with case(name, typed, "is named"):
                before = field(app, name).value
                field(app, name).value = typed
                await shows(app, pilot, f"No drill can be run: {told_of}")
                await pilot.press("ctrl+s")
                field(app, name).value = before
                await until(pilot, lambda: "No drill can be run" not in text(app))
        assert drills.begun == []


async def test_what_stands_in_the_way_of_a_run_is_said() -> None:
    drills = FakeDrills()
    drains = ("192.168.211.13:8082 in tcp/10.10.0.20:80",)
    async with drill_console(drills, (80, 24)) as (app, pilot):
        with case("a guard that asks has to be typed"):
            drills.drains = drains
            await opened(app, pilot, drills)
            await shows(app, pilot, "type handover drains")
            field(app, "word").value = "handover"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "Not run: type handover drains to confirm." in told(app))
            field(app, "word").value = "handover drains"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: bool(drills.begun))
            assert drills.begun[0][2] == {"drains"}
        await pilot.resize_terminal(120, 40)
        with case("what has changed since it was read is read first"):
            drills.drains = ()
            await opened(app, pilot, drills)
            await shows(app, pilot, "type handover")
            field(app, "word").value = "handover"
            drills.drains = drains
            await pilot.press("ctrl+s")
            await until(pilot, lambda: bool(told(app)))
            assert drills.begun == []
            await left(app, pilot)
        with case("the drill does not begin"):
            drills.drains, drills.broken = (), "no virtual server tcp/1"
            await opened(app, pilot, drills)
            await shows(app, pilot, "type handover")
            field(app, "word").value = "handover"
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "Not run: no virtual server tcp/1." in told(app))
            assert isinstance(app.screen, RunDialog)
            await left(app, pilot)
        with case("a guard that refuses"):
            drills.facts = [replace(one, role="BACKUP") for one in drills.facts]
            await opened(app, pilot, drills)
            await shows(app, pilot, "No drill can be run:", "it is refused")
