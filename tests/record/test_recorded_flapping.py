"""A server that flaps does so in the past too, wherever a chunk begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import ClusterView
from lvstui.record import recorder as recorder_module
from lvstui.record import recordings
from lvstui.record.chunk_writer import ChunkWriter
from lvstui.record.recorded_state import RecordedState
from lvstui.record.recorder import Recorder
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.replay import Replay
from tests.support.differences import different
from tests.support.telling import NAMES, WALL, Pair, checked, row

TURNS = [*[False, True] * 4, *[True] * 8]
EACH = 10.0  # seconds


def turn(pair: Pair, *, alive: bool) -> None:
    """Let both Directors tell the next sample, and whether the third real server is alive."""
    pair.after(EACH)
    for name in NAMES:
        pair.ipvs(name, row(8081), row(8082), *([row(8083)] if alive else []))
        pair.checkers(name, checked(8081), checked(8082), checked(8083, alive=alive))


@pytest.mark.parametrize("chunk_s", [600.0, 15.0])
async def test_it_flaps_as_long_as_it_did_live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, chunk_s: float) -> None:
    monkeypatch.setattr(recorder_module, "CHUNK", chunk_s)
    pair = Pair()
    writer = ChunkWriter(tmp_path, "web-prod", NAMES, EACH)
    recorder = Recorder(writer, lambda: pair.now, lambda: WALL + pair.now)
    pair.state = RecordedState(recorder, NAMES, pair.now, WALL + pair.now, interval=EACH)
    pair.up().view()
    await recorder.commit()  # with which the recording begins
    live: list[ClusterView] = []
    for alive in TURNS:
        turn(pair, alive=alive)
        live.append(pair.view())
        await recorder.commit()
    writer.close()
    flaps = [ProblemKind.FLAPPING in [one.kind for one in view.problems] for view in live]
    assert flaps.count(True) > 3 and not flaps[0] and not flaps[-1]
    (path,) = recordings.paths(tmp_path)
    with RecordingReader(path) as reader:
        assert (len(reader.chunks) > 3) is (chunk_s < 60)
        for view in live:
            assert different(view.problems, Replay(reader, view.wall).view().problems) == []
