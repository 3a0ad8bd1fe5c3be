"""A console's end of the real link to a Director of the lab, with nothing of the console: messages out, messages in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from lvstui.director.protocol.frames import FrameDecoder, encode
from lvstui.director.protocol.message_registry import FromConsole, Message
from lvstui.lab.lab import Lab
from lvstui.transport.link import ByteLink, NoQuestions
from lvstui.transport.ssh import SshConnector
from tests.support.waiting import limit

M = TypeVar("M")


class AgentLink:
    def __init__(self, link: ByteLink) -> None:
        self._link = link
        self._received: list[Message] = []
        self._arrived = asyncio.Event()
        self._pump = asyncio.ensure_future(self._receive())

    async def _receive(self) -> None:
        decoder = FrameDecoder(from_agent=True)
        while data := await self._link.receive():
            self._received += decoder.receive_data(data)
            self._arrived.set()

    def send(self, message: FromConsole) -> None:
        self._link.send(encode(message))

    async def get(self, kind: type[M], wanted: Callable[[M], bool] = lambda message: True) -> M:
        """The first message of the kind that is wanted, taken out. Raises TimeoutError."""
        async with limit():
            while True:
                for message in self._received:
                    if isinstance(message, kind) and wanted(message):
                        self._received.remove(message)
                        return message
                self._arrived.clear()
                await self._arrived.wait()

    def none(self, kind: type[M]) -> bool:
        """Is there no message of the kind that was not taken out."""
        return not any(isinstance(message, kind) for message in self._received)

    async def end(self) -> None:
        self._link.abort()
        self._pump.cancel()
        await asyncio.wait([self._pump])


@asynccontextmanager
async def agent(lab: Lab, host: str) -> AsyncIterator[AgentLink]:
    connector = SshConnector(host, ssh_config=lab.ssh_config, questions=NoQuestions())
    async with limit():
        link = AgentLink(await connector.connect())
    try:
        yield link
    finally:
        await link.end()


def leftovers(lab: Lab, director: str) -> str:
    """What of the agent is still on a Director: processes, and files beside the configuration."""
    script = (
        "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline 2>/dev/null | grep -E 'base64|journalctl' | grep -v grep; done; "
        "ls -A /etc/keepalived | grep lvstui"
    )
    return lab.exec(director, ["sh", "-c", script]).stdout
