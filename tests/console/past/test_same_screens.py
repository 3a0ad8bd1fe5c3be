"""A moment of the past looks on every screen as it did live, plots included: all but the first and the last line."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvstui.console.app import ConsoleApp
from lvstui.console.cluster_choice import Cluster
from lvstui.console.table.shown_trends import ShownTrends
from lvstui.session.replay_session import PAST, ReplaySession
from tests.support.console import ready, until
from tests.support.fake_session import FakeSession
from tests.support.looked_at_screens import Shown, looked_at
from tests.support.past_console import looked_back
from tests.support.recorded_story import RecordedStory, happens

SIZE = (200, 60)  # the one at which a screen has the most parts
MOMENTS = (32, 75, 118)  # a real server is DOWN; another drains; both Directors are MASTER, one of them lost


async def live(recorded: RecordedStory) -> dict[float, Shown]:
    """Live through the story up to each moment; return what was shown then, by the time of the moment."""
    session = FakeSession(recorded.story)
    app = ConsoleApp(lambda questions: session)
    app.animation_level = "none"
    shown = {}
    await recorded.until(1, happens)
    async with app.run_test(size=SIZE) as pilot:
        session.shown = recorded.views[0]
        await until(pilot, lambda: ready(app))
        app.main.trends = ShownTrends()  # without the view that it opened with
        drawn = 0
        for moment in MOMENTS:
            await recorded.until(moment, happens)
            for view in recorded.views[drawn:]:
                session.shown = view  # so that the console's own clock shows no other in between
                await app.main.show(view)
            session.shown, drawn = None, len(recorded.views)
            shown[recorded.story.time()] = await looked_at(app, pilot)
            session.shown = recorded.views[-1]
    return shown


async def test_every_screen_shows_what_it_showed_live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path)
    shown = await live(recorded)
    await recorded.until(MOMENTS[-1] + 5, happens)
    session = ReplaySession(recorded.path)
    app = ConsoleApp(Cluster(session.name, lambda questions: session, read_only=PAST))
    app.animation_level = "none"
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: ready(app))
        for wall, screens in shown.items():
            await session.go(wall)
            await until(pilot, lambda wall=wall: session.moment == wall and looked_back(app, session))  # type: ignore[misc]
            await pilot.pause()
            for keys, lines in (await looked_at(app, pilot)).items():
                assert lines == screens[keys], (wall, keys)
