"""A session without links: real cluster state and real plans, and changes that end as a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol, Self

from lvstui.cluster.change.plan_record import record
from lvstui.cluster.drift.difference import Difference
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.facts import basis
from lvstui.cluster.plan.intent import ChangeRecord, Intent
from lvstui.cluster.plan.outcome import STEPS, Outcome, StepView
from lvstui.cluster.plan.plan import Plan, make
from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.state import ClusterState
from lvstui.cluster.view import ClusterView
from lvstui.cluster.views.configuration_view import ShownConfiguration
from lvstui.cluster.views.connection_view import SampleRefused, SampleView
from lvstui.cluster.views.director_page import DirectorPage
from lvstui.cluster.views.real_server_view import RealServerDetail
from lvstui.cluster.views.topology_view import Topology
from lvstui.cluster.views.virtual_server_page import VirtualServerPage
from tests.support.telling import NAMES


class Behind(Protocol):
    """Two Directors, as they tell of themselves."""

    state: ClusterState
    now: float

    def view(self) -> ClusterView: ...


class FakeSession:
    def __init__(self, pair: Behind, *, read_only: str | None = None) -> None:
        self.name = "web-prod"
        self.read_only = read_only
        self.pair = pair
        self.applied: list[tuple[Plan, frozenset[str]]] = []
        self.reconnected: list[str] = []
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.may_plan = asyncio.Event()
        self.may_plan.set()
        self.shown: ClusterView | None = None  # instead of the pair's
        self.figures_alone = False  # is that all that changes
        self.closed = False
        self.paces: list[float] = []
        self.samples: dict[str, SampleView | str] = {}  # or why there is none
        self.sampled: list[tuple[str, str, str]] = []
        self.records: list[ChangeRecord] = []
        self.unreadable: OSError | None = None  # why the history cannot be read
        self.settled: list[tuple[str, str, bool]] = []
        self.settle_ends: dict[str, Outcome | Exception] = {}  # of a Director, otherwise than well
        self._subscribers: list[Callable[[], None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closed = True

    def pace(self, interval: float) -> None:
        self.paces.append(interval)

    def view(self) -> ClusterView:
        return self.shown if self.shown is not None else self.pair.view()

    def seen(self) -> ClusterView:
        return self.view()

    def earlier(self) -> Sequence[ClusterView]:
        return ()

    def next_view(self) -> ClusterView | None:
        return self.view()

    def urgent(self) -> bool:
        return not self.figures_alone

    def awaited(self) -> bool:
        return self.pair.state.awaited(self.view())

    def detail(
        self, virtual_server: str, real_server: str, view: ClusterView, over: PlotRange | None = None
    ) -> RealServerDetail:
        return self.pair.state.detail(virtual_server, real_server, view, over)

    def director_page(self, name: str, view: ClusterView) -> DirectorPage:
        return self.pair.state.director_page(name, view)

    def virtual_server_page(self, virtual_server: str, view: ClusterView) -> VirtualServerPage:
        return self.pair.state.virtual_server_page(virtual_server, view)

    def configurations(self) -> tuple[ShownConfiguration, ...]:
        return self.pair.state.configurations()

    def differences(self, view: ClusterView) -> tuple[Difference, ...]:
        return self.pair.state.differences(view)

    def topology(self, view: ClusterView) -> Topology:
        return self.pair.state.topology(view)

    async def sample_connections(self, director: str, virtual_server: str, real_server: str) -> SampleView:
        self.sampled.append((director, virtual_server, real_server))
        sample = self.samples.get(director, "nothing was asked of it")
        if isinstance(sample, str):
            raise SampleRefused(sample)
        return sample

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def tell(self) -> None:
        """Something changed."""
        for callback in list(self._subscribers):
            callback()

    def reconnect(self, director: str) -> None:
        self.reconnected.append(director)

    def plan(self, intent: Intent) -> Plan:
        return make(intent, [self.pair.state.facts(name) for name in NAMES], read_only=self.read_only)

    async def plan_in_worker(self, intent: Intent) -> Plan:
        await self.may_plan.wait()
        return self.plan(intent)

    def basis(self, targets: Sequence[Target]) -> object:
        return tuple(basis(self.pair.state.facts(name), targets) for name in NAMES), self.read_only

    def history(self) -> Sequence[ChangeRecord]:
        if self.unreadable is not None:
            raise self.unreadable
        return tuple(self.records)

    async def settle(self, director: str, transaction: str, keep: bool) -> Outcome:
        self.settled.append((director, transaction, keep))
        await self.may_end.wait()
        end = self.settle_ends.get(director)
        if isinstance(end, Exception):
            raise end
        if end is not None:
            return end
        how = "kept" if keep else "the old files are back"
        return Outcome("done", 0, f"{director}: {how}", {director: how})

    async def apply(
        self,
        plan: Plan,
        progress: Callable[[tuple[StepView, ...]], None],
        overrides: frozenset[str] = frozenset(),
    ) -> Outcome:
        self.applied.append((plan, overrides))
        names = [director.name for director in plan.directors]
        progress(tuple(StepView(name, "stage", "running", "") for name in names))
        await self.may_end.wait()
        progress(tuple(StepView(name, step, "done", "") for name in names for step in STEPS))
        outcome = Outcome("done", 0, f"{plan.title}: verified on both", dict.fromkeys(names, "changed, verified"))
        self.records.append(record(plan, outcome, id=str(len(self.records)), wall=self.pair.now, overrides=overrides))
        return outcome
