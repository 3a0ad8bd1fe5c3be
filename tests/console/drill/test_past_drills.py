"""Failovers of a recording are measured from the console on it, each kept once; and nothing can be run there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lvstui.cluster.drill.result import DrillCause, DrillResult, InstanceFailover
from lvstui.cluster.drill.views.drill_state import DrillPhase
from lvstui.console.app import ConsoleApp
from lvstui.console.cluster_choice import Cluster
from lvstui.console.drill.result_screen import DrillResultScreen
from lvstui.console.drill.screen import DrillScreen
from lvstui.record.past.past_failovers import failovers
from lvstui.report.kept_drills import KeptDrill, KeptDrills
from lvstui.session.past_desk import PastDesk
from lvstui.session.replay_session import PAST, ReplaySession
from tests.support.console import ready, shows, text, told, until
from tests.support.fake_drills import FakeDrills
from tests.support.past_console import recorded_console
from tests.support.recorded_story import RecordedStory


def ways(moved: tuple[InstanceFailover, ...]) -> list[tuple[str, str | None, str | None, DrillCause]]:
    return [(one.name, one.old, one.new, one.cause) for one in moved]


def results(folder: Path) -> list[DrillResult]:
    return [one.result for one in KeptDrills(folder).found() if isinstance(one, KeptDrill)]


async def test_a_recorded_failover_is_measured_and_one_without_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path)
    await recorded.until(40)
    assert failovers(recorded.path) == []
    await recorded.until(110)
    (found,) = failovers(recorded.path)
    assert ways(found.failovers) == [(name, "director1", "director2", DrillCause.FAULT) for name in ("VI_1", "VI_2")]
    assert failovers(recorded.path) == [found]  # the same each time


async def test_nothing_of_the_present_is_begun_from_a_screen_that_shows_the_past(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    past, drills = await recorded_console(monkeypatch, tmp_path, 20), FakeDrills()
    app, cluster = past.app, past.app.cluster
    assert cluster is not None
    app.cluster = replace(cluster, drills=lambda session: drills)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: ready(app))
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, DrillScreen))
        await pilot.press("T", "home")
        await until(pilot, lambda: "PAST" in text(app))
        for key in ("r", "w"):
            app.clear_notifications()
            await pilot.press(key)
            await until(pilot, lambda: "A drill is of the present: Escape in the time bar returns there." in told(app))
        assert isinstance(app.screen, DrillScreen) and drills.phase() is DrillPhase.IDLE
        await pilot.press("escape", "w")
        await until(pilot, lambda: drills.phase() is DrillPhase.ARMED)


async def test_the_console_on_a_recording_watches_and_runs_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path / "recordings")
    await recorded.until(110)
    session, kept = ReplaySession(recorded.path), tmp_path / "drills"
    cluster = Cluster(
        session.name,
        lambda questions: session,
        session.directors,
        read_only=PAST,
        drills=lambda opened: PastDesk(session, recorded.path, KeptDrills(kept)),
    )
    app = ConsoleApp(cluster)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: ready(app))
        await pilot.press("D")
        await until(pilot, lambda: f"Not now: {PAST}" in " ".join(text(app).split()))
        await pilot.press("r")
        await until(pilot, lambda: f"No drill can be run: {PAST}." in told(app))
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, DrillResultScreen))
        await shows(app, pilot, "director2 took over VI_1 and VI_2", "✖ FAULT")
        assert results(kept) == failovers(recorded.path)
        await pilot.press("escape")
        await until(pilot, lambda: app.drills is not None and app.drills.phase() is DrillPhase.IDLE)
        await pilot.press("w")
        await shows(app, pilot, "nothing new: each failover in the recording is already kept")
        assert len(results(kept)) == 1
