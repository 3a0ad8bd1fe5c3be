"""One open pair: links, cluster state, events, writes. All that the console and lvsctl know of the world.

One task per Director connects, feeds what comes into `cluster.state`, and connects again when the link is gone; one Director
that cannot be reached never holds the other up. Not for: what messages mean (see `cluster`), nor how links are made.
"""

from __future__ import annotations

import asyncio
import gc
import random
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from lvstui.applying import apply
from lvstui.cluster import sampling
from lvstui.cluster.change import Change, Command
from lvstui.cluster.configurations import ShownConfiguration
from lvstui.cluster.detail import RealServerDetail
from lvstui.cluster.difference import Difference
from lvstui.cluster.facts import Facts, basis
from lvstui.cluster.history import settled
from lvstui.cluster.intent import Intent, Record, Target
from lvstui.cluster.outcome import NOT_IN_TIME, Limits, Outcome, StepView
from lvstui.cluster.plan import Plan, PlanRefused, make
from lvstui.cluster.sampling import SampleView
from lvstui.cluster.state import ClusterState
from lvstui.cluster.topology import Topology
from lvstui.cluster.view import ClusterView, EventView, Severity
from lvstui.director.messages import (
    Connections,
    Files,
    FromConsole,
    Goodbye,
    Keepalived,
    Message,
    Ping,
    Pong,
    Refresh,
    SetInterval,
    Step,
    Watch,
)
from lvstui.director.protocol import FrameDecoder, ProtocolError, encode
from lvstui.history import History, Memory
from lvstui.operator import operator
from lvstui.samples import Samples
from lvstui.settlement import Settlement
from lvstui.transport.link import Connector, Link, LinkError

LONGEST_WAIT = 5.0  # seconds between two attempts while somebody watches
_FIRST_WAIT = 0.25
_PING_EVERY = 2.0
_TICK = 0.1  # seconds; a failover must be on the screen sooner than anybody could type
_FIRST_FRAME = 30.0  # seconds; a Director's python3 may take long to begin
_SILENCE = (
    10.0  # seconds, or three samples, without a frame: the agent hangs. A dead link is found by SSH itself, in 3 s
)
_LONG = 10_000  # bytes of a configuration; less is read in a few milliseconds
_LONG_FRAME = 2_000  # bytes, of which a hundred times as many may have been compressed
_CLOSE_LIMIT = 0.8  # seconds; quit always quits


