"""The demo's story with a recorder, second by second, and what was seen of it live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Action, Intent
from lvstui.cluster.state import ClusterState
from lvstui.cluster.view import ClusterView, DirectorView
from lvstui.director.protocol.ipvs_messages import Ipvs
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.record.chunk_writer import ChunkWriter, RecordingLimits
from lvstui.record.recorded_state import RecordedState
from lvstui.record.recorder import Recorder
from tests.support.story import Story, as_told
from tests.support.telling import NAMES

CLUSTER = "web-prod"


class RecordedStory:
    """`views` has what was shown at each second."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        folder: Path,
        limits: RecordingLimits = RecordingLimits(),  # noqa: B008  # frozen
    ) -> None:
        self.views: list[ClusterView] = []
        self.writer = ChunkWriter(folder, CLUSTER, NAMES, 1.0, limits)
        self.recorder = Recorder(self.writer, lambda: self.story.now, lambda: self.story.time())
        made: list[ClusterState] = []

        def state(names: Sequence[str], now: float, wall: float) -> ClusterState:
            recorder = self.recorder
            made.append(RecordedState(recorder, names, now, wall, interval=1.0))
            return made[0]

        self.story = _Story(monkeypatch, self.views.append, state, self)

    @property
    def path(self) -> Path:
        assert self.writer.path is not None
        return self.writer.path

    async def until(self, now: float, act: Callable[[Story], None] = lambda story: None) -> None:
        """Live through it; `act` is called half a second after each."""
        while self.story.now < now:
            second = self.story.now
            self.story.now = second + 0.5
            act(self.story)
            self.story.now = second
            self.story.until(second + 1)
            await self.recorder.commit()


def unreadable(name: str, message: FromAgent) -> FromAgent:
    """director2 cannot read its table."""
    if name == "director2" and isinstance(message, Ipvs):
        return replace(message, full=False, changed=(), gone=(), error="the ip_vs module is gone")
    return message


def happens(story: Story) -> None:
    """A drain, a Director that is lost and comes back, and a restored server, between what the demo shows by itself.

    Now and then the agents tell whole tables, and for some seconds one cannot read its own.
    """
    if story.now % 10 == 4.5:
        story.tell_whole_tables()
    if story.now in (240.5, 243.5):
        story.heard = unreadable if story.now == 240.5 else as_told
        story.tell_whole_tables()
    if story.now in (70.5, 200.5):
        real = story.view().virtual_servers[0].real_servers[0]
        action: Action = "drain" if story.now < 100 else "restore"
        when = datetime(2026, 11, 22, 14, 1)
        story.change(Intent(action, (Target(real.virtual_server, real.id),), None, "ana@ops1", when, ""))
    elif story.now == 100.5:
        story.lost.add("director2")
        story.state.failed("director2", "closed", "", permanent=False, retry_in=4.0, now=story.now)
    elif story.now == 130.5:
        story.lost.clear()
        story.state.connecting("director2", story.now)
        story.state.connected("director2", "root", story.now)


class _Story(Story):
    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        shown: Callable[[ClusterView], None],
        state: Callable[[Sequence[str], float, float], ClusterState],
        recorded: RecordedStory,
    ) -> None:
        recorded.story = self
        super().__init__(monkeypatch, shown, state)


def comparable(view: ClusterView) -> ClusterView:
    """Return the view with ages to the millisecond, as times are written into a recording."""
    return replace(view, wall=round(view.wall, 3), directors=tuple(map(_comparable, view.directors)))


def _comparable(director: DirectorView) -> DirectorView:
    ages = (None if age is None else round(age, 3) for age in (director.age_s, director.retry_in_s))
    age_s, retry_in_s = ages
    return replace(director, age_s=age_s, retry_in_s=retry_in_s)
