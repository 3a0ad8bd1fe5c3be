"""A service on 127.0.0.1 for clients to ask: it answers HTTP, and goes away and comes back when it is told to."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.support.waiting import until_true

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"


def now() -> float:
    return time.time()


class WallOf:
    """The wall clock's time of a moment of the monotonic one, as a drill counts it."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()

    def __call__(self, at: float) -> float:
        return at + self._ahead


class AnsweringService:
    def __init__(self) -> None:
        self.port = 0
        self._server: asyncio.Server | None = None
        self._open: list[asyncio.StreamWriter] = []

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse_until(self, condition: Callable[[], bool]) -> None:
        self.stop()
        await until_true(condition)
        await self.listen()

    def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    def close_held(self) -> None:
        """Close what is open; it may be called again."""
        for writer in self._open:
            writer.close()

    def reset_held(self) -> None:
        """Reset what is open; it may be called again."""
        for writer in [one for one in self._open if not one.is_closing()]:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.append(writer)
        try:
            if await reader.readline():
                writer.write(_ANSWER)
        except ConnectionError:
            pass  # it is reset by the test
        finally:
            self._open.remove(writer)
            writer.close()


@asynccontextmanager
async def a_service() -> AsyncIterator[AnsweringService]:
    service = AnsweringService()
    await service.listen()
    yield service
    service.stop()
    service.reset_held()
