"""The agent's entry point on a Director: what stage 0 calls. Serves the console on standard input and output, then ends."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import sys

from .agent import serve
from .linux.daemon import DEFAULT_CONFIG
from .linux.system import LinuxSystem

_HIGH_WATER = 256 * 1024  # bytes that wait in this process before samples are skipped


async def _serve(config: str) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout.buffer)
    transport.set_write_buffer_limits(high=_HIGH_WATER)
    writer = asyncio.StreamWriter(transport, protocol, reader, loop)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, reader.feed_eof)  # ends as when the link ends: what is open is rolled back
    await serve(LinuxSystem(config), reader, writer)


def main() -> None:
    told = sys.argv[2:3]  # after the privilege: keepalived's file while it does not run, where the operator named it
    asyncio.run(_serve(base64.b64decode(told[0]).decode() if told else DEFAULT_CONFIG))
    # Nothing may hold the agent up when its link has ended, an import in a thread least of all.
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    os._exit(0)
