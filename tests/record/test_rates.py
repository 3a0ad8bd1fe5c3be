"""A recording has the connections per second of its whole range, for who draws that and reads no chunk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from lvstui.record import anonymous_copy, recorder, recording_copy
from lvstui.record.recorder import connections_per_s
from lvstui.record.recording_reader import RecordingReader
from tests.support.recorded_story import RecordedStory


async def test_every_five_seconds_there_is_the_mean_of_what_was_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path)
    await recorded.until(61)
    shown = {view.wall: connections_per_s(view) for view in recorded.views}
    with RecordingReader(recorded.path) as reader:
        rows = reader.rates()
    assert len(rows) == 12
    for row in rows[1:]:
        rates = [rate for wall, rate in shown.items() if row.wall - 5 < wall <= row.wall and rate is not None]
        assert len(rates) == 5 and row.value == pytest.approx(sum(rates) / 5, abs=0.001) and row.value > 0
        assert row.wall - row.now == recorded.story.time() - recorded.story.now


async def test_a_copy_has_those_of_its_range(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(recorder, "CHUNK", 20.0)
    recorded = RecordedStory(monkeypatch, tmp_path)
    await recorded.until(100)
    began = recorded.story.time() - 100
    for name, export in (("plain", recording_copy.export), ("invented", anonymous_copy.export)):
        export(recorded.path, tmp_path / name, began + 30, began + 50)
        with RecordingReader(tmp_path / name) as copy, RecordingReader(recorded.path) as whole:
            first, last = copy.chunks[0].now, copy.chunks[-1].now
            (after,) = [chunk.now for chunk in whole.chunks if chunk.now > last][:1]
            assert copy.rates() == [row for row in whole.rates() if first <= row.now < after]
            assert copy.rates()
            shown = [row.now for row in copy.events()]
            assert len(shown) == len([row for row in whole.events() if row.now < after])


async def test_a_dropped_chunk_takes_its_own_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(recorder, "CHUNK", 10.0)
    recorded = RecordedStory(monkeypatch, tmp_path)
    await recorded.until(60)
    (file,) = [recorded.writer._file]
    assert file is not None
    file.drop(file.chunks[0])
    with RecordingReader(recorded.path) as reader:
        assert reader.rates()[0].now >= reader.chunks[0].now > 0


async def test_a_file_without_them_has_none_and_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path)
    await recorded.until(10)
    path = recorded.path
    recorded.writer.close()
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE rate")
    with RecordingReader(path) as reader:
        assert reader.rates() == [] and reader.torn is None
