"""The pace of a drain is the same in the past, though a recording has only those views in which something happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvstui.cluster.view import ClusterView
from lvstui.record import recorder as recorder_module
from lvstui.record import recordings
from lvstui.record.chunk_writer import ChunkWriter
from lvstui.record.recorded_state import RecordedState
from lvstui.record.recorder import Recorder
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.replay import Replay
from tests.support.differences import different
from tests.support.draining_pair import draining, left
from tests.support.telling import NAMES, WALL, Pair

COUNTS = [*[5] * 4, *[4] * 15, 3, *[2] * 12, 1, *[1] * 12, 0, 0]
OFTEN = (1, 3, 2, 1, 1, 4)  # how often each sample is looked at


@pytest.mark.parametrize("chunk_s", [600.0, 10.0])
async def test_it_is_the_same_whenever_somebody_looked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, chunk_s: float
) -> None:
    monkeypatch.setattr(recorder_module, "CHUNK", chunk_s)
    pair = Pair()
    writer = ChunkWriter(tmp_path, "web-prod", NAMES, 1.0)
    recorder = Recorder(writer, lambda: pair.now, lambda: WALL + pair.now)
    pair.state = RecordedState(recorder, NAMES, pair.now, WALL + pair.now, interval=1.0)
    draining(active=5, pair=pair).view()
    await recorder.commit()  # with which the recording begins
    live: list[ClusterView] = []
    for number, active in enumerate(COUNTS):
        left(pair, active)
        for _ in range(OFTEN[number % len(OFTEN)]):
            live.append(pair.view())
            pair.after(0.17)
        await recorder.commit()
    writer.close()
    paces = {drain.per_s for view in live for drain in view.drains}
    assert len(paces) > 20, "otherwise it shows too little"
    (path,) = recordings.paths(tmp_path)
    with RecordingReader(path) as reader:
        going_on = Replay(reader)
        for number, view in enumerate(live):
            for replay in (going_on,) if number % 8 else (going_on, Replay(reader)):
                replay.move(view.wall)
                assert different(view.drains, replay.view().drains) == []
