"""The agent: serves one console over one byte stream, from the first sample to the end of the link.

It reads and streams what the `System` shows, and performs writes; it has no opinions. See `writes` for changes, `outbox` for
what happens behind a slow link, `rereading` for what is asked of keepalived and when.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any, Callable, List, Optional, Protocol, Tuple, Union

from .deltas import IpvsDeltas
from .journal import settles_itself, told
from .messages import (
    Adverts,
    Checkers,
    Close,
    Confirm,
    Files,
    FromAgent,
    Goodbye,
    Host,
    Install,
    Keepalived,
    Log,
    Message,
    Network,
    Ping,
    Pong,
    Refresh,
    RollBack,
    SampleConnections,
    SetInterval,
    Settle,
    Stage,
    Step,
    Sysctls,
    Unfinished,
    Vrrp,
    Watch,
)
from .outbox import Outbox, Sample
from .protocol import MARKER, FrameDecoder, ProtocolError, encode
from .rereading import Rereading
from .settling import Recover
from .system import Changed, Event, Refused, System, Unavailable
from .triggers import EVERYTHING, concerns
from .writes import Writes

State = Union[Network, Vrrp, Adverts, Checkers, Keepalived, Host, Sysctls, Files, Unfinished]
_READ = 64 * 1024  # bytes
_ATTEMPTS, _ATTEMPT = 10, 0.2  # times, seconds
_FAREWELL = 1.0  # seconds for the last frame to leave
_PRECEDENCE = 2.0  # seconds at most that what keepalived tells when asked goes before everything that happens


class Reader(Protocol):
    async def read(self, n: int) -> bytes:
        """At most `n` bytes; b"" at the end."""


class Writer(Protocol):
    def write(self, data: bytes) -> None: ...

    async def drain(self) -> None:
        """Until there is room for more."""


async def serve(system: System, reader: Reader, writer: Writer) -> None:
    """Serve one console until its stream ends; an open change is rolled back then. Never raises for what a peer does."""
    await Agent(system, reader, writer).run()


class Agent:
    """One link. `clock` is the Director's CLOCK_MONOTONIC."""

    def __init__(
        self, system: System, reader: Reader, writer: Writer, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._system = system
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._outbox = Outbox()
        self._deltas = IpvsDeltas()
        self._writes = Writes(system, self._say, clock)
        self._vrrp = Rereading(self._read_vrrp)
        self._checkers = Rereading(self._read_checkers)
        self._interval = 1.0  # seconds
        self._hurry = asyncio.Event()
        self._patterns: Tuple[str, ...] = ()
        self._asked: Optional[SampleConnections] = None  # the newest, while it waits
        self._sampling = asyncio.Event()
        self._recovering = ""  # the change of another agent that this one has begun to tidy
        self._last: dict[type, Any] = {}  # what was put into the outbox last, without its time

    async def run(self) -> None:
        try:
            self._greet()
        except Exception as error:  # noqa: BLE001  # a console that hears nothing could not tell why
            self._system.close()
            await self._farewell(_failure(error))
            return
        tasks = [asyncio.ensure_future(work) for work in self._work()]
        writes = asyncio.ensure_future(self._writes.run())
        try:
            done, _ = await asyncio.wait([*tasks, writes], return_when=asyncio.FIRST_COMPLETED)
            why = _why(done)
        finally:
            self._writes.abandon("the link to the console was lost")
            await asyncio.wait([writes])
            await self._end(tasks)
        if why:
            await self._farewell(why)

    def _greet(self) -> None:
        self._writer.write(MARKER + encode(self._system.hello()))
        # The table first: everything else may need imports that take seconds on a small machine.
        self._sample()
        first = self._outbox.take()
        assert first is not None
        self._writer.write(self._encode(first))

    def _work(self) -> List[Any]:
        return [
            self._receive(),
            self._send(),
            self._vrrp.run(),
            self._checkers.run(),
            self._tick(),
            self._watch(),
            self._sample_connections(),
        ]

    async def _end(self, tasks: List[asyncio.Future[None]]) -> None:
        left = set(tasks)
        for _ in range(_ATTEMPTS):
            # Again: up to Python 3.11 wait_for() loses a cancellation that comes together with its result.
            for task in left:
                task.cancel()
            _, left = await asyncio.wait(left, timeout=_ATTEMPT)
            if not left:
                break
        self._system.close()

    async def _farewell(self, why: str) -> None:
        try:
            self._writer.write(encode(Goodbye(why)))
            await asyncio.wait_for(self._writer.drain(), _FAREWELL)
        except (OSError, asyncio.TimeoutError):
            pass  # nobody listens any more

    # --- out ---

    async def _send(self) -> None:
        try:
            while True:
                await self._writer.drain()
                self._writer.write(self._encode(await self._outbox.wait()))
        except ConnectionError:
            return  # the console is gone; what is open is rolled back as at the end of its stream

    def _encode(self, outgoing: Any) -> bytes:
        if not isinstance(outgoing, Sample):
            return encode(outgoing)
        if outgoing.table is None:
            return encode(self._deltas.unknown(outgoing.error, outgoing.at))
        return encode(self._deltas.next(outgoing.table, outgoing.at))

    def _put(self, message: State) -> bool:
        """Send a state unless it is what was sent last; says whether it is new."""
        same = replace(message, at=0.0)
        if self._last.get(type(message)) == same:
            return False
        self._last[type(message)] = same
        self._outbox.put(message)
        return True

    def _say(self, message: FromAgent) -> None:
        """What a write has to say; who has settled a change may begin another at once."""
        if isinstance(message, Step) and message.step == "settle":
            self._put(self._unfinished())
        self._outbox.put(message)

    # --- in ---

    async def _receive(self) -> None:
        decoder = FrameDecoder(from_agent=False)
        while True:
            try:
                data = await self._reader.read(_READ)
            except ConnectionError:
                return
            if not data:
                return
            for message in decoder.receive_data(data):
                self._writes.heard()
                self._do(message)

    def _do(self, message: Message) -> None:
        if isinstance(message, Ping):
            self._outbox.put(Pong(self._clock(), message.nonce))
        elif isinstance(message, SetInterval):
            self._interval = min(10.0, max(0.2, message.seconds))
            self._hurry.set()
        elif isinstance(message, Watch):
            self._patterns = message.patterns
            self._put(self._system.read_files(self._patterns))
        elif isinstance(message, Refresh):
            self._deltas.reset()
            self._last.clear()
            self._hint(EVERYTHING)
            self._hurry.set()
        elif isinstance(message, SampleConnections):
            self._asked = message
            self._sampling.set()
        elif isinstance(message, (Stage, Install, Confirm, Close, RollBack, Settle)):
            self._writes.submit(message)

    # --- reading ---

    async def _tick(self) -> None:
        while True:
            started = self._clock()
            adverts = self._system.read_adverts()
            if adverts is not None:
                self._put(adverts)  # before the sample, which says of when it is that nothing more was heard
            self._sample()
            self._look()
            self._put(self._system.read_sysctls())
            self._put(self._system.read_host())  # last: the console takes it for the end of the first look
            self._hurry.clear()
            wait = max(0.01, started + self._interval - self._clock())
            try:
                await asyncio.wait_for(self._hurry.wait(), wait)
            except asyncio.TimeoutError:
                pass  # the next tick

    def _sample(self) -> None:
        at = self._clock()
        try:
            self._outbox.put(Sample(at, self._system.read_ipvs()))
        except Unavailable as error:
            self._outbox.put(Sample(at, None, str(error)))

    def _look(self) -> None:
        """At the daemon and the files: both are cheap to look at, and seldom change."""
        keepalived = self._system.read_keepalived()
        before: Optional[Keepalived] = self._last.get(Keepalived)
        if self._put(keepalived) and before is not None:
            self._hint(EVERYTHING)
        self._put(self._system.read_files(self._patterns))
        self._put(self._unfinished())

    def _unfinished(self) -> Unfinished:
        """What another agent has left; where nothing is in doubt, it is tidied rather than told."""
        at = self._clock()
        try:
            left = self._system.left()
        except Refused as error:
            return Unfinished(at, None, str(error))
        if left is None:
            return Unfinished(at, None, None)
        if left.busy:
            return Unfinished(at, None, None, left.entry.transaction)
        if settles_itself(left):
            first = left.entry.transaction != self._recovering
            self._recovering = left.entry.transaction
            self._writes.submit(Recover())  # again and again: a disk may have been read-only
            if first:
                return Unfinished(at, None, None)
        return Unfinished(at, told(left), None)

    async def _watch(self) -> None:
        """What happens: last, as it takes imports and child processes, and a busy Director a second for them."""
        first = [asyncio.ensure_future(one.answered.wait()) for one in (self._vrrp, self._checkers)]
        try:
            await asyncio.wait(first, timeout=_PRECEDENCE)
        finally:
            for one in first:
                one.cancel()
        await self._system.watch(self._happened)

    async def _sample_connections(self) -> None:
        """One at a time, and only when it was asked for: reading the connection table is work for the kernel."""
        while True:
            await self._sampling.wait()
            self._sampling.clear()
            if self._asked is not None:
                self._outbox.put(await self._system.sample_connections(self._asked))

    async def _read_vrrp(self) -> None:
        self._put(await self._system.read_vrrp())

    async def _read_checkers(self) -> None:
        self._put(await self._system.read_checkers())

    def _happened(self, event: Event) -> None:
        if isinstance(event, Network):
            if self._put(event):
                self._hint(frozenset(("vrrp",)))
        elif isinstance(event, Adverts):
            self._put(event)
        elif isinstance(event, Log):
            self._outbox.put(event)
            if not event.history:
                for line in event.lines:
                    self._hint(concerns(line))
        elif isinstance(event, Changed):
            if event.what in EVERYTHING:
                self._hint(frozenset((event.what,)))
            else:
                self._hurry.set()

    def _hint(self, what: frozenset[str]) -> None:
        now = asyncio.get_running_loop().time()
        if "vrrp" in what:
            self._vrrp.hint(now)
        if "checkers" in what:
            self._checkers.hint(now)


def _why(done: set[asyncio.Future[None]]) -> str:
    """Why the agent ends, in words for the console; "" when its stream has simply ended."""
    for task in done:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, ProtocolError):
            return f"the agent could not understand what it was sent: {error}"
        if error is not None:
            return _failure(error)
    return ""


def _failure(error: BaseException) -> str:
    return f"the agent failed: {type(error).__name__}: {error}"
