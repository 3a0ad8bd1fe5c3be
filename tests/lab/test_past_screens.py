"""A drain, a failover and a fault are recorded; the console that is opened again shows each on every screen as it was live.

Compared is every cell of text, plots and sparklines too, but for what says by design that it is the past:

- the first line, which is reversed and says when that was, and what is new in the present;
- the last line, the keys: those that would write do nothing in the past;
- the time bar, which only the past has. The screen is higher by it, so that all else has the room that it had.

Ages and "since" are measured from the moment that is shown, so they are the same.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.pilot import Pilot

from lvstui.cluster.view import ClusterView, RealServerState
from lvstui.console.app import ConsoleApp
from lvstui.console.past.time_bar import TimeBar
from lvstui.lab.client_traffic import Traffic
from lvstui.lab.lab import Lab
from lvstui.session.replay_session import ReplaySession
from tests.support.console import ready, text, until
from tests.support.held_console import held, recorded_console, session_of, shown
from tests.support.lab_sessions import REAL
from tests.support.looked_at_screens import SCREENS, Shown, go_back, go_to, looked_at
from tests.support.pair import drain
from tests.support.past_console import looked_back

pytestmark = pytest.mark.lab

SIZE = (160, 50)


def roles(view: ClusterView) -> list[str | None]:
    return [director.role for director in view.directors]


def states(view: ClusterView) -> list[RealServerState]:
    return [real.state for server in view.virtual_servers for real in server.real_servers]


def well(view: ClusterView) -> bool:
    return roles(view) == ["MASTER", "BACKUP"] and set(states(view)) == {RealServerState.UP}


async def live(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[float, Shown]]:
    """Live through it, and return of each when it was looked at, and what every screen showed."""
    stored: dict[str, tuple[float, Shown]] = {}
    app = recorded_console(lab.ssh_config)
    async with app.run_test(size=SIZE) as pilot:

        async def store(name: str) -> None:
            async with held(app, pilot, monkeypatch) as view:
                stored[name] = view.wall, await looked_at(app, pilot)

        await until(pilot, lambda: ready(app))
        await shown(app, pilot, well)
        session = session_of(app)
        plan = await session.plan_in_worker(drain(REAL))
        outcome = await session.apply(plan, lambda steps: None, frozenset({"pending"}))
        assert outcome.kind == "done", outcome
        await shown(app, pilot, lambda view: bool(view.drains))
        await store("drain")
        await asyncio.to_thread(lab.fault, "keepalived-stopped", "director1")
        await shown(app, pilot, lambda view: roles(view)[1] == "MASTER")
        await store("failover")
        await asyncio.to_thread(lab.lift)
        await shown(app, pilot, lambda view: roles(view) == ["MASTER", "BACKUP"])
        await asyncio.to_thread(lab.fault, "web-stopped", "8081")
        await shown(app, pilot, lambda view: states(view).count(RealServerState.DOWN) == 1)
        await store("fault")
    await asyncio.to_thread(lab.lift)
    return stored


def bar_of(app: ConsoleApp) -> TimeBar:
    return app.screen.query_one(TimeBar)


async def open_the_past(app: ConsoleApp, pilot: Pilot[None]) -> ReplaySession:
    """Open the time bar, leave its keys to the screens, and make the screen higher by it."""
    await until(pilot, lambda: ready(app))
    await pilot.press("T")
    await until(pilot, lambda: app.playback.away and bar_of(app).has_focus)
    await pilot.press("T")
    await until(pilot, lambda: not bar_of(app).has_focus)

    def fits() -> bool:
        return app.screen.size.height == SIZE[1] + bar_of(app).outer_size.height

    while not fits():
        await pilot.resize_terminal(SIZE[0], SIZE[1] + bar_of(app).outer_size.height)
        await pilot.pause()
    assert isinstance(app.playback.past, ReplaySession)
    return app.playback.past


async def go(app: ConsoleApp, pilot: Pilot[None], past: ReplaySession, wall: float) -> None:
    """Go to a moment, and wait until the plots have what was before it."""
    app.playback.go(wall)
    await until(pilot, lambda: past.moment == wall and looked_back(app, past))
    await pilot.pause()


def lines_without_bar(app: ConsoleApp) -> list[str]:
    lines, bar = text(app).splitlines(), bar_of(app).region
    return [*lines[: bar.y], *lines[bar.bottom :]][1:-1]


async def test_the_console_that_is_opened_again_shows_what_it_showed_live(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    traffic = await asyncio.to_thread(lab.start_traffic, Traffic(seconds=3600.0))
    stored = await live(lab, monkeypatch)
    app = recorded_console(lab.ssh_config)
    async with app.run_test(size=SIZE) as pilot:
        past = await open_the_past(app, pilot)
        for name, (wall, screens) in stored.items():
            await go(app, pilot, past, wall)
            for keys in SCREENS:
                await go_to(app, pilot, keys)
                assert lines_without_bar(app) == screens[keys], (name, keys)
                await go_back(app, pilot)
    await asyncio.to_thread(traffic.report, stop=True)
