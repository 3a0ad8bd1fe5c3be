"""One open pair: links, cluster state, events, writes. All that the console and lvsctl know of the world.

Puts together what does it: a `DirectorLink` for each Director, `cluster.state`, and `Writes`; and is their clock.
Not for: what messages mean (see `cluster`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from lvstui.applying import Progress
from lvstui.cluster import sampling
from lvstui.cluster.configurations import ShownConfiguration
from lvstui.cluster.detail import RealServerDetail
from lvstui.cluster.difference import Difference
from lvstui.cluster.facts import Facts, basis
from lvstui.cluster.intent import Intent, Record, Target
from lvstui.cluster.outcome import Limits, Outcome
from lvstui.cluster.plan import Plan, PlanRefused, make
from lvstui.cluster.sampling import SampleView
from lvstui.cluster.state import ClusterState
from lvstui.cluster.topology import Topology
from lvstui.cluster.view import ClusterView
from lvstui.director.messages import Connections, Message, Refresh, SetInterval
from lvstui.director_link import DirectorLink
from lvstui.history import History, Memory
from lvstui.samples import Samples
from lvstui.transport.link import Connector
from lvstui.writes import Writes

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
    ) -> None:
        """`interval` is in seconds; `read_only` is the reason why nothing may be written, None when it may.

        `history` is the audit log; None: one that ends with the session. `limits` are those of a change's steps.
        """
        self.name = name
        self.interval = interval
        self.read_only = read_only
        self.turn = asyncio.Lock()
        self.beside = asyncio.Lock()
        names = [connector.name for connector in connectors]
        self._state = ClusterState(names, time.monotonic(), time.time(), interval=interval)
        self._links = {connector.name: DirectorLink(connector, self._state, self) for connector in connectors}
        sends = {name: link.send for name, link in self._links.items()}
        self._writes = Writes(self._state, sends, Memory() if history is None else history, limits)
        self._samples = Samples()
        self._tasks: list[asyncio.Task[None]] = []
        self._subscribers: list[Callable[[], None]] = []
        self._told = -1
        self._view: tuple[int, float, ClusterView] | None = None  # of so many changes, and when it was made
        self._working_on: int | None = None  # likewise, the next one

    async def __aenter__(self) -> Self:
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

    # --- what is known ---

    def view(self) -> ClusterView:
        """All that is known now. Cheap when nothing changed since the last call and a second has not gone by."""
        now = time.monotonic()
        if self._view is None or self._view[0] != self._state.changes or now - self._view[1] >= 1:
            self._view = (self._state.changes, now, self._state.view(now, time.time()))
        return self._view[2]

    def seen(self) -> ClusterView:
        """The last view that was made: for who shows what `next_view` gave."""
        return self.view() if self._view is None else self._view[2]

    def next_view(self) -> ClusterView | None:
        """The same, worked out a moment at each call: None until it is there. What changes meanwhile is in the next one."""
        began = now = time.monotonic()
        if self._working_on is None:
            self._working_on = self._state.changes
        while (view := self._state.work(now, time.time())) is None:
            now = time.monotonic()
            if now - began >= _MOMENT:
                return None
        self._view = (self._working_on, now, view)
        self._working_on = None
        return view

    def detail(self, virtual_server: str, real_server: str, view: ClusterView) -> RealServerDetail:
        """All that is known of one real server, beside what `view` shows."""
        return self._state.detail(virtual_server, real_server, view)

    def configurations(self) -> tuple[ShownConfiguration, ...]:
        """Each Director's files. A huge one takes long the first time."""
        return self._state.configurations()

    def differences(self, view: ClusterView) -> tuple[Difference, ...]:
        """What differs between the Directors and should not, and what `view` shows of their kernels otherwise than files."""
        return self._state.differences(view)

    def topology(self, view: ClusterView) -> Topology:
        """The picture of what `view` shows."""
        return self._state.topology(view)

    async def sample_connections(self, director: str, virtual_server: str, real_server: str) -> SampleView:
        """Some of a real server's connections, read once on that Director. Raises SampleRefused."""
        request = self._state.sample_request(director, virtual_server, real_server, self._samples.next_nonce())
        found = await self._samples.ask(director, request, self._links[director].send)
        return sampling.answer(director, found)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """`callback` is called on the loop after something changed, many changes at once. Returns what ends it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback) if callback in self._subscribers else None

    def reconnect(self, director: str) -> None:
        """Try now instead of waiting."""
        self._links[director].reconnect()

    def pace(self, interval: float) -> None:
        """Another number of seconds between samples, at once."""
        if interval != self.interval:
            self.interval = interval
            self._state.pace(interval)
            for link in self._links.values():
                link.send(SetInterval(interval))

    # --- writing ---

    def plan(self, intent: Intent) -> Plan:
        """What would be changed on each Director. Raises PlanRefused."""
        return make(intent, self.facts(), read_only=self.read_only)

    async def plan_beside(self, intent: Intent) -> Plan:
        """The same beside the loop: with thousands of real servers it takes a while. Raises PlanRefused."""
        facts = self.facts()
        async with self.beside:
            return await asyncio.to_thread(make, intent, facts, read_only=self.read_only)

    def basis(self, targets: Sequence[Target]) -> object:
        """What a plan for these targets is made from, numbers of connections apart: while it is equal, so is the plan."""
        return tuple(basis(facts, targets) for facts in self.facts()), self.read_only

    def history(self) -> Sequence[Record]:
        """The changes of this pair that were made from this machine, newest last. Raises OSError."""
        return self._writes.history()

    async def apply(self, plan: Plan, progress: Progress, overrides: frozenset[str] = frozenset()) -> Outcome:
        """Carry the plan out on both Directors, or on neither. Raises PlanRefused when another change runs, or guards stop it.

        What is to follow (a real server that was added is raised when it is seen alive) is done too, and all of it is one
        record in the history.
        """
        self._refuse_read_only()
        return await self._writes.apply(self, plan, progress, overrides)

    async def carry_out(self, plan: Plan, progress: Progress, overrides: frozenset[str]) -> Outcome:
        """One change, from stage to confirm: a part of `apply`."""
        return await self._writes.carry_out(plan, progress, overrides)

    async def settle(self, director: str, transaction: str, keep: bool) -> Outcome:
        """End a change that was left unfinished on a Director: keep what lies there, or put the old files back.

        `transaction` is that of the Director's `UnfinishedView`. Raises PlanRefused when something else is being written.
        """
        self._refuse_read_only()
        return await self._writes.settle(director, transaction, keep)

    def _refuse_read_only(self) -> None:
        if self.read_only is not None:
            raise PlanRefused(f"read-only: {self.read_only}")

    def facts(self) -> Sequence[Facts]:
        """What is known of each Director for a plan."""
        return [self._state.facts(name) for name in self._links]

    def look(self) -> None:
        """Ask every Director for fresh figures."""
        for link in self._links.values():
            link.send(Refresh())

    # --- what the links tell ---

    def received(self, name: str, message: Message, now: float) -> None:
        """A message of a Director's agent."""
        if isinstance(message, Connections):
            self._samples.answered(name, message)
            return
        self._state.receive(name, message, now)  # type: ignore[arg-type]  # the decoder gives an agent's messages alone
        self._writes.received(name, message, now)

    def lost(self, name: str, now: float) -> None:
        """A link is gone."""
        self._samples.lost(name)
        self._writes.lost(name, now)

    def told(self) -> None:
        """Something may have changed: tell the subscribers."""
        if self._state.changes != self._told:
            self._told = self._state.changes
            for callback in list(self._subscribers):
                callback()

    async def _tick(self) -> None:
        """The clock: ages, round trips, and a running change's limits."""
        while True:
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            for link in self._links.values():
                link.tick(now)
            self._state.tick(now)
            self._writes.tick(now)
            self.told()
