"""Keep one pair open: links, cluster state, events, changes. All that the console and lvsctl know of the world.

Puts together what does it: a `DirectorLink` for each Director, `cluster.state`, and a `ChangeRunner`; and is their clock.
Not for: what messages mean (see `cluster`), nor how a change is made (see `change_runner`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

from lvstui.cluster.drift.difference import Difference
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.drill_plan import DrillIntent, DrillPlan, make_drill
from lvstui.cluster.plan.facts import Facts, basis
from lvstui.cluster.plan.intent import ChangeRecord, Intent
from lvstui.cluster.plan.outcome import Limits, Outcome
from lvstui.cluster.plan.plan import Plan, PlanRefused, make
from lvstui.cluster.plan.record import installed
from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.view import ClusterView
from lvstui.cluster.views.configuration_view import ShownConfiguration
from lvstui.cluster.views.connection_view import SampleView, answer
from lvstui.cluster.views.director_page import DirectorPage
from lvstui.cluster.views.real_server_view import RealServerDetail
from lvstui.cluster.views.topology_view import Topology
from lvstui.cluster.views.virtual_server_page import VirtualServerPage
from lvstui.director.clocks import SteadyClocks
from lvstui.director.protocol.ipvs_messages import Connections
from lvstui.director.protocol.keepalived_messages import LoadedConfiguration
from lvstui.director.protocol.link_messages import SetInterval
from lvstui.director.protocol.message_registry import Message
from lvstui.record.recorded_change import RecordedChange
from lvstui.record.recorded_state import state_of
from lvstui.record.recorder import Recorder
from lvstui.session.agent_traffic import AgentTraffic
from lvstui.session.audit_log import History, Memory
from lvstui.session.change_runner import ChangeRunner
from lvstui.session.connection_samples import Samples
from lvstui.session.director_link import DirectorLink
from lvstui.session.drill_parts.interruption_run import During, Left
from lvstui.session.follow_up import Progress
from lvstui.session.worker import Worker
from lvstui.transport.link import Connector

_TICK = 0.1  # seconds; a failover must be on the screen sooner than anybody could type
_MOMENT = 0.004  # seconds of work at a time
_CLOSE_LIMIT = 0.8  # seconds; quit always quits


class Session:
    """`async with Session(...) as session`. Everything happens on the loop that entered it."""

    def __init__(
        self,
        connectors: Sequence[Connector],
        *,
        name: str,
        interval: float = 1.0,
        read_only: str | None = None,
        history: History | None = None,
        limits: Limits = Limits(),  # noqa: B008  # frozen
        recorder: Recorder | None = None,
    ) -> None:
        """`interval` is in seconds; `read_only` is the reason why nothing may be written, None when it may.

        `history` is the audit log; None: one that ends with the session. `recorder` None: nothing is recorded. `limits` are
        those of a change's steps.
        """
        self.name, self.interval, self.read_only = name, interval, read_only
        self.message_lock = asyncio.Lock()
        self.worker = Worker()
        names = [connector.name for connector in connectors]
        self._recorder = recorder
        self._clocks = SteadyClocks()
        self._state = state_of(recorder, names, interval)
        self._links = {connector.name: DirectorLink(connector, self._state, self) for connector in connectors}
        sends = {name: link.send for name, link in self._links.items()}
        self._changes = ChangeRunner(self._state, sends, self, Memory() if history is None else history, limits=limits)
        self._samples = Samples()
        self._tasks: list[asyncio.Task[None]] = []
        self._subscribers: list[Callable[[], None]] = []
        self.agents = AgentTraffic(sends, self._state.director)
        self._notified = -1
        self._view: tuple[int, float, ClusterView] | None = None  # of so many changes, and when it was made
        self._working_on: int | None = None  # likewise, the next one
        self._shown = 0  # changes that were more than figures, when the next one was begun

    async def __aenter__(self) -> Self:
        if self._recorder is not None:
            await self._recorder.__aenter__()
        for name, link in self._links.items():
            self._tasks.append(asyncio.create_task(link.keep(), name=f"link to {name}"))
        self._tasks.append(asyncio.create_task(self._tick(), name="clock"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        for link in self._links.values():
            link.abort()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_CLOSE_LIMIT)
        if self._recorder is not None:
            await self._recorder.__aexit__(kind, error, trace)

    def _remember(self, name: str) -> None:
        """Remember what an earlier session installed, for a keepalived that keeps no copy of what it has loaded."""
        with suppress(OSError):  # then it is not known
            self._state.remember(name, installed(self._changes.history(), name))

    # --- what is known ---

    def view(self) -> ClusterView:
        """Return all that is known now. Cheap when nothing changed since the last call and a second has not gone by."""
        now, wall = self._clocks.read()
        if self._view is None or self._view[0] != self._state.changes or now - self._view[1] >= 1:
            self._view = (self._state.changes, now, self._state.view(now, wall))
        return self._view[2]

    def seen(self) -> ClusterView:
        """Return the last view that was made: for who shows what `next_view` gave."""
        return self.view() if self._view is None else self._view[2]

    def earlier(self) -> Sequence[ClusterView]:
        """Return none: who shows this session has seen every view."""
        return ()

    def next_view(self) -> ClusterView | None:
        """Return the view, worked out a moment at each call: None until it is there. What changes meanwhile is in the next."""
        clocks = began = self._clocks.read()
        if self._working_on is None:
            self._working_on = self._state.changes
            self._shown = self._state.changes - self._state.figures
        while (view := self._state.work(*clocks)) is None:
            clocks = self._clocks.read()
            if clocks.monotonic - began.monotonic >= _MOMENT:
                return None
        self._view = (self._working_on, clocks.monotonic, view)
        self._working_on = None
        return view

    def urgent(self) -> bool:
        """Return True if more than figures has changed since the last view was begun: it is not to wait for the next second."""
        return self._state.changes - self._state.figures != self._shown

    def awaited(self) -> bool:
        """Return True while time alone may show another problem than there is now: who looks only once waits for it."""
        return self._state.awaited(self.view())

    def detail(
        self, virtual_server: str, real_server: str, view: ClusterView, over: PlotRange | None = None
    ) -> RealServerDetail:
        """Return all that is known of one real server, beside what `view` shows; its series `over` that time."""
        return self._state.detail(virtual_server, real_server, view, over)

    def director_page(self, name: str, view: ClusterView) -> DirectorPage:
        """Return all that is known of one Director, beside what `view` shows."""
        return self._state.director_page(name, view)

    def virtual_server_page(self, virtual_server: str, view: ClusterView) -> VirtualServerPage:
        """Return all that is known of one virtual server, beside what `view` shows."""
        return self._state.virtual_server_page(virtual_server, view)

    def configurations(self) -> tuple[ShownConfiguration, ...]:
        """Return each Director's files. A huge one takes long the first time."""
        return self._state.configurations()

    def differences(self, view: ClusterView) -> tuple[Difference, ...]:
        """Return what differs between the Directors and should not, and what `view` shows in kernels otherwise than in files."""
        return self._state.differences(view)

    def topology(self, view: ClusterView) -> Topology:
        """Return the picture of what `view` shows."""
        return self._state.topology(view)

    async def sample_connections(self, director: str, virtual_server: str, real_server: str) -> SampleView:
        """Return some of a real server's connections, read once on that Director. Raises SampleRefused."""
        request = self._state.sample_request(director, virtual_server, real_server, self._samples.next_nonce())
        found = await self._samples.ask(director, request, self._links[director].send)
        return answer(director, found)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` on the loop after something changed, many changes at once. Return what ends it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback) if callback in self._subscribers else None

    def reconnect(self, director: str) -> None:
        """Try now instead of waiting."""
        self._links[director].reconnect()

    def pace(self, interval: float) -> None:
        """Set another number of seconds between samples, at once."""
        if interval != self.interval:
            self.interval = interval
            self._state.pace(interval)
            for link in self._links.values():
                link.send(SetInterval(interval))

    # --- writing ---

    def plan(self, intent: Intent) -> Plan:
        """Return what would be changed on each Director. Raises PlanRefused."""
        return make(intent, self.facts(), read_only=self.read_only)

    async def plan_in_worker(self, intent: Intent) -> Plan:
        """Return the same, made beside the loop: with thousands of real servers it takes a while. Raises PlanRefused."""
        facts = self.facts()
        return await self.worker.run(make, intent, facts, read_only=self.read_only)

    def basis(self, targets: Sequence[Target]) -> object:
        """Return what a plan for these targets is made from, numbers of connections apart: while it is equal, so is the plan."""
        return tuple(basis(facts, targets) for facts in self.facts()), self.read_only

    def history(self) -> Sequence[ChangeRecord]:
        """Return the changes of this pair that were made from this machine, newest last. Raises OSError."""
        return self._changes.history()

    async def apply(self, plan: Plan, progress: Progress, overrides: frozenset[str] = frozenset()) -> Outcome:
        """Carry the plan out on both Directors, or on neither. Raises PlanRefused when another change runs, or guards stop it.

        What is to follow (an added real server is raised when it is seen alive) is done too, all of it one record in the history.
        """
        self._refuse_read_only()
        if self._recorder is None:
            return await self._changes.apply(plan, progress, overrides)
        told = RecordedChange(self._recorder, plan, progress)
        return told.ended(await self._changes.apply(plan, told.progress, overrides))

    def plan_drill(self, intent: DrillIntent) -> DrillPlan:
        """Return the plan of a drill: its guards, and what is expected. Raises PlanRefused."""
        busy = [name for name in self._links if (one := self._state.director(name).unfinished) is not None and one.busy]
        drains = [f"{one.real_server} in {one.virtual_server}" for one in self.view().drains if not one.over]
        return make_drill(intent, self.facts(), drains=drains, busy=busy, read_only=self.read_only)

    async def run_drill(self, plan: DrillPlan, during: During, left: Left, overrides: frozenset[str]) -> Outcome:
        """Begin a drill, wait for `during`, undo it, and look what is `left`. Raises PlanRefused when nothing was begun."""
        self._refuse_read_only()
        now = self.plan_drill(replace(plan.intent, director=plan.director))  # it may be of some minutes ago
        return await self._changes.drill(now, during, left, overrides)

    async def settle(self, director: str, transaction: str, keep: bool) -> Outcome:
        """End a change that was left unfinished on a Director: keep what lies there, or put the old files back.

        `transaction` is that of the Director's `UnfinishedView`. Raises PlanRefused when something else is being written.
        """
        self._refuse_read_only()
        return await self._changes.settle(director, transaction, keep)

    def _refuse_read_only(self) -> None:
        if self.read_only is not None:
            raise PlanRefused(f"read-only: {self.read_only}")

    def facts(self) -> Sequence[Facts]:
        """Return what is known of each Director for a plan."""
        return [self._state.facts(name) for name in self._links]

    # --- what the links tell ---

    def received(self, name: str, message: Message, now: float) -> None:
        """Take in a message of a Director's agent."""
        if isinstance(message, Connections):
            self._samples.answered(name, message)
            return
        if isinstance(message, LoadedConfiguration) and message.error is not None:
            self._remember(name)
        self._state.receive(name, message, now)  # type: ignore[arg-type]  # the decoder gives an agent's messages alone
        self._changes.received(name, message, now)
        self.agents.received(name, message, now)

    def lost(self, name: str, now: float) -> None:
        """Take in that a link is gone."""
        self._samples.lost(name)
        self._changes.lost(name, now)
        self.agents.lost(name, now)

    def notify(self) -> None:
        """Tell the subscribers, if something has changed."""
        if self._state.changes != self._notified:
            self._notified = self._state.changes
            for callback in list(self._subscribers):
                callback()

    async def _tick(self) -> None:
        """Keep the time: ages, round trips, and a running change's limits."""
        while True:
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            for link in self._links.values():
                link.tick(now)
            self._state.tick(now)
            self._changes.tick(now)
            self.notify()