class _Line:
    """One Director's link and what is needed to keep it."""

    def __init__(self, connector: Connector) -> None:
        self.connector = connector
        self.link: Link | None = None
        self.pinged = 0.0
        self.patterns: tuple[str, ...] = ()
        self.now = asyncio.Event()  # try to connect now


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
        self.limits = limits
        self._lines = {connector.name: _Line(connector) for connector in connectors}
        self._state = ClusterState(list(self._lines), time.monotonic(), time.time(), interval=interval)
        self._tasks: list[asyncio.Task[None]] = []
        self._subscribers: list[Callable[[], None]] = []
        self._told = -1
        self._view: tuple[int, float, ClusterView] | None = None
        self._change: Change | None = None
        self._progress: Callable[[tuple[StepView, ...]], None] | None = None
        self._changed = asyncio.Event()
        self._samples = Samples()
        self._settlement: Settlement | None = None
        self._history = Memory() if history is None else history
        self._applying = False

    async def __aenter__(self) -> Self:
        for line in self._lines.values():
            self._tasks.append(asyncio.create_task(self._keep(line), name=f"link to {line.connector.name}"))
        self._tasks.append(asyncio.create_task(self._tick(), name="clock"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        for line in self._lines.values():
            if line.link is not None:
                line.link.abort()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_CLOSE_LIMIT)

    # --- what is known ---

    def view(self) -> ClusterView:
        """All that is known now. Cheap when nothing changed since the last call and a second has not gone by."""
        now = time.monotonic()
        if self._view is None or self._view[0] != self._state.changes or now - self._view[1] >= 1:
            view = self._state.view(now, time.time())
            self._view = (self._state.changes, now, view)
        return self._view[2]

    def detail(self, virtual_server: str, real_server: str) -> RealServerDetail:
        """All that is known of one real server."""
        return self._state.detail(virtual_server, real_server, self.view())

    def configurations(self) -> tuple[ShownConfiguration, ...]:
        """Each Director's files. A huge one takes long the first time."""
        return self._state.configurations()

    def differences(self) -> tuple[Difference, ...]:
        """What differs between the Directors and should not, and what their kernels show otherwise than their files."""
        return self._state.differences(self.view())

    def topology(self) -> Topology:
        return self._state.topology(self.view())

    async def sample_connections(self, director: str, virtual_server: str, real_server: str) -> SampleView:
        """Some of a real server's connections, read once on that Director. Raises SampleRefused."""
        request = self._state.sample_request(director, virtual_server, real_server, self._samples.next_nonce())
        line = self._lines[director]
        found = await self._samples.ask(director, request, lambda message: self._send(line, message))
        return sampling.answer(director, found)

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """`callback` is called on the loop after something changed, many changes at once. Returns what ends it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback) if callback in self._subscribers else None

    def reconnect(self, director: str) -> None:
        """Try now instead of waiting."""
        self._lines[director].now.set()

    def pace(self, interval: float) -> None:
        """Another number of seconds between samples, at once."""
        if interval != self.interval:
            self.interval = interval
            self._state.pace(interval)
            for line in self._lines.values():
                self._send(line, SetInterval(interval))

    # --- writing ---

    def plan(self, intent: Intent) -> Plan:
        """What would be changed on each Director. Raises PlanRefused."""
        return make(intent, self.facts(), read_only=self.read_only)

    async def plan_beside(self, intent: Intent) -> Plan:
        """The same beside the loop: with thousands of real servers it takes seconds. Raises PlanRefused."""
        return await asyncio.to_thread(make, intent, self.facts(), read_only=self.read_only)

    def basis(self, targets: Sequence[Target]) -> object:
        """What a plan for these targets is made from, numbers of connections apart: while it is equal, so is the plan."""
        return tuple(basis(facts, targets) for facts in self.facts()), self.read_only

    def history(self) -> Sequence[Record]:
        """The changes of this pair that were made from this machine, newest last. Raises OSError."""
        names = set(self._lines)
        return [one for one in self._history.read() if {director.name for director in one.directors} <= names]

    async def apply(
        self, plan: Plan, progress: Callable[[tuple[StepView, ...]], None], overrides: frozenset[str] = frozenset()
    ) -> Outcome:
        """Carry the plan out on both Directors, or on neither. Raises PlanRefused when another change runs, or guards stop it.

        What is to follow (a real server that was added is raised when it is seen alive) is done too, and all of it is one
        record in the history.
        """
        self._refuse_a_second_write()
        self._applying = True
        try:
            outcome, record = await apply(self, plan, progress, overrides, self._write_down)
        finally:
            self._applying = False
        return self._remember(record, outcome)

    async def carry_out(
        self, plan: Plan, progress: Callable[[tuple[StepView, ...]], None], overrides: frozenset[str]
    ) -> Outcome:
        """One change, from stage to confirm: a part of `apply`."""
        try:
            change = Change(plan, self._state.facts, id=secrets.token_hex(6), overrides=overrides, limits=self.limits)
        except ValueError as blocked:
            raise PlanRefused(str(blocked)) from blocked
        self._change, self._progress = change, progress
        self._changed.clear()
        try:
            self._perform(change.start(time.monotonic()))
            while change.outcome is None:
                await self._changed.wait()
                self._changed.clear()
        finally:
            self._change = self._progress = None
        progress(change.steps)
        return change.outcome

    async def settle(self, director: str, transaction: str, keep: bool) -> Outcome:
        """End a change that was left unfinished on a Director: keep what lies there, or put the old files back.

        `transaction` is that of the Director's `UnfinishedView`. Raises PlanRefused when something else is being written.
        """
        self._refuse_a_second_write()
        link = self._lines[director].link
        self._settlement = Settlement(director, transaction, keep)
        try:
            outcome = await self._settlement.ask(None if link is None else lambda request: link.send(encode(request)))
        finally:
            self._settlement = None
        record = settled(director, keep, outcome, id=secrets.token_hex(6), wall=time.time(), by=operator())
        return self._remember(record, outcome)

    def _write_down(self, record: Record) -> str:
        """Into the history; why not, or ""."""
        try:
            self._history.append(record)
        except OSError as error:
            return f"; it could not be written into the history: {error}"
        return ""

    def _remember(self, record: Record, outcome: Outcome) -> Outcome:
        outcome = replace(outcome, text=outcome.text + self._write_down(record))
        self._note(record.title, outcome)
        return outcome

    def facts(self) -> Sequence[Facts]:
        """What is known of each Director for a plan."""
        return [self._state.facts(name) for name in self._lines]

    def look(self) -> None:
        """Ask every Director for fresh figures."""
        for line in self._lines.values():
            self._send(line, Refresh())

    def _refuse_a_second_write(self) -> None:
        if self._applying or self._settlement is not None:
            raise PlanRefused("another change is running")
        if self.read_only is not None:
            raise PlanRefused(f"read-only: {self.read_only}")

    def _note(self, title: str, outcome: Outcome) -> None:
        kind = outcome.kind if outcome.exit_code != NOT_IN_TIME else "half done"
        severity = {"done": Severity.INFO, "undecided": Severity.CRITICAL}.get(kind, Severity.WARNING)
        text = f"{title}: {kind}" if kind == "done" else f"{title}: {kind}: {outcome.text}"
        self._state.note(EventView(time.time(), severity, "you", "", text))

    def _perform(self, commands: Sequence[Command]) -> None:
        """Send what a change wants sent, and tell of its progress."""
        pending = list(commands)
        while pending:
            name, message = pending.pop(0)
            link = self._lines[name].link
            if link is not None:
                link.send(encode(message))
            elif self._change is not None:
                pending += self._change.lost(name, time.monotonic())
        if self._change is not None and self._progress is not None:
            self._progress(self._change.steps)
            self._changed.set()

    # --- links ---

    async def _keep(self, line: _Line) -> None:
        """Connect, listen, and again, for as long as the session is open."""
        name = line.connector.name
        attempt = 0
        while True:
            line.now.clear()
            self._state.connecting(name, time.monotonic())
            try:
                line.link = await line.connector.connect()
                try:
                    self._state.connected(name, line.link.privilege, time.monotonic())
                    attempt = 0
                    raise await self._listen(line, line.link)
                finally:
                    line.link.abort()
                    line.link = None
                    self._samples.lost(name)
            except LinkError as error:
                failure = error
            except Exception as error:  # noqa: BLE001  # a defect of ours must be seen, and not end the other link
                failure = LinkError(
                    f"lvstui failed: {type(error).__name__}: {error}", "please report it", permanent=True
                )
            wait = None if failure.permanent else self._wait(attempt)
            attempt += 1
            now = time.monotonic()
            self._state.failed(name, failure.reason, failure.hint, permanent=failure.permanent, retry_in=wait, now=now)
            if self._change is not None:
                self._perform(self._change.lost(name, now))
            if self._settlement is not None:
                self._settlement.lost(name)
            await self._pause(line, wait)

    @staticmethod
    def _wait(attempt: int) -> float:
        """Back-off with full jitter, in seconds: many consoles must not come back all at once."""
        return random.uniform(0.1, min(LONGEST_WAIT, _FIRST_WAIT * 2 ** min(attempt, 10)))

    @staticmethod
    async def _pause(line: _Line, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await line.now.wait()
        except TimeoutError:
            pass  # it is time

    async def _listen(self, line: _Line, link: Link) -> LinkError:
        """Feed what comes, until the link ends; returns why."""
        decoder = FrameDecoder(from_agent=True)
        line.patterns = ()
        silence = _FIRST_FRAME
        link.send(encode(SetInterval(self.interval)))
        while True:
            try:
                async with asyncio.timeout(silence):
                    data = await link.receive()
                messages = await self._decode(decoder, data)
            except TimeoutError:
                return LinkError("the link is silent")
            except ProtocolError as error:
                return LinkError(f"it does not speak our protocol: {error}", permanent=True)
            except LinkError as error:
                return error
            if not data:
                return LinkError("the agent ended")
            if messages:
                silence = max(_SILENCE, 3 * self.interval)
            for message in messages:
                if isinstance(message, Goodbye):
                    return LinkError(f"the agent ended: {message.reason}")
                await self._read(line.connector.name, message)
                self._receive(line, link, message)
            self._tell()

    @staticmethod
    async def _decode(decoder: FrameDecoder, data: bytes) -> list[Message]:
        """A long frame beside the loop, which has other things to do. Raises ProtocolError."""
        if decoder.waiting + len(data) > _LONG_FRAME:
            return await asyncio.to_thread(decoder.receive_data, data)
        return decoder.receive_data(data)

    async def _read(self, name: str, message: Message) -> None:
        """Read a long configuration before the message is taken in: beside the loop, which has other things to do."""
        if isinstance(message, (Files, Keepalived)):
            reading = self._state.reading(name, message)
            if reading is not None and reading.size > _LONG:
                await asyncio.to_thread(reading.run)
                if reading.earlier is None:
                    gc.freeze()  # it stays, and the collector would go through all of it, a third of a second at a time

    def _receive(self, line: _Line, link: Link, message: Message) -> None:
        name, now = line.connector.name, time.monotonic()
        if isinstance(message, Pong):
            self._state.latency(name, now - line.pinged)
            return
        if isinstance(message, Connections):
            self._samples.answered(name, message)
            return
        self._state.receive(name, message, now)  # type: ignore[arg-type]  # the decoder gives an agent's messages alone
        if isinstance(message, Files):
            self._watch_includes(line, link)
        if isinstance(message, Step) and self._settlement is not None:
            self._settlement.answered(name, message)
        if self._change is not None:
            self._perform(self._change.receive(name, message, now))

    def _watch_includes(self, line: _Line, link: Link) -> None:
        """Ask for what the configuration includes; each answer may name more."""
        configuration = self._state.configuration(line.connector.name)
        patterns = configuration.include_patterns if configuration is not None else ()
        if patterns and patterns != line.patterns:
            line.patterns = patterns
            link.send(encode(Watch(patterns)))

    async def _tick(self) -> None:
        """The clock: ages, round trips, and a running change's limits."""
        while True:
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            for line in self._lines.values():
                if line.link is not None and now - line.pinged >= _PING_EVERY:
                    line.pinged = now
                    self._send(line, Ping(int(now)))
            self._state.tick(now)
            if self._change is not None:
                self._perform(self._change.tick(now))
            self._tell()

    @staticmethod
    def _send(line: _Line, message: FromConsole) -> None:
        if line.link is not None:
            line.link.send(encode(message))

    def _tell(self) -> None:
        if self._state.changes != self._told:
            self._told = self._state.changes
            for callback in list(self._subscribers):
                callback()
