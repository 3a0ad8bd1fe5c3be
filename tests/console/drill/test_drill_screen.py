"""The screen of the drills: earlier ones, a watch while it is armed, its live picture, and what it found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.drill.result import DrillCause, DrillKind
from lvstui.cluster.drill.views.drill_state import DrillPhase, DrillStep
from lvstui.console.drill.comparison_screen import DrillComparisonScreen
from lvstui.console.drill.result_screen import DrillResultScreen
from lvstui.console.drill.screen import DrillScreen
from tests.support.console import SIZES, settled, shows, text, told, until
from tests.support.drill_console import drill_console, of_day
from tests.support.drill_pages import HOSTILE, whole
from tests.support.fake_drills import FakeDrills


def nothing_yet() -> object:
    return replace(whole(), failovers=(), failbacks=(), probe=None)


@pytest.mark.parametrize("size", SIZES)
async def test_earlier_drills_are_listed_the_newest_first(size: tuple[int, int]) -> None:
    async with drill_console(FakeDrills(of_day(27, 0.7), of_day(28, 0.65)), size) as (app, pilot):
        screen = await shows(app, pilot, "2025-11-28 08:00", "2025-11-27 08:00", "650 ms", "700 ms")
        assert screen.index("2025-11-28 08:00") < screen.index("2025-11-27 08:00")
        assert "clients got no answer for 650 ms ± 50 ms" in " ".join(screen.split())


async def test_nothing_kept_and_a_file_that_cannot_be_read_are_said() -> None:
    async with drill_console(FakeDrills(unreadable=("bad.json: it is empty",))) as (app, pilot):
        await shows(app, pilot, "No drill of this cluster has been kept", "skipped: bad.json: it is empty")
        await pilot.press("enter", "c")
        await until(pilot, lambda: "There is no drill to compare" in told(app))


async def test_a_watch_is_armed_shown_live_and_ended() -> None:
    drills = FakeDrills()
    async with drill_console(drills) as (app, pilot):
        await shows(app, pilot, "w Watch", "r Run")
        await pilot.press("w")
        await shows(app, pilot, "armed: the next failover will be recognised", "End the watch")
        drills.become(result=nothing_yet())
        await shows(app, pilot, "director1 VI_1 ▲ MASTER", "director2 VI_1 ▽ BACKUP", "No failover yet")
        drills.become(phase=DrillPhase.SEEN, result=replace(whole(), failbacks=()))
        await shows(app, pilot, "measuring a failover", "✖ no keepalived", "no MASTER", "610 ms")
        await shows(app, pilot, "Entering MASTER STATE")
        await pilot.press("w")
        await shows(app, pilot, "w Watch", "r Run")


async def test_every_screen_says_that_a_drill_is_armed_or_running() -> None:
    drills = FakeDrills()
    async with drill_console(drills, (80, 24)) as (app, pilot):
        await pilot.press("w")
        await shows(app, pilot, "◐ drill armed")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main and "◐ drill armed" in text(app))
        drills.become(phase=DrillPhase.RUNNING)
        await pilot.press("t")
        await shows(app, pilot, "◐ drill running", "Topology")
        drills.become(phase=DrillPhase.IDLE)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main and "◐ drill" not in text(app))


async def test_what_a_director_says_is_shown_as_it_is() -> None:
    drills = FakeDrills()
    async with drill_console(drills, (200, 60)) as (app, pilot):
        drills.become(phase=DrillPhase.ARMED, result=nothing_yet())
        screen = await shows(app, pilot, HOSTILE[:40])
        assert "\x1b" not in screen and "\u202e" not in screen


async def test_a_drill_that_ends_shows_its_result_and_where_the_report_is() -> None:
    drills = FakeDrills(of_day(28, 0.65))
    async with drill_console(drills, (80, 24)) as (app, pilot):
        drills.become(phase=DrillPhase.ARMED, result=nothing_yet())
        await shows(app, pilot, "armed:")
        drills.end(whole())
        await until(pilot, lambda: isinstance(app.screen, DrillResultScreen))
        screen = await shows(app, pilot, "✓ As expected", "director1 VI_1 ▲ MASTER", "Report")
        assert f"{whole().id}.html" in "".join(screen.split())
        await pilot.press("escape")
        screen = await shows(app, pilot, "2025-11-29 08:00", "2025-11-28 08:00")
        assert "✓ As expected" in screen


async def test_a_result_has_both_pictures_and_all_tables() -> None:
    async with drill_console(FakeDrills(whole()), (200, 60)) as (app, pilot):
        await shows(app, pilot, "2025-11-29 08:00")
        await pilot.press("enter")
        await shows(app, pilot, "Failover of VI_1, VI_2", "Expected and measured", "609 to 659 ms", "610 ms ± 4.0 ms")
        await pilot.press("tab")
        await shows(app, pilot, "Failback of VI_1", "two MASTERs", "3.0 ms")
        await pilot.press("end")
        await shows(app, pilot, "Timeline", "Entering MASTER STATE")
        await pilot.press("Y")
        await until(pilot, lambda: ".html was sent to the terminal's clipboard" in told(app))
        await pilot.press("c")
        await until(pilot, lambda: "no earlier drill with the same cause (stop)" in told(app))


async def test_a_drill_is_compared_with_those_like_it_or_two_that_are_marked() -> None:
    drills = FakeDrills(of_day(25, 0.1, cause=DrillCause.KILL), of_day(26, 0.6), of_day(27, 0.7), of_day(28, 1.2))
    async with drill_console(drills, (200, 60)) as (app, pilot):
        await shows(app, pilot, "2025-11-26 08:00")
        await pilot.press("c")
        screen = await shows(app, pilot, "Drills compared", "longer than before: at most 700 ms until now")
        assert "3 drills of web-prod" in screen and "2025-11-25" not in screen
        await pilot.press("escape", "home", "space", "down", "space", "c")
        await shows(app, pilot, "Drills compared", "2 drills of web-prod")
        assert isinstance(app.screen, DrillComparisonScreen)


async def test_a_run_that_is_refused_says_why() -> None:
    why = "this is a recording: the past cannot be changed"
    async with drill_console(FakeDrills(no_run=why)) as (app, pilot):
        screen = await shows(app, pilot, "Not now:")
        assert why in " ".join(screen.split())
        await pilot.press("r")
        await until(pilot, lambda: f"No drill can be run: {why}." in told(app))
        await pilot.press("w")
        await shows(app, pilot, "armed:")


async def test_the_steps_of_a_run_are_shown_and_it_can_be_ended_early() -> None:
    drills = FakeDrills()
    async with drill_console(drills) as (app, pilot):
        steps = (DrillStep("stop keepalived on director1", "done"), DrillStep("start it again", "running"))
        drills.become(phase=DrillPhase.RUNNING, kind=DrillKind.STOP, steps=steps, result=whole())
        await shows(app, pilot, "stop of keepalived", "✓ stop keepalived on director1", "◐ start it again")
        await pilot.press("w")
        await until(pilot, lambda: "ends early: it is being undone" in told(app))
        assert drills.stopped
        await pilot.press("r")
        await until(pilot, lambda: "A drill is already under way" in told(app))


async def test_the_screen_is_left_and_the_keys_are_clicked() -> None:
    drills = FakeDrills(whole())
    async with drill_console(drills) as (app, pilot):
        await settled(pilot)
        line = text(app).splitlines()[-1]
        await pilot.click("#keys", offset=(line.index("Watch"), 0))
        await until(pilot, lambda: drills.now.phase is DrillPhase.ARMED)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, DrillScreen))
        await pilot.press("D")
        await until(pilot, lambda: app.screen is app.main)
    assert drills.closed
