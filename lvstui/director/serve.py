"""Serve the console on standard input and output, then end: the agent's entry point on a Director."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import sys

from .agent.agent import serve
from .linux.linux_system import LinuxSystem

_HIGH_WATER = 256 * 1024  # bytes that wait in this process before samples are skipped


async def _serve(config: str, wanted: str) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout.buffer)
    transport.set_write_buffer_limits(high=_HIGH_WATER)
    writer = asyncio.StreamWriter(transport, protocol, reader, loop)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, reader.feed_eof)  # ends as when the link ends: what is open is rolled back
    await serve(LinuxSystem(config, wanted), reader, writer)


def main() -> None:
    # After the privilege, where the operator named them: keepalived's file while it does not run, and which of several.
    """Run the agent with the arguments of stage 0."""
    words = base64.b64decode(sys.argv[2]).decode().split("\0") if len(sys.argv) > 2 else []
    config, wanted = (*words, "", "")[:2]
    asyncio.run(_serve(config, wanted))
    # Nothing may hold the agent up when its link has ended, an import in a thread least of all.
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    os._exit(0)
