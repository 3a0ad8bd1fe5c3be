"""Have a cluster's state tell a recorder all that it is told itself, and be told it again by the clocks of then.

Not for: what follows from it (see `cluster.state`).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any, Self

from lvstui.cluster.events.untold import Untold
from lvstui.cluster.observed.files.installed import Installed
from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.servers.series import FigureSeries
from lvstui.cluster.state import ClusterState
from lvstui.cluster.view import ClusterView
from lvstui.director.clocks import read_clocks
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.record.recorder import Recorder

_JITTER = 0.001  # seconds by which two readings of the clocks differ; a clock that is set is set by more


class RecordedState(ClusterState):
    """The state of a pair that is recorded."""

    def __init__(self, recorder: Recorder, names: Sequence[str], now: float, wall: float, *, interval: float) -> None:
        super().__init__(names, now, wall, interval=interval)
        self._recorder = recorder
        self._viewed_at = -1  # changes that were more than figures, at the last view
        self._drain_steps = 0  # likewise
        recorder.memory, recorder.note, recorder.settled = self.memory, self.note, self._is_settled

    def pace(self, interval: float) -> None:
        self._recorder.put("pace", "", interval)
        super().pace(interval)

    def remember(self, name: str, installed: Installed | None) -> None:
        files = None if installed is None else [list(one) for one in installed.files]
        value = None if installed is None else [installed.pid, installed.started, files]
        self._complete()
        self._recorder.put("remember", name, value)
        super().remember(name, installed)

    def connecting(self, name: str, now: float, retry_in: float | None = None) -> None:
        self._put("connecting", name, retry_in, now)
        super().connecting(name, now, retry_in)

    def connected(self, name: str, privilege: str, now: float) -> None:
        self._put("connected", name, privilege, now)
        super().connected(name, privilege, now)

    def failed(self, name: str, reason: str, hint: str, *, permanent: bool, retry_in: float | None, now: float) -> None:
        self._put("failed", name, [reason, hint, permanent, retry_in], now)
        super().failed(name, reason, hint, permanent=permanent, retry_in=retry_in, now=now)

    def receive(self, name: str, message: FromAgent, now: float) -> None:
        # As it is written: offsets and rates must be the same when it is read, and shorter numbers take less.
        told: Any = message
        now, message = round(now, 6), replace(told, at=round(told.at, 6)) if hasattr(told, "at") else message
        self._put("message", name, message, now)
        super().receive(name, message, now)

    def tick(self, now: float) -> None:
        before = self.changes
        super().tick(now)
        if self.changes != before:
            self._put("tick", "", None, now)

    def work(self, now: float, wall: float) -> ClusterView | None:
        return super().work(now, self._steady(now, wall))

    def view(self, now: float, wall: float) -> ClusterView:
        return super().view(now, self._steady(now, wall))

    def _steady(self, now: float, wall: float) -> float:
        """Return the wall clock by the distance of both clocks that entries are recorded with.

        Two clocks are read one after the other: without this, a view could be some microseconds before what it shows.
        """
        return now + self._shift if abs(wall - now - self._shift) < _JITTER else wall

    def _finish_piece(self, finishing: Generator[None, None, ClusterView]) -> ClusterView | None:
        view = super()._finish_piece(finishing)
        if view is not None:
            before, self._viewed_at = self._viewed_at, self.changes - self.figures
            # What a view holds back begins with the view that first saw it, whether that showed anything new or not; and so
            # does the time for which so many connections were left.
            begins = self.unsettled or self._viewed_at != before or self.drain_steps != self._drain_steps
            self._drain_steps = self.drain_steps
            self._recorder.viewed(view, self._viewed, begins=begins)
        return view

    def _is_settled(self) -> bool:
        """Return True if the last view saw all that changed, and holds nothing of it back."""
        return not self.unsettled and self._viewed_at == self.changes - self.figures

    def _put(self, kind: str, name: str, value: object, now: float) -> None:
        """Record an entry with the wall clock that the state itself takes it to be, after the view that does not have it yet."""
        self._complete()
        self._recorder.put(kind, name, value, now, now + self._shift)


class ReplayedState(ClusterState):
    """The state of a pair that was recorded.

    `earlier` is one of the same recording that is not needed any more: what it has read of the configurations is read again only
    where it differs.
    """

    def __init__(
        self, names: Sequence[str], now: float, wall: float, *, interval: float = 1.0, earlier: Self | None = None
    ) -> None:
        super().__init__(names, now, wall, interval=interval)
        self._events = Untold(self._directors)  # a recording has them as they were told
        self._read = {} if earlier is None else {one.name: one.loaded for one in earlier._directors}

    def receive(self, name: str, message: FromAgent, now: float) -> None:
        if isinstance(message, Files) and name in self._read:
            self.director(name).loaded = self._read.pop(name)
        super().receive(name, message, now)

    def take_series(self, series: FigureSeries, view: ClusterView) -> None:
        """Take how figures went up to `view`, the last one."""
        series.note((real for server in view.virtual_servers for real in server.real_servers), self._viewed)
        self._series = series

    @property
    def plotted_whole(self) -> PlotRange:
        """Return the shortest range that has all that was seen."""
        return self._series.whole

    def give_series(self) -> FigureSeries:
        """Return how figures went, and begin anew."""
        series, self._series = self._series, FigureSeries(self._viewed)
        return series

    def _keep_series(self) -> None:
        """Do nothing: most moments on the way are never looked at, and how figures went is filled in afterwards."""

    def at(self, now: float, wall: float) -> None:
        """Take both clocks to be so, for what is told next."""
        self._shift = wall - now


def state_of(recorder: Recorder | None, names: Sequence[str], interval: float) -> ClusterState:
    """Return the state of a pair from now on; without a recorder, one that is not recorded."""
    now, wall = read_clocks()
    if recorder is None:
        return ClusterState(names, now, wall, interval=interval)
    return RecordedState(recorder, names, now, wall, interval=interval)
