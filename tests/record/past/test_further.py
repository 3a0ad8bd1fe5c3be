"""Plots of an hour and of a day in the past are what they were live; where nothing was recorded, they have nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.record import recording_copy
from lvstui.record.past import earlier
from lvstui.record.past.cluster_past import ClusterPast
from lvstui.record.recording_reader import RecordingReader
from lvstui.session.replay_session import ReplaySession
from tests.support.recorded_story import RecordedStory, happens

Points = dict[str, tuple[tuple[float | None, ...], ...]]


def points(session: ReplaySession, over: PlotRange) -> Points:
    """Return what is plotted of a virtual server on each Director."""
    view = session.view()
    series = session.virtual_server_page(view.virtual_servers[0].id, view).series(over)
    return {name: (one.active, one.connections_per_s, one.out_bps) for name, one in series.items()}


async def plotted(session: ReplaySession, wall: float, over: PlotRange) -> Points:
    """Go to a moment, look at its plots, and wait until they are filled."""
    await session.go(wall)
    points(session, over)
    assert session._further is not None
    await session._further
    return points(session, over)


async def live(recorded: RecordedStory) -> Points:
    """Live through it, and return what is plotted of an hour."""
    await recorded.until(250, happens)
    view = recorded.views[-1]
    page = recorded.story.state.virtual_server_page(view.virtual_servers[0].id, view).series(PlotRange.HOUR)
    return {name: (one.active, one.connections_per_s, one.out_bps) for name, one in page.items()}


async def test_an_hour_is_what_it_was_live_and_has_a_gap_where_nothing_was_recorded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(earlier, "SECONDS", 30.0)
    recorded = RecordedStory(monkeypatch, tmp_path)
    was = await live(recorded)
    wall = recorded.views[-1].wall
    assert any(len({value for value in one[1] if value is not None}) > 2 for one in was.values())
    session = ReplaySession(recorded.path)
    past = await plotted(session, wall, PlotRange.HOUR)
    for name, told in was.items():
        for shown, one in zip(past[name], told, strict=True):
            assert shown[-len(one) :] == pytest.approx(one) and set(shown[: -len(one)]) <= {None}
    session.close()
    with RecordingReader(recorded.path) as reader:
        walls = [chunk.wall for chunk in reader.chunks]
    assert len(walls) >= 4
    parts = [tmp_path / "first.part", tmp_path / "last.part"]
    recording_copy.export(recorded.path, parts[0], walls[0], walls[1] - 1.0)
    recording_copy.export(recorded.path, parts[1], walls[2] + 1.0, wall)
    session = ReplaySession(ClusterPast(lambda: parts))
    torn = await plotted(session, wall, PlotRange.HOUR)
    for name, sides in past.items():
        known, holed = sides[0][-5:], torn[name][0][-5:]
        assert None in holed and None not in known
        assert all(value in (None, before) for value, before in zip(holed, known, strict=True))
    assert torn != past
    session.close()


async def test_a_day_is_longer_and_nothing_is_worked_out_that_nobody_looks_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(earlier, "SECONDS", 30.0)
    recorded = RecordedStory(monkeypatch, tmp_path)
    await recorded.until(70, happens)
    session = ReplaySession(recorded.path)
    await session.go(recorded.views[-1].wall)
    assert session._further is None
    points(session, PlotRange.FIVE_MINUTES)
    assert session._further is None
    day = await plotted(session, recorded.views[-1].wall, PlotRange.DAY)
    assert any(one[0][-1] is not None for one in day.values())
    session.close()
