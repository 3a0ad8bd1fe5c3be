"""Send requests at a steady rate until their number or their time is over; each on a connection of its own.

Not for: what an outage is (see `outage_log`), nor talking with the console (see `serve_probe`).
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from typing import Callable, Optional, Set, Tuple

from .held_socket import HeldSocket
from .outage_log import OutageLog
from .probe_wish import AT_ONCE, PATIENCE, ProbeWish

_LOOK = 0.1  # seconds between two looks at the held connection
_CHUNK = 65536
_MOST_CHUNKS = 16  # of an answer


class Unanswered(Exception):
    """A request was not answered; the text says why, in few words."""


class Prober:
    """One run of a probe. Everything that it sends goes to the one target of its wish."""

    def __init__(self, wish: ProbeWish, clock: Callable[[], float] = time.monotonic) -> None:
        self.wish = wish
        self.began = clock()
        self.log = OutageLog(self.began)
        self.held = HeldSocket()
        self.sent = 0
        self.skipped = 0  # requests that were not sent: too many waited for an answer, or this machine was busy
        self.late = 0.0  # seconds by which a request was sent too late, at most
        self._clock = clock
        self._family = socket.AF_INET6 if ":" in wish.address else socket.AF_INET
        self._stopped = asyncio.Event()
        self._waiting: Set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Send nothing more."""
        self._stopped.set()

    async def run(self) -> None:
        """Send all of it, and wait for the last answer."""
        holding = asyncio.ensure_future(self._hold()) if self.wish.hold else None
        try:
            await self._send_all()
            if self._waiting:
                await asyncio.wait(self._waiting)
        finally:
            self._stopped.set()
            if holding is not None:
                await holding
            self.log.finish(self._clock())

    async def _send_all(self) -> None:
        every = 1 / self.wish.rate
        for number in range(self.wish.number):
            due = self.began + number * every
            if not await self._until(due):
                return
            behind = self._clock() - due
            self.late = max(self.late, behind)
            if behind > every or len(self._waiting) >= AT_ONCE:
                self.skipped += 1  # not in a burst later on
                continue
            task = asyncio.ensure_future(self._request(self.sent))
            self.sent += 1
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)
        await self._until(self.began + self.wish.seconds)

    async def _until(self, moment: float) -> bool:
        """Wait until then; return False if it was stopped meanwhile."""
        wait = moment - self._clock()
        if wait <= 0:
            await asyncio.sleep(0)
            return not self._stopped.is_set()
        try:
            await asyncio.wait_for(self._stopped.wait(), wait)
        except asyncio.TimeoutError:
            return True
        return False

    async def _request(self, number: int) -> None:
        sent = self._clock()
        try:
            at, connection = await asyncio.wait_for(self._ask(), PATIENCE)
        except asyncio.TimeoutError:
            self.log.lose(number, sent, "no answer")
        except Unanswered as error:
            self.log.lose(number, sent, str(error))
        except OSError as error:
            self.log.lose(number, sent, _words(error))
        else:
            self.log.answer(number, sent, at)
            if self.wish.path:
                await _read_to_end(connection)
            connection.close()

    async def _ask(self) -> Tuple[float, socket.socket]:
        """Make one request; return when it was answered, and its connection."""
        connection = await self._connect()
        try:
            if self.wish.path:
                loop = asyncio.get_running_loop()
                await loop.sock_sendall(connection, self._head())
                head = b""
                while b"\n" not in head:
                    part = await loop.sock_recv(connection, _CHUNK)
                    if not part:
                        raise Unanswered("closed without an answer")
                    head += part
                _check_status(head)
            return self._clock(), connection
        except BaseException:
            connection.close()
            raise

    async def _connect(self) -> socket.socket:
        connection = socket.socket(self._family, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(connection, (self.wish.address, self.wish.port))
        except BaseException:
            connection.close()
            raise
        return connection

    def _head(self) -> bytes:
        name = f"[{self.wish.address}]" if self._family == socket.AF_INET6 else self.wish.address
        host = name if self.wish.port == 80 else f"{name}:{self.wish.port}"
        lines = (
            f"GET {self.wish.path} HTTP/1.1",
            f"Host: {host}",
            "User-Agent: lvstui-probe",
            "Connection: close",
            "",
            "",
        )
        return "\r\n".join(lines).encode("ascii")

    async def _hold(self) -> None:
        connection: Optional[socket.socket] = None
        try:
            connection = await asyncio.wait_for(self._connect(), PATIENCE)
        except (OSError, asyncio.TimeoutError):
            return
        self.held.hold(connection)
        while not self._stopped.is_set():
            self.held.look(self._clock())
            try:
                await asyncio.wait_for(self._stopped.wait(), _LOOK)
            except asyncio.TimeoutError:
                pass  # look again
        self.held.end(self._clock())


async def _read_to_end(connection: socket.socket) -> None:
    """Read what still comes: a connection that is closed with unread bytes is reset, and servers log that."""
    try:
        for _ in range(_MOST_CHUNKS):
            if not await asyncio.wait_for(asyncio.get_running_loop().sock_recv(connection, _CHUNK), PATIENCE):
                break
    except (OSError, asyncio.TimeoutError):
        pass  # it was answered


def _check_status(head: bytes) -> None:
    """Raise Unanswered unless the status line tells of success or of another place."""
    words = head.split(b"\n", 1)[0].split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise Unanswered("no HTTP")
    if not 200 <= int(words[1]) < 400:
        raise Unanswered(f"HTTP status {int(words[1])}")


def _words(error: OSError) -> str:
    """Return the system's own words, without the address that asyncio puts into them."""
    return os.strerror(error.errno).lower() if error.errno else type(error).__name__
