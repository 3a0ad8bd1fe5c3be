"""The console opens on a recording as on a pair: the moment's figures on each screen, and nothing that can be changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvstui.console.app import ConsoleApp
from lvstui.console.cluster_choice import Cluster
from lvstui.session.replay_session import PAST, ReplaySession
from tests.support.console import ready, text, told, until
from tests.support.recorded_story import RecordedStory


async def test_a_recording_is_shown_on_the_same_screens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path)
    await recorded.until(40)
    path = recorded.path
    down = ReplaySession(path, recorded.views[35].wall)
    app = ConsoleApp(Cluster(down.name, lambda questions: down, down.directors, read_only=PAST))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: ready(app) and "DOWN" in text(app))
        app.playback.go(recorded.views[5].wall)
        await until(pilot, lambda: "DOWN" not in text(app))
        await pilot.press("d")
        await until(pilot, lambda: "recording" in told(app) + text(app))
        assert PAST in told(app) + text(app).replace("\n", " ")
