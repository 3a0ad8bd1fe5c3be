"""The past is gone to beside the keys: whatever is opened before it is there is no trouble."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from lvstui.console.change.screen import ChangeScreen
from lvstui.console.cluster_choice import Cluster
from lvstui.console.moment.past_port import PastPort
from tests.support.console import ready, text, until
from tests.support.fake_session import FakeSession
from tests.support.past_console import PastConsole, recorded_console
from tests.support.telling import Pair


class Opening:
    """The opening of a console's recording, which takes as long as the test wants."""

    def __init__(self, past: PastConsole) -> None:
        cluster = past.app.cluster
        assert cluster is not None and cluster.past is not None
        self._open = cluster.past
        self._begun, self.may_end, self._ended = threading.Event(), threading.Event(), threading.Event()
        past.app.cluster = replace(cluster, past=self._slowly)

    def _slowly(self) -> PastPort:
        self._begun.set()
        self.may_end.wait()
        try:
            return self._open()
        finally:
            self._ended.set()

    async def begun(self, pilot: Pilot[None]) -> None:
        await pilot.press("T")
        await until(pilot, self._begun.is_set)

    async def ended(self, pilot: Pilot[None]) -> None:
        self.may_end.set()
        await until(pilot, self._ended.is_set)


@asynccontextmanager
async def opening(
    monkeypatch: pytest.MonkeyPatch, folder: Path, *keys: str
) -> AsyncIterator[tuple[PastConsole, Pilot[None], Opening]]:
    """A console that is opening its recording; `keys` are pressed before."""
    past = await recorded_console(monkeypatch, folder, 20)
    opened = Opening(past)
    async with past.app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: ready(past.app))
        await pilot.press(*keys)
        await opened.begun(pilot)
        yield past, pilot, opened


async def test_a_dialog_that_is_opened_before_the_recording_is_has_no_bar(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with opening(monkeypatch, tmp_path, "down") as (past, pilot, opened):
        app = past.app
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))
        await opened.ended(pilot)
        await until(pilot, lambda: app.playback.away)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main and "PAST" in text(app))
        assert past.bar.display


async def test_a_recording_that_is_open_after_its_cluster_was_left_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with opening(monkeypatch, tmp_path) as (past, pilot, opened):
        app, other = past.app, FakeSession(Pair().up())
        other.name = "web-test"
        await app.open_cluster(Cluster(other.name, lambda questions: other))
        await until(pilot, lambda: ready(app) and "web-test" in text(app))
        await opened.ended(pilot)
        await pilot.pause()
        assert not app.playback.away and "PAST" not in text(app)
