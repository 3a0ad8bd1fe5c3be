"""A console's end of a link to an agent in this process, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from lvstui.director.agent.agent import serve
from lvstui.director.protocol.frames import FrameDecoder, encode
from lvstui.director.protocol.message_registry import FromConsole, Message
from lvstui.director.system import System
from tests.support.waiting import limit

M = TypeVar("M")


class Pipe:
    """A Writer whose `drain` waits while `blocked`."""

    def __init__(self) -> None:
        self.decoder = FrameDecoder(from_agent=True)
        self.received: list[Message] = []
        self.arrived = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    def write(self, data: bytes) -> None:
        self.received += self.decoder.receive_data(data)
        self.arrived.set()

    async def drain(self) -> None:
        await self.open.wait()


class Console:
    """`async with Console(system) as console`: an agent serves it; `console.get(Kind)` waits for a message."""

    def __init__(self, system: System) -> None:
        self.reader = asyncio.StreamReader()
        self.pipe = Pipe()
        self.system = system

    async def __aenter__(self) -> Console:
        self.agent = asyncio.ensure_future(serve(self.system, self.reader, self.pipe))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.agent.done():
            self.pipe.open.set()
            self.reader.feed_eof()
        async with limit():
            await self.agent

    def send(self, message: FromConsole) -> None:
        self.reader.feed_data(encode(message))

    async def end(self) -> None:
        self.reader.feed_eof()
        async with limit():
            await asyncio.shield(self.agent)

    def all(self, kind: type[M]) -> list[M]:
        return [message for message in self.pipe.received if isinstance(message, kind)]

    async def get(self, kind: type[M], wanted: Callable[[M], bool] = lambda message: True) -> M:
        """The first message of the kind that is wanted, taken out; raises TimeoutError when none comes."""
        async with limit():
            while True:
                for message in self.pipe.received:
                    if isinstance(message, kind) and wanted(message):
                        self.pipe.received.remove(message)
                        return message
                self.pipe.arrived.clear()
                await self.pipe.arrived.wait()
