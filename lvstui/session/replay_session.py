"""Open a recording in the place of a pair, as a session of its own (decision 0016): the console's port over the past.
No network, and nothing can be written.

Not for: how a moment is reached (see `record.replay`), nor which recording it is (see `record.recordings`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from lvstui.cluster.drift.difference import Difference
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import ChangeRecord, Intent
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import Plan, PlanRefused
from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.view import ClusterView
from lvstui.cluster.views.configuration_view import ShownConfiguration
from lvstui.cluster.views.connection_view import SampleRefused, SampleView
from lvstui.cluster.views.director_page import DirectorPage
from lvstui.cluster.views.real_server_view import RealServerDetail
from lvstui.cluster.views.recorded_range import RecordedRange
from lvstui.cluster.views.topology_view import Topology
from lvstui.cluster.views.virtual_server_page import VirtualServerPage
from lvstui.record.past.cluster_past import ClusterPast
from lvstui.record.past.earlier import Earlier, look_back
from lvstui.record.past.further import look_further
from lvstui.record.recording_reader import RecordingError
from lvstui.record.replay import Replay
from lvstui.session.follow_up import Progress
from lvstui.session.worker import Worker

_NEAR = 60.0  # seconds on: how figures went before still says something
PAST = "this is a recording: the past cannot be changed"


class ReplaySession:
    """`async with ReplaySession(path) as session`; `move` and `go` show another moment.

    A moment that is gone to is worked out beside the loop, in a replay of its own: what is shown stays whole until it is there.
    """

    def __init__(
        self,
        source: Path | ClusterPast,
        wall: float | None = None,
        *,
        read_only: str = PAST,
        history: Callable[[], Sequence[ChangeRecord]] = tuple,
    ) -> None:
        """Open a recording, or all of a cluster, at a moment; None: at the last one. Raises RecordingError.

        `history`: the changes that were made from this machine.
        """
        self._past = ClusterPast(lambda: [source]) if isinstance(source, Path) else source
        last = self._past.range.ended if wall is None else wall
        reader = self._past.reader_at(last)
        self.name = reader.about.get("cluster", reader.path.name)
        self.read_only: str | None = read_only
        self._history = history
        self._worker = Worker()
        self._shown = Replay(reader, last)
        self._spare: Replay | None = None  # the one before, from which a moment that is near is reached
        self._wanted: float | None = None  # the moment that is gone to
        self._going = False
        self._earlier: Sequence[ClusterView] = ()
        self._near: Earlier | None = None  # the minutes before the moment, when they are worked out
        self._asked = PlotRange.FIVE_MINUTES  # the longest time that a plot was to show
        self._further: asyncio.Task[None] | None = None
        self._closing = False
        self._subscribers: list[Callable[[], None]] = []
        self._view: ClusterView | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()

    async def leave(self) -> None:
        """Let the files go, after what is still read."""
        self._wanted, self._closing = None, True
        await self._worker.run(self.close)

    def close(self) -> None:
        """Let the files go."""
        self._past.close()

    @property
    def directors(self) -> tuple[str, ...]:
        """Return the names of the Directors that were recorded."""
        return self._shown.names

    @property
    def moment(self) -> float:
        """Return the wall-clock time that is shown."""
        return self._shown.wall

    @property
    def recorded(self) -> RecordedRange:
        """Return what is known of the whole range, as of the last `refresh`."""
        return self._past.range

    @property
    def torn(self) -> str | None:
        """Return why not all of the recording can be read; None: nothing was found amiss yet."""
        return self._shown.reader.torn

    def move(self, wall: float) -> None:
        """Show another moment at once. Raises RecordingError where nothing can be read."""
        self._shown = self._reached(wall)
        self._view = None
        self._tell()

    async def go(self, wall: float) -> str | None:
        """Show another moment as soon as it is worked out. Of those that are asked for meanwhile, the last is next.

        Return why it cannot be shown; None: it can, or another has taken its place.
        """
        self._wanted = wall
        if self._going:
            return None
        self._going = True
        try:
            while (wanted := self._wanted) is not None:
                self._wanted = None
                replay, view = await self._worker.run(self._looked, wanted)
                before, self._shown, self._view = self._shown, replay, view
                if before.reader is replay.reader and 0 <= replay.wall - before.wall < _NEAR:
                    replay.state.take_series(before.state.give_series(), view)
                self._spare = before
                self._tell()
        except RecordingError as error:
            return str(error)
        finally:
            self._going = False
        await self._look_back(self._shown)
        return None

    async def _look_back(self, shown: Replay) -> None:
        """Fill in how figures went before the moment, unless another one is gone to meanwhile."""
        with suppress(RecordingError):
            found = await self._worker.run(look_back, shown, lambda: self._left(shown))
            if found is not None and not self._left(shown):
                self._earlier, self._near = found.views, found
                if self._asked <= PlotRange.FIVE_MINUTES:
                    shown.state.take_series(found.series, found.views[-1])
                self._tell()
                await self._look_further(shown)

    async def _look_further(self, shown: Replay) -> None:
        """Fill in the hours before, where a plot is to show them."""
        near, asked = self._near, self._asked
        if near is not None and near.views[-1].wall == shown.wall and asked > PlotRange.FIVE_MINUTES:
            found = await self._worker.run(look_further, self._past, shown, near, asked, lambda: self._left(shown))
            if found is not None and not self._left(shown):
                shown.state.take_series(found, near.views[-1])
                self._tell()

    def _left(self, shown: Replay) -> bool:
        """Return True if what a replay shows is not what is wanted any more."""
        return self._closing or self._going or self._wanted is not None or self._shown is not shown

    def _ask(self, over: PlotRange | None) -> PlotRange:
        """Take in that a plot is to show that time, and return it; None: all since the console was opened."""
        over = self._shown.state.plotted_whole if over is None else over
        if over > self._asked:
            self._asked = over
            with suppress(RuntimeError):  # without a loop there is nobody to show it to
                self._further = asyncio.get_running_loop().create_task(self._look_further(self._shown))
        return over

    def earlier(self) -> Sequence[ClusterView]:
        """Return the views of the minutes before the moment, oldest first; until they are worked out, of a moment before."""
        return self._earlier

    async def refresh(self) -> RecordedRange:
        """Take in what was recorded meanwhile; nothing, when the files have gone."""
        with suppress(RecordingError):
            await self._worker.run(self._past.refresh)
        return self.recorded

    def _looked(self, wall: float) -> tuple[Replay, ClusterView]:
        replay = self._reached(wall)
        return replay, replay.view()

    def _reached(self, wall: float) -> Replay:
        """Return a replay at a moment that is not the one shown."""
        reader, spare = self._past.reader_at(wall), self._spare
        if spare is None or spare.reader is not reader:
            return Replay(reader, wall)
        self._spare = None
        spare.move(wall)
        return spare

    def _tell(self) -> None:
        for callback in list(self._subscribers):
            callback()

    # --- what was known ---

    def view(self) -> ClusterView:
        """Return all that was known at the moment."""
        if self._view is None:
            self._view = self._shown.view()
        return self._view

    def seen(self) -> ClusterView:
        """Return the same: it does not change by itself."""
        return self.view()

    def next_view(self) -> ClusterView | None:
        """Return the same, all at once."""
        return self.view()

    def urgent(self) -> bool:
        """Return True: what is shown changes when somebody goes to another moment."""
        return True

    def detail(
        self, virtual_server: str, real_server: str, view: ClusterView, over: PlotRange | None = None
    ) -> RealServerDetail:
        """Return all that was known of one real server; its series `over` that time."""
        self._ask(over)
        return self._shown.state.detail(virtual_server, real_server, view, over)

    def director_page(self, name: str, view: ClusterView) -> DirectorPage:
        """Return all that was known of one Director."""
        return self._shown.state.director_page(name, view)

    def virtual_server_page(self, virtual_server: str, view: ClusterView) -> VirtualServerPage:
        """Return all that was known of one virtual server."""
        page = self._shown.state.virtual_server_page(virtual_server, view)
        return replace(
            page,
            series=lambda over: page.series(self._ask(over)),
            rates=lambda real_server, over: page.rates(real_server, self._ask(over)),
        )

    def configurations(self) -> tuple[ShownConfiguration, ...]:
        """Return each Director's files, their secrets masked."""
        return self._shown.state.configurations()

    def differences(self, view: ClusterView) -> tuple[Difference, ...]:
        """Return what differed between the Directors and should not; passwords apart, which are not recorded."""
        return self._shown.state.differences(view)

    def topology(self, view: ClusterView) -> Topology:
        """Return the picture of `view`."""
        return self._shown.state.topology(view)

    async def sample_connections(self, director: str, virtual_server: str, real_server: str) -> SampleView:
        """Refuse: nobody can be asked any more. Raises SampleRefused."""
        raise SampleRefused("this is a recording: connections can only be read from a live Director")

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each move, until the function that is returned is called."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback) if callback in self._subscribers else None

    def reconnect(self, director: str) -> None:
        """Do nothing: there is no link."""

    def pace(self, interval: float) -> None:
        """Do nothing: samples are as far apart as they were."""

    # --- writing ---

    async def plan_in_worker(self, intent: Intent) -> Plan:
        """Refuse. Raises PlanRefused."""
        self._refuse()

    def basis(self, targets: Sequence[Target]) -> object:
        """Return what no plan is made from."""
        return self.read_only

    async def apply(self, plan: Plan, progress: Progress, overrides: frozenset[str] = frozenset()) -> Outcome:
        """Refuse. Raises PlanRefused."""
        self._refuse()

    def history(self) -> Sequence[ChangeRecord]:
        """Return the changes that had been made from this machine by then. Raises OSError."""
        return [record for record in self._history() if record.wall <= self.moment]

    async def settle(self, director: str, transaction: str, keep: bool) -> Outcome:
        """Refuse. Raises PlanRefused."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise PlanRefused(self.read_only or PAST)
