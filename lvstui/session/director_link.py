"""Keep one Director's link for as long as the session is open: connect, listen, and again when it is gone.

What comes is fed into `cluster.state`, and told to the session. Not for: what messages mean (see `cluster`), nor how a link is
made (see `transport`).
"""

from __future__ import annotations

import asyncio
import gc
import random
import time
from typing import Protocol

from lvstui.cluster.observed.link_state import LOST_AFTER
from lvstui.cluster.state import ClusterState
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.frames import FrameDecoder, ProtocolError, encode
from lvstui.director.protocol.keepalived_messages import FoundDaemon, Keepalived
from lvstui.director.protocol.link_messages import Goodbye, Ping, SetInterval, Watch
from lvstui.director.protocol.message_registry import FromConsole, Message
from lvstui.session.worker import Worker
from lvstui.transport.link import ByteLink, Connector, LinkError

LONGEST_WAIT = 5.0  # seconds between two attempts while somebody watches
_FIRST_WAIT = 0.25
SLOW_WAIT = LOST_AFTER  # seconds after what would not help: what it said last is not shown again while it is tried
_PING_EVERY = 2.0
FIRST_FRAME_LIMIT = 30.0  # seconds; a Director's python3 may take long to begin
SILENCE_LIMIT = (
    10.0  # seconds, or three samples, without a frame: the agent hangs. A dead link is found by SSH itself, in 3 s
)
_LONG = 10_000  # bytes of a configuration; less is read in a few milliseconds
_LONG_FRAME = 2_000  # bytes, of which a hundred times as many may have been compressed


class Listener(Protocol):
    """Hear of what comes."""

    interval: float  # seconds between samples
    message_lock: asyncio.Lock  # one Director after the other is heard, and the loop has its turn in between
    worker: Worker

    def received(self, name: str, message: Message, now: float) -> None:
        """Take a message of that Director's agent into the state; round trips are measured here."""

    def lost(self, name: str, now: float) -> None:
        """Take in that there is no link to it, or not any more."""

    def notify(self) -> None:
        """Take in that all that came at once was received."""


