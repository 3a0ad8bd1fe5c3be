"""Serve one console over one byte stream, from the first sample to the end of the link.

The agent streams what the `System` shows and performs writes; it makes no decisions. See `readings` for what is read and when,
`outbox` for what happens behind a slow link, and `changes.driver` for changes.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any, Callable, List, Protocol, Tuple

from ..changes.driver import ChangeDriver
from ..clocks import read_clocks
from ..protocol.change_messages import Close, Confirm, Install, Interrupt, Resume, RollBack, Settle, Stage, Step
from ..protocol.frames import MARKER, FrameDecoder, ProtocolError, encode
from ..protocol.ipvs_messages import SampleConnections
from ..protocol.keepalived_messages import FoundDaemon
from ..protocol.link_messages import Goodbye, Ping, Pong, Refresh, SetInterval, Watch
from ..protocol.message_registry import FromAgent, Message
from ..protocol.sighting_messages import WatchPackets
from ..system import Ambiguous, NamespaceChanged, System
from .ipvs_deltas import IpvsDeltas
from .outbox import IpvsSample, Outbox
from .readings import Readings

_READ = 64 * 1024  # bytes
_ATTEMPTS, _ATTEMPT = 10, 0.2  # times, seconds
_FAREWELL = 1.0  # seconds for the last frame to leave


class ByteReader(Protocol):
    """The stream from the console."""

    async def read(self, n: int) -> bytes:
        """Return at most `n` bytes; b"" at the end."""


class ByteWriter(Protocol):
    """The stream to the console."""

    def write(self, data: bytes) -> None: ...

    async def drain(self) -> None:
        """Wait until there is room for more."""


async def serve(system: System, reader: ByteReader, writer: ByteWriter) -> None:
    """Serve one console until its stream ends; an open change is rolled back then. Never raises for what a peer does."""
    await Agent(system, reader, writer).run()


class Agent:
    """The agent's end of one link. `clock` is the Director's CLOCK_MONOTONIC."""

    def __init__(
        self, system: System, reader: ByteReader, writer: ByteWriter, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._system = system
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._outbox = Outbox()
        self._deltas = IpvsDeltas()
        self._writes = ChangeDriver(system, self._say, clock)
        self._readings = Readings(system, self._outbox, clock, self._writes.submit)

    async def run(self) -> None:
        """Serve until the console's stream ends, undo what is open, and close the machine."""
        try:
            self._greet()
        except Ambiguous as several:
            self._system.close()
            await self._farewell(str(several), several.daemons)
            return
        except Exception as error:  # noqa: BLE001  # a console that hears nothing could not tell why
            self._system.close()
            await self._farewell(_failure(error))
            return
        loops = (self._receive(), self._send(), *self._readings.loops())
        tasks: List[asyncio.Future[None]] = [asyncio.ensure_future(loop) for loop in loops]
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
        self._writer.write(MARKER)  # before anything can fail: what is said after it is heard
        self._writer.write(encode(self._system.hello()))
        # The table first: everything else may need imports that take seconds on a small machine.
        self._readings.sample()
        first = self._outbox.take()
        assert first is not None
        self._writer.write(self._encode(first))

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

    async def _farewell(self, why: str, daemons: Tuple[FoundDaemon, ...] = ()) -> None:
        try:
            self._writer.write(encode(Goodbye(why, daemons)))
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
        if isinstance(outgoing, Pong):  # it may have waited behind others
            now = read_clocks(self._clock)
            return encode(replace(outgoing, at=now.monotonic, wall=now.wall))
        if not isinstance(outgoing, IpvsSample):
            return encode(outgoing)
        if outgoing.table is None:
            return encode(self._deltas.unknown(outgoing.error, outgoing.at))
        message = encode(self._deltas.next(outgoing.table, outgoing.at))
        if self._deltas.weights_moved:
            self._readings.weights_moved()
        return message

    def _say(self, message: FromAgent) -> None:
        """Send what a change has to say; who has settled one may begin another at once."""
        if isinstance(message, Step):
            try:
                self._readings.look()  # first: what is loaded now is known when the step is over
            except Exception:  # noqa: BLE001  # the next tick meets it too, and ends the agent: what is open is undone then
                pass
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
            received = self._clock()
            self._outbox.put(Pong(received, message.sent, received, 0.0))
        elif isinstance(message, SetInterval):
            self._readings.set_interval(message.seconds)
        elif isinstance(message, Watch):
            self._readings.watch_files(message.patterns)
        elif isinstance(message, WatchPackets):
            self._system.watch_packets(message.seconds)
        elif isinstance(message, Refresh):
            self._deltas.reset()
            self._readings.refresh()
        elif isinstance(message, SampleConnections):
            self._readings.request_connections(message)
        elif isinstance(message, (Stage, Install, Confirm, Close, RollBack, Settle, Interrupt, Resume)):
            self._writes.submit(message)


def _why(done: set[asyncio.Future[None]]) -> str:
    """Return why the agent ends, in words for the console; "" when its stream has simply ended."""
    for task in done:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, NamespaceChanged):
            return str(error)
        if isinstance(error, ProtocolError):
            return f"the agent could not understand what it was sent: {error}"
        if error is not None:
            return _failure(error)
    return ""


def _failure(error: BaseException) -> str:
    return f"the agent failed: {type(error).__name__}: {error}"
