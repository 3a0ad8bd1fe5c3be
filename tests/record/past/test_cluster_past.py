"""All recordings of a cluster are one past: while one is written, where two overlap, and where nothing was recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvstui.cluster.view import ClusterView
from lvstui.record.past.cluster_past import GAP, ClusterPast
from lvstui.record.recording_reader import RecordingError
from lvstui.record.recordings import paths
from lvstui.session.replay_session import ReplaySession
from tests.support.recorded_story import CLUSTER, RecordedStory, comparable, happens

LATER = 1000.0  # seconds from the first console's beginning to that of the second


def past_of(folder: Path, own: Path | None = None) -> ClusterPast:
    return ClusterPast(lambda: paths(folder, CLUSTER), lambda: own)


async def recorded(monkeypatch: pytest.MonkeyPatch, folder: Path, seconds: float, later: float = 0.0) -> RecordedStory:
    """Return the recording of a console, which was opened so much later than the others."""
    story = RecordedStory(monkeypatch, folder)
    if later:
        began = story.story.time()
        monkeypatch.setattr(story.story, "time", lambda: began + later + story.story.now)
    await story.until(seconds, happens)
    return story


async def test_what_is_written_meanwhile_is_taken_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = await recorded(monkeypatch, tmp_path, 65)
    past = past_of(tmp_path)
    first = past.range
    assert (first.began, first.ended) == (one.views[0].wall, one.views[-1].wall)
    await one.until(131, happens)
    then = past.refresh()
    assert (then.began, then.ended) == (first.began, one.views[-1].wall)
    assert then.marks[: len(first.marks)] == first.marks and len(then.marks) > len(first.marks)
    assert then.rates[: len(first.rates)] == first.rates and len(then.rates) > len(first.rates)
    anew = past_of(tmp_path)
    assert anew.range == then
    past.close()
    anew.close()


async def test_a_mark_is_where_the_event_was_first_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = await recorded(monkeypatch, tmp_path, 150)
    past = past_of(tmp_path)
    shown: set[float] = set()
    before: ClusterView | None = None
    for view in one.views:
        if before is not None and len(view.events) > len(before.events):
            shown.add(view.wall)
        before = view
    assert {mark.wall for mark in past.range.marks} == shown
    past.close()


async def test_two_consoles_one_after_the_other_leave_a_gap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = await recorded(monkeypatch, tmp_path, 20)
    first.writer.close()
    second = await recorded(monkeypatch, tmp_path, 20, LATER)
    session = ReplaySession(past_of(tmp_path))
    known = session.recorded
    assert [tuple(span) for span in known.spans] == [(one.views[0].wall, one.views[-1].wall) for one in (first, second)]
    for one in (first, second, first):
        for view in (one.views[10], one.views[15], one.views[3]):
            assert await session.go(view.wall) is None
            assert comparable(session.view()) == comparable(view)
    assert known.stepped(first.views[-1].wall, 1) == second.views[0].wall
    await session.leave()


async def test_of_two_that_overlap_our_own_is_shown_and_events_are_there_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = await recorded(monkeypatch, tmp_path, 60)
    alone = len(past_of(tmp_path).range.marks)
    second = await recorded(monkeypatch, tmp_path, 30, 1.0)
    assert first.path != second.path
    known = past_of(tmp_path).range
    assert len(known.spans) == 1 and alone
    wall = second.views[20].wall
    for own in (first.path, second.path):
        assert past_of(tmp_path, own).reader_at(wall).path == own
    assert past_of(tmp_path).reader_at(wall).path == first.path  # it was open for longer
    assert past_of(tmp_path, second.path).reader_at(first.views[50].wall).path == first.path  # ours does not have it
    assert first.views[-1].wall - second.views[-1].wall > GAP


async def test_a_file_that_cannot_be_read_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / f"{CLUSTER}.20200101T000000.1.lvsrec").write_bytes(b"")
    with pytest.raises(RecordingError, match="it is empty"):
        past_of(tmp_path)
    await recorded(monkeypatch, tmp_path, 10)
    assert past_of(tmp_path).range.spans


def test_without_a_file_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no recording yet"):
        past_of(tmp_path)
