"""A view is never before what it shows, however far apart two readings of this machine's clocks are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import ClusterView
from lvstui.director.protocol.keepalived_messages import Keepalived
from lvstui.record.chunk_writer import ChunkWriter, RecordingLimits
from lvstui.record.recorded_state import RecordedState
from lvstui.record.recorder import Recorder
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.replay import Replay
from tests.support.telling import MAIN


class Noted(Recorder):
    """A recorder that keeps the entries that it is given."""

    def __init__(self) -> None:
        self.walls: list[float] = []

    def put(self, kind: str, name: str, value: object, now: float | None = None, wall: float | None = None) -> None:
        self.walls.append(wall or 0.0)

    def viewed(self, view: object, now: float, *, begins: bool) -> None:
        """Keep nothing."""


@pytest.mark.parametrize("jitter", [-0.0005, 0.0005])
def test_a_view_is_not_before_what_it_shows(jitter: float) -> None:
    recorder = Noted()
    state = RecordedState(recorder, ("director1",), 100.0, 1_000_100.0, interval=1.0)
    state.connecting("director1", 101.0)
    assert state.view(101.00001, 1_000_101.00001 + jitter).wall >= recorder.walls[-1]


def test_a_clock_that_was_set_is_followed() -> None:
    state = RecordedState(Noted(), ("director1",), 100.0, 1_000_100.0, interval=1.0)
    assert state.view(101.0, 1_000_099.0).wall == 1_000_099.0


async def test_the_moment_of_a_view_is_that_view_whatever_its_numbers_are(tmp_path: Path) -> None:
    """A moment is worked out from the wall clock, in which a microsecond is half of what a number of its size can tell."""
    chosen = random.Random(7)
    clock = [18_600.123457, 1_796_092_498.154_672_9]
    writer = ChunkWriter(tmp_path, "web-prod", ("director1",), 1.0, RecordingLimits())
    recorder = Recorder(writer, lambda: clock[0], lambda: clock[1])
    state = RecordedState(recorder, ("director1",), *clock, interval=1.0)
    state.connected("director1", "root", clock[0])
    await recorder.commit()  # a recording begins
    live = []
    for running in [True, False] * 50:
        step = chosen.random()
        clock[:] = [one + step for one in clock]
        state.receive("director1", daemon(running=running), clock[0])
        live.append(state.view(*clock))
    await recorder.commit()
    assert recorder.path is not None
    with RecordingReader(recorder.path) as reader:
        for view in live:
            assert kinds(Replay(reader, view.wall).view()) == kinds(view)
    writer.close()
    assert {ProblemKind.KEEPALIVED_DOWN} in map(kinds, live)


def kinds(view: ClusterView) -> set[ProblemKind]:
    return {one.kind for one in view.problems}


def daemon(*, running: bool) -> Keepalived:
    pid = 7 if running else 0
    return Keepalived(0.0, running, pid, pid, pid, 0.0, "2.2.7", MAIN, "director1", "systemd", 0.0, None)
