"""Open the console on the drills of an invented pair."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from textual.pilot import Pilot

from lvstui.cluster.drill.result import DrillResult, ProbeOutage
from lvstui.console.app import ConsoleApp
from lvstui.console.cluster_choice import Cluster
from lvstui.console.live_preferences import LivePreferences
from lvstui.settings.values import Preferences
from tests.support.console import console, text, until
from tests.support.drill_pages import whole
from tests.support.drill_results import BEGIN
from tests.support.fake_drills import FakeDrills
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair


def of_day(day: int, outage: float, **said: object) -> DrillResult:
    """A stop on that day of November 2025 in which clients got no answer for so long."""
    made, begun = whole(), BEGIN + (day - 29) * 86_400
    assert made.probe is not None
    probe = replace(made.probe, outages=(ProbeOutage(begun, begun + outage, 3, 0.05),))
    id = f"2025-11-{day:02}T080000Z-stop"
    return replace(made, id=id, started=begun, ended=begun + 8, probe=probe, **said)  # type: ignore[arg-type]


@asynccontextmanager
async def drill_console(
    drills: FakeDrills,
    size: tuple[int, int] = (120, 40),
    *,
    session: FakeSession | None = None,
    theme: str = "lvstui-dark",
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    """Open the console, and its screen of drills."""
    shown = session or FakeSession(Pair().up())
    cluster = Cluster("web-prod", lambda questions: shown, ("lb1", "lb2"), drills=lambda session: drills)
    choices = LivePreferences(line=Preferences(theme=theme, zone="utc"))
    async with console(size=size, first=cluster, choices=choices) as (app, pilot):
        await pilot.press("D")
        await until(pilot, lambda: " Drill " in text(app))
        yield app, pilot
