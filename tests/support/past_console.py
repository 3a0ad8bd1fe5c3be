"""A console on a pair whose story was recorded: the present is the story's end, and all of it can be gone to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from lvstui.cli.past.console_past import READ_ONLY
from lvstui.console.app import ConsoleApp
from lvstui.console.cluster_choice import Cluster
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.moment.past_port import PastPort
from lvstui.console.past.time_bar import TimeBar
from lvstui.record.past import earlier
from lvstui.record.past.cluster_past import ClusterPast
from lvstui.record.recordings import paths
from lvstui.session.replay_session import ReplaySession
from lvstui.settings.values import Preferences
from tests.support.console import ready, text, until
from tests.support.fake_session import FakeSession
from tests.support.recorded_story import CLUSTER, RecordedStory, happens
from tests.support.story import Story


class PastConsole:
    """`app` shows the story's end; `began` is its beginning."""

    def __init__(self, recorded: RecordedStory, theme: str | None = None) -> None:
        self.recorded = recorded
        self.session = FakeSession(recorded.story)
        self.opened: list[ReplaySession] = []
        self._folder = recorded.path.parent
        cluster = Cluster(self.session.name, lambda questions: self.session, past=self._past)
        self.app = ConsoleApp(cluster, choices=LivePreferences(line=Preferences(theme=theme)))

    @property
    def began(self) -> float:
        return self.recorded.views[0].wall

    @property
    def bar(self) -> TimeBar:
        return self.app.screen.query_one(TimeBar)

    @property
    def past(self) -> ReplaySession:
        return self.opened[-1]

    def _past(self) -> PastPort:
        past = ClusterPast(lambda: paths(self._folder, CLUSTER), lambda: self.recorded.path)
        self.opened.append(ReplaySession(past, read_only=READ_ONLY, history=self.session.history))
        return self.opened[-1]

    async def at(self, pilot: Pilot[None], wall: float) -> None:
        """Wait until the screens show that moment."""
        await until(pilot, lambda: abs(self.past.moment - wall) < 0.01)
        main = self.app.main
        await until(pilot, lambda: main.view is not None and abs(main.view.wall - wall) < 0.01)

    async def show(self, pilot: Pilot[None], at: float, keys: Sequence[str], shows: str) -> None:
        """Go so many seconds after the beginning, press keys, and wait until the screen shows that, with what was before it."""
        await self.enter(pilot)
        self.app.playback.go(self.began + at)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        for field in self.app.screen.query(Input):
            field.cursor_blink = False
        await until(pilot, lambda: shows in text(self.app) and looked_back(self.app, self.past))
        await pilot.pause()

    async def enter(self, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: ready(self.app))
        await pilot.press("T")
        await until(pilot, lambda: self.bar.display and self.bar.has_focus)


def looked_back(app: ConsoleApp, past: ReplaySession) -> bool:
    """Does the main screen show the moment that is gone to, and its plots what was before it?"""
    earlier, trends = past.earlier(), app.main.trends
    known = bool(earlier) and earlier[-1].wall == past.moment and trends._earlier is earlier
    return known and trends.drawn.at == past.moment


@contextmanager
def lived(folder: Path, seconds: int = 150) -> Iterator[RecordedStory]:
    """A story with its recording, for tests of one module that only look at it."""
    with pytest.MonkeyPatch.context() as patch:
        recorded = RecordedStory(patch, folder)
        asyncio.run(recorded.until(seconds, happens))
        yield recorded


async def recorded_console(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    seconds: int = 150,
    act: Callable[[Story], None] = happens,
    theme: str | None = None,
    back: float = 5.0,
) -> PastConsole:
    """Return a console after so many seconds of the story, which looks back over `back` seconds for its plots."""
    monkeypatch.setattr(earlier, "SECONDS", back)
    recorded = RecordedStory(monkeypatch, folder)
    await recorded.until(seconds, act)
    return PastConsole(recorded, theme)


@asynccontextmanager
async def in_the_past(
    console: PastConsole, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    """Run it, from when the time bar is open."""
    async with console.app.run_test(size=size, notifications=True) as pilot:
        await console.enter(pilot)
        yield console.app, pilot
