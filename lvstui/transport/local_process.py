"""Run a program that can be shipped beside the console instead, in a process of its own: the same bytes as over SSH.

Not for the agent: a Director is reached over SSH, also from itself.
"""

from __future__ import annotations

import asyncio
import sys

from lvstui.transport import bootstrap
from lvstui.transport.link import LinkError
from lvstui.transport.programs import Program

_CHUNK = 256 * 1024  # bytes
_START_LIMIT = 20.0  # seconds


class LocalLink:
    """A link to such a process. It gets an end of file when this one ends, however that comes."""

    privilege = "observer"

    def __init__(self, process: asyncio.subprocess.Process, rest: bytes) -> None:
        self._process = process
        self._rest = rest

    async def receive(self) -> bytes:
        if self._rest:
            rest, self._rest = self._rest, b""
            return rest
        assert self._process.stdout is not None
        data = await self._process.stdout.read(_CHUNK)
        if not data:
            await self._process.wait()
        return data

    def send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        if not self._process.stdin.is_closing():
            self._process.stdin.write(data)

    def abort(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()


class LocalConnector:
    """A maker of links, each to a program that runs in a process of its own on this machine."""

    def __init__(self, program: Program) -> None:
        self.name = ""
        self._program = program

    async def connect(self) -> LocalLink:
        """Start one. Raises LinkError."""
        argv = (sys.executable, "-IBSc", bootstrap.stage_0(self._program.entry), "here")
        try:
            process = await asyncio.create_subprocess_exec(
                *argv, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            raise LinkError(f"{sys.executable} cannot be started: {error.strerror}", permanent=True) from error
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(bootstrap.framed(self._program.pack()))
        data = b""
        try:
            async with asyncio.timeout(_START_LIMIT):
                while (announced := bootstrap.read_announcement(data)) is None:
                    part = await process.stdout.read(_CHUNK)
                    if not part:
                        raise LinkError("the probe did not start on this machine", permanent=True)
                    data += part
        except TimeoutError as error:
            process.stdin.close()
            raise LinkError("the probe did not start in time on this machine") from error
        return LocalLink(process, announced[1])
