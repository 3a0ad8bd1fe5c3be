"""What a view holds back for a moment is shown again when it was shown live, whatever the view that first saw it showed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import ClusterView
from lvstui.record import recorder as recorder_module
from lvstui.record.chunk_writer import ChunkWriter
from lvstui.record.recorded_state import RecordedState
from lvstui.record.recorder import Recorder
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.replay import Replay
from tests.support.outage_pair import sysctls
from tests.support.recorded_story import comparable
from tests.support.telling import NAMES, WALL, Pair, configuration

STEP = 0.5  # seconds between two views, and between two commits
BEGINS, VIEWS = 3, 14  # the view that first sees it


def drift(pair: Pair) -> None:
    """A file that keepalived has loaded, and whose weight its kernel does not have: an event tells of the file."""
    pair.files("director2", configuration({8081: 0}))


def forwarding_ends(pair: Pair) -> None:
    """No event tells of a kernel setting."""
    sysctls(pair, "director1", net__ipv4__ip_forward="0")


def recorded(folder: Path) -> tuple[Pair, Recorder, ChunkWriter]:
    """A pair that is up, with what records it."""
    pair = Pair()
    writer = ChunkWriter(folder, "web-prod", NAMES, 1.0)
    recorder = Recorder(writer, lambda: pair.now, lambda: WALL + pair.now)
    pair.state = RecordedState(recorder, NAMES, pair.now, WALL + pair.now, interval=1.0)
    pair.up()
    for name in NAMES:
        sysctls(pair, name)
    return pair, recorder, writer


def assert_replayed(writer: ChunkWriter, live: list[ClusterView]) -> int:
    """Each view is shown again as it was live. Return how many chunks there are."""
    assert writer.path is not None
    with RecordingReader(writer.path) as reader:
        for view in live:
            replay = Replay(reader)  # a view that is made on the way would see it begin
            replay.move(view.wall)
            assert comparable(replay.view()) == comparable(view)
        return len(reader.chunks)


@pytest.mark.parametrize("happens", [drift, forwarding_ends])
@pytest.mark.parametrize("chunk_s", [60.0, 0.0])
async def test_it_is_shown_as_soon_as_it_was_live(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, happens: Callable[[Pair], None], chunk_s: float
) -> None:
    monkeypatch.setattr(recorder_module, "CHUNK", chunk_s)
    pair, recorder, writer = recorded(tmp_path)
    live: list[ClusterView] = []
    for number in range(VIEWS):
        if number == BEGINS:
            happens(pair)
            await recorder.commit()  # before anybody looks
        pair.state.tick(pair.now)
        live.append(pair.view())
        await recorder.commit()
        pair.after(STEP)
    problems = [len(view.problems) for view in live]
    assert problems[BEGINS] < problems[-1], "it was held back, and then shown"
    assert (assert_replayed(writer, live) > 3) is (chunk_s == 0.0)


async def test_what_was_told_while_a_view_was_being_made_was_not_in_it(tmp_path: Path) -> None:
    """The table is empty, and keepalived is told to run again: that is wrong from the next view on, and not from this one."""
    pair, recorder, writer = recorded(tmp_path)
    pair.ipvs("director2")
    pair.keepalived("director2", running=False)
    live: list[ClusterView] = []
    for number in range(VIEWS):
        if number == BEGINS:
            for _ in range(2):
                assert pair.state.work(pair.now, WALL + pair.now) is None
            pair.after(STEP / 2).keepalived("director2", pid=200)
        while (view := pair.state.work(pair.now, WALL + pair.now)) is None:
            pass
        live.append(view)
        await recorder.commit()
        pair.after(STEP)
    assert ProblemKind.EMPTY_TABLE in {problem.kind for problem in live[-1].problems}
    assert_replayed(writer, live)