class DirectorLink:
    """`keep` runs as a task of its own: one Director that cannot be reached never holds the other up."""

    def __init__(self, connector: Connector, state: ClusterState, listener: Listener) -> None:
        self.name = connector.name
        self._connector = connector
        self._state = state
        self._listener = listener
        self._link: ByteLink | None = None
        self._pinged = 0.0
        self._heard = False  # in this session: what refuses it may pass
        self._patterns: tuple[str, ...] = ()  # of the includes that were asked for
        self._now = asyncio.Event()  # try to connect now

    def send(self, message: FromConsole) -> bool:
        """Send a message. Return True if there is a link to send it on."""
        if self._link is None:
            return False
        self._link.send(encode(message))
        return True

    def reconnect(self) -> None:
        """Try now instead of waiting."""
        self._now.set()

    def abort(self) -> None:
        if self._link is not None:
            self._link.abort()

    def tick(self, now: float) -> None:
        """Measure the round trip and the clocks, now and then."""
        if self._link is not None and now - self._pinged >= _PING_EVERY:
            self._pinged = now
            self.send(Ping(time.monotonic()))

    async def keep(self) -> None:
        """Connect, listen, and again, until it is cancelled."""
        attempt = 0
        while True:
            self._now.clear()
            self._state.connecting(self.name, time.monotonic())
            try:
                self._link = await self._connector.connect()
                try:
                    self._state.connected(self.name, self._link.privilege, time.monotonic())
                    attempt = 0
                    raise await self._listen(self._link)
                finally:
                    self._link.abort()
                    self._link = None
            except LinkError as error:
                failure = error
            except Exception as error:  # noqa: BLE001  # a defect of ours must be seen, and not end the other link
                failure = LinkError(
                    f"lvstui failed: {type(error).__name__}: {error}", "please report it", permanent=True
                )
            pause = self._until_next(failure, attempt)
            attempt += 1
            now = time.monotonic()
            self._state.failed(
                self.name, failure.reason, failure.hint, permanent=failure.permanent, retry_in=pause, now=now
            )
            self._listener.lost(self.name, now)
            await self._pause(pause)

    def _until_next(self, failure: LinkError, attempt: int) -> float | None:
        """Return the seconds until it is tried again; None: when the operator says so.

        A Director that was heard may refuse for a while, as without its user database after a boot, and nobody may be there to
        say so. Nobody who said no is asked again.
        """
        if not failure.permanent:
            return wait(attempt)
        return random.uniform(1.0, 1.25) * SLOW_WAIT if self._heard and not failure.declined else None

    async def _pause(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._now.wait()
        except TimeoutError:
            pass  # it is time

    async def _listen(self, link: ByteLink) -> LinkError:
        """Feed what comes, until the link ends; returns why."""
        decoder = FrameDecoder(from_agent=True)
        self._patterns = ()
        silence = FIRST_FRAME_LIMIT
        link.send(encode(SetInterval(self._listener.interval)))
        while True:
            try:
                async with asyncio.timeout(silence):
                    data = await link.receive()
                messages = await self._decode(decoder, data)
            except TimeoutError:
                return LinkError("the link is silent")
            except ProtocolError as error:
                return LinkError(f"it does not speak lvstui's protocol: {error}", permanent=True)
            except LinkError as error:
                return error
            if not data:
                return LinkError("the agent ended")
            if messages:
                silence = max(SILENCE_LIMIT, 3 * self._listener.interval)
            for message in messages:
                if isinstance(message, Goodbye):
                    return self._ended(message)
                await self._read(message)
                async with self._listener.message_lock:
                    self._receive(link, message)
                    await asyncio.sleep(0)
            self._listener.notify()

    def _ended(self, goodbye: Goodbye) -> LinkError:
        """Return why it ended, in an operator's words."""
        if not goodbye.daemons:
            return LinkError(f"the agent ended: {goodbye.reason}")
        self._listener.received(self.name, goodbye, time.monotonic())
        hint = (
            f'say which in clusters.toml, for this Director or the cluster: keepalived = "{_name(goodbye.daemons[0])}"'
        )
        return LinkError(goodbye.reason, hint, permanent=True)

    async def _decode(self, decoder: FrameDecoder, data: bytes) -> list[Message]:
        """Decode a long frame beside the loop, which has other things to do. Raises ProtocolError."""
        if decoder.waiting + len(data) > _LONG_FRAME:
            return await self._listener.worker.run(decoder.receive_data, data)
        return decoder.receive_data(data)

    async def _read(self, message: Message) -> None:
        """Read a long configuration before the message is taken in: beside the loop, which has other things to do."""
        if isinstance(message, (Files, Keepalived)):
            reading = self._state.reading(self.name, message)
            if reading is not None and reading.size > _LONG:
                await self._listener.worker.run(reading.run)
                if reading.earlier is None:
                    gc.freeze()  # it stays, and the collector would go through all of it, a third of a second at a time

    def _receive(self, link: ByteLink, message: Message) -> None:
        now = time.monotonic()
        self._listener.received(self.name, message, now)
        self._heard = True
        if isinstance(message, Files):
            self._watch_includes(link)

    def _watch_includes(self, link: ByteLink) -> None:
        """Ask for what the configuration includes; each answer may name more."""
        configuration = self._state.configuration(self.name)
        patterns = configuration.include_patterns if configuration is not None else ()
        if patterns and patterns != self._patterns:
            self._patterns = patterns
            link.send(encode(Watch(patterns)))


def _name(daemon: FoundDaemon) -> str:
    """Return what it is best called by."""
    return daemon.instance or daemon.namespace or daemon.unit or daemon.config


def wait(attempt: int) -> float:
    """Return a back-off with full jitter, in seconds: many consoles must not come back all at once."""
    return random.uniform(0.1, min(LONGEST_WAIT, _FIRST_WAIT * 2 ** min(attempt, 10)))
