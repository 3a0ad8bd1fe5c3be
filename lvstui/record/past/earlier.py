"""Work out how figures went before a moment of a recording, for what plots them.

Not for: the moment itself (see `record.replay`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lvstui.cluster.servers.series import FigureSeries
from lvstui.cluster.view import ClusterView, RealServerView
from lvstui.record.replay import Replay

SECONDS = 300.0  # that are looked back over


class Earlier(NamedTuple):
    """The seconds before a moment."""

    views: tuple[ClusterView, ...]  # one of each second, oldest first; the last is of the moment
    series: FigureSeries


def look_back(shown: Replay, enough: Callable[[], bool]) -> Earlier | None:
    """Return the seconds before the moment that a replay shows; None: it was `enough` before that was done.

    A replay of its own goes through them, a view each second, as the console makes them. Raises RecordingError.
    """
    wall, began = shown.wall, shown.reader.began
    back = 0 if began is None else int(min(SECONDS, wall - began))
    replay = Replay(shown.reader, wall - back)
    series, views = FigureSeries(replay.now), list[ClusterView]()
    for seconds in range(back, -1, -1):
        if enough():
            return None
        replay.move(wall - seconds)
        view = replay.state.view(replay.now, replay.wall)
        series.note(_changed(view, views[-1] if views else None), replay.now)
        views.append(view)
    return Earlier(tuple(views), series)


def _changed(view: ClusterView, before: ClusterView | None) -> list[RealServerView]:
    """Return the real servers that are not the same as in the view before."""
    known = {} if before is None else {server.id: server for server in before.virtual_servers}
    changed: list[RealServerView] = []
    for server in view.virtual_servers:
        old = known.get(server.id)
        if old is server:
            continue
        same = {} if old is None else {real.id: real for real in old.real_servers}
        changed += [real for real in server.real_servers if same.get(real.id) is not real]
    return changed
