"""Failovers that are measured from a recording, as they are live."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvstui.record.past.past_failovers import failovers
from tests.support.recorded_story import RecordedStory


async def _latest(monkeypatch: pytest.MonkeyPatch, folder: Path, adverts: int) -> float:
    """Whoever is BACKUP waits for so many adverts: when VI_2 of the story is expected to be taken over at the latest."""
    recorded = RecordedStory(monkeypatch, folder)
    director2 = recorded.story.world.directors["director2"]
    timers = f"advert_int 1\n    down_timer_adverts {adverts}\n".encode()
    director2.data = director2.data.replace(b"advert_int 1\n", timers)
    recorded.story.world.reload("director2", recorded.story.time())
    await recorded.until(110)
    (found,) = failovers(recorded.path)
    expected = found.failovers[1].expected
    assert expected is not None
    return expected.latest


async def test_the_timers_of_the_files_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usual = await _latest(monkeypatch, tmp_path / "usual", 3)
    slow = await _latest(monkeypatch, tmp_path / "slow", 7)
    assert slow - usual == pytest.approx(4.0)
