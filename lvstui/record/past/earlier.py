"""Work out how figures went before a moment of a recording, for what plots them.

Not for: the moment itself (see `record.replay`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lvstui.cluster.servers.series import FigureSeries
from lvstui.cluster.view import ClusterView, RealServerView
from lvstui.record.recorded_entries import Entry
from lvstui.record.replay import Replay

SECONDS = 300.0  # that are looked back over
_SAME = 0.00001  # seconds between a moment and the same as it is written down


class Earlier(NamedTuple):
    """The seconds before a moment."""

    views: tuple[ClusterView, ...]  # oldest first; the last is of the moment
    series: FigureSeries


def look_back(shown: Replay, enough: Callable[[], bool]) -> Earlier | None:
    """Return the seconds before the moment that a replay shows; None: it was `enough` before that was done.

    A replay of its own goes through them, and makes the views that the console made. Raises RecordingError.
    """
    wall, began = shown.wall, shown.reader.began
    back = 0 if began is None else int(min(SECONDS, wall - began))
    replay = Replay(shown.reader, wall - back)
    looks = _Looks(replay)
    for seconds in range(back, -1, -1):
        if enough():
            return None
        replay.move(wall - seconds)
        if seconds == 0 or not looks.told:
            looks.look(replay.now, replay.wall)
    return Earlier(tuple(looks.views), looks.series)


class _Looks:
    """The views that are made on the way, and what is plotted of them."""

    def __init__(self, replay: Replay) -> None:
        self.series = FigureSeries(
            replay.now, replay.reader.chunks[0].now
        )  # since the console was opened, as it plots it itself
        self.views: list[ClusterView] = []
        self.told = False
        """Does the recording tell when views were made; one of an older lvstui does not: then there is one of each second."""
        self._replay = replay
        replay.listen = self._listen

    def _listen(self, entry: Entry) -> None:
        self.told |= entry.kind == "shown"
        if entry.kind in ("shown", "viewed") and not (self.views and entry.wall <= self.views[-1].wall):
            self.look(entry.now, entry.wall)

    def look(self, now: float, wall: float) -> None:
        """Make a view, as of now."""
        before = self.views[-1] if self.views else None
        view = self._replay.state.view(now, wall)
        self.series.note(changed(view, before), now)
        if before is not None and wall - before.wall < _SAME:
            self.views.pop()
        self.views.append(view)


def changed(view: ClusterView, before: ClusterView | None) -> list[RealServerView]:
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
