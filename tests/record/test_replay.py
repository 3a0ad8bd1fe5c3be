"""The view of a moment of a recording is the one that was shown live."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lvstui.cluster.views.status import as_json
from lvstui.record import recorder
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.replay import Replay
from tests.support.recorded_story import RecordedStory, comparable, happens

_MOMENTS = 60


@pytest.mark.parametrize("chunk_s", [60.0, 0.0])  # 0: whatever happens, a chunk begins in the middle of it
async def test_a_moment_of_a_recording_shows_what_was_shown_live(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, chunk_s: float
) -> None:
    monkeypatch.setattr(recorder, "CHUNK", chunk_s)
    recorded = RecordedStory(monkeypatch, tmp_path)
    await recorded.until(400, happens)
    moments = random.Random(7).sample(recorded.views, _MOMENTS) + recorded.views[140:150]  # the drain's end
    assert any(view.drains for view in moments), "otherwise it shows too little"
    with RecordingReader(recorded.path) as reader:
        assert len(reader.chunks) > 5
        replay = Replay(reader)
        for live in moments:
            replay.move(live.wall)
            shown = replay.view()
            assert as_json(comparable(shown)) == as_json(comparable(live))
            assert comparable(shown) == comparable(live)
