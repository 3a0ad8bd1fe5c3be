"""Work out how figures went in the hours before a moment, for plots of an hour and of a day: from every recording of the cluster.

A point of these plots is what figures were at its end, so of each there is one moment to look at. Where nothing was recorded,
nothing is known. Not for: the minutes before (see `earlier`), which are looked at view by view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.servers.series import FigureSeries
from lvstui.cluster.view import ClusterView
from lvstui.record.past import earlier
from lvstui.record.past.cluster_past import ClusterPast
from lvstui.record.past.earlier import Earlier, changed
from lvstui.record.recorded_entries import Entry
from lvstui.record.recording_reader import RecordingError, RecordingReader
from lvstui.record.replay import Replay

_LOOKED = 2.0  # seconds: a console that is open makes a view in so many
_BEFORE = 0.001  # seconds: what is known shortly before a point's end is that point


def look_further(
    past: ClusterPast, shown: Replay, near: Earlier, over: PlotRange, enough: Callable[[], bool]
) -> FigureSeries | None:
    """Return how figures went `over` that time, up to the moment that a replay shows; None: it was `enough` before.

    `near`: the minutes before.
    """
    series = FigureSeries(shown.now - over - over.step, shown.reader.chunks[0].now)
    replay: Replay | None = None
    for now in _ends(shown.now, over):
        if enough():
            return None
        wall = now + shown.wall - shown.now
        series.lose(now - _BEFORE)  # where it was not recorded, and of what is not there any more
        if past.range.has(wall):
            with suppress(RecordingError):
                replay, view = _look(past.reader_at(wall), replay, wall)
                series.note((real for server in view.virtual_servers for real in server.real_servers), now - _BEFORE)
    before = None
    for view in near.views:
        series.note(changed(view, before), view.wall + shown.now - shown.wall)
        before = view
    return series


def _look(reader: RecordingReader, replay: Replay | None, wall: float) -> tuple[Replay, ClusterView]:
    """Return the last view that was made before a moment, and the replay, there. Raises RecordingError."""
    if replay is None or replay.reader is not reader:
        replay = Replay(reader, wall - _LOOKED)
    replay.move(wall - _LOOKED)
    there, views = replay, list[ClusterView]()

    def listen(entry: Entry) -> None:
        if entry.kind in ("shown", "viewed"):
            views[:] = [there.state.view(entry.now, entry.wall)]

    replay.listen = listen
    replay.move(wall - _BEFORE)
    replay.listen = None
    return replay, views[0] if views else replay.state.view(replay.now, replay.wall)


def _ends(now: float, over: PlotRange) -> Iterator[float]:
    """Give the ends of the points before the minutes that are looked at view by view, by the clock of the moment's recording."""
    steps = {int(end) for one in PlotRange if PlotRange.FIVE_MINUTES < one <= over for end in _of(now, one)}
    yield from sorted(float(end) for end in steps if end < now - earlier.SECONDS)


def _of(now: float, over: PlotRange) -> Iterator[float]:
    last = int(now / over.step)
    return (number * over.step for number in range(last - over.points, last + 1))
