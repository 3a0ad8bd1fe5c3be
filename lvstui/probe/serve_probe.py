"""Talk with the console on standard input and output, a line of JSON each: the probe's entry point on a client's machine.

Console: the wish first, then {"ping": N} once a second or so, and {"stop": true} to end it early. Probe: "hello", "tally" a few
times a second, "pong", and "report" at the end; or "refused". All its times are of its own CLOCK_MONOTONIC. It ends when its
input ends, and when it hears nothing for some seconds: a link that is frozen tells nobody.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import time
from typing import Any, Dict, List, Optional

from .outage_log import ClientOutage, longest
from .probe_wish import wish_from
from .prober import Prober

_TELL = 0.25  # seconds between two tallies
_TOLD = 5  # outages that are over, in a tally: should the link be lost, they are what is known
_SILENCE = 15.0  # seconds
_FULL = 64 * 1024  # bytes that wait to be sent: then a tally is left out


def main(bundle: str = "") -> None:
    """Run the probe until it is over; `bundle` is where this code came from."""
    asyncio.run(_serve())
    os._exit(0)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout.buffer)
    await ProbeServer(reader, asyncio.StreamWriter(transport, protocol, reader, loop)).run()


class ProbeServer:
    """One probe for one console."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._heard = time.monotonic()

    async def run(self) -> None:
        """Serve until the probe is over or nobody listens any more."""
        try:
            wish = wish_from(json.loads(await self._reader.readline())["wish"])
        except (ValueError, KeyError, TypeError) as error:
            self._say(refused=str(error))
            await self._writer.drain()
            return
        self._say(hello={"at": time.monotonic(), "host": socket.gethostname(), "python": sys.version.split()[0]})
        prober = Prober(wish)
        run = asyncio.ensure_future(prober.run())
        listening = asyncio.ensure_future(self._listen(prober))
        while not run.done():
            await asyncio.wait([run, listening], timeout=_TELL, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                return  # nobody is there: at once, whatever is still waited for
            if time.monotonic() - self._heard > _SILENCE:
                prober.stop()
            if self._writer.transport.get_write_buffer_size() < _FULL:
                self._say(tally=tally(prober))
        await run
        self._say(report=report(prober))
        try:
            await asyncio.wait_for(self._writer.drain(), 1.0)
        except (OSError, asyncio.TimeoutError):
            pass  # nobody listens any more

    async def _listen(self, prober: Prober) -> None:
        """Take what the console says until it is gone."""
        while True:
            line = await self._reader.readline()
            received = time.monotonic()
            if not line:
                return
            self._heard = received
            try:
                told = json.loads(line)
            except ValueError:
                return
            if "ping" in told:
                sent = {"sent": time.monotonic(), "wall": time.time()}
                self._say(pong={"number": told["ping"], "received": received, **sent})
            if told.get("stop"):
                prober.stop()

    def _say(self, **told: Any) -> None:
        self._writer.write(json.dumps(told).encode("ascii") + b"\n")


def tally(prober: Prober) -> Dict[str, Any]:
    """Return what has been seen up to now; of the outages the longest, and the one that is not over."""
    log = prober.log
    told = longest(log.outages, _TOLD)
    return {
        "at": time.monotonic(),
        "sent": prober.sent,
        "answered": log.answered,
        "lost": log.lost,
        "last_answer": log.last_answer,
        "longest_gap": log.longest_gap,
        "outages": _outages(told, log.open),
        "more_outages": log.more + len(log.outages) - len(told),
        "held": {"fate": prober.held.fate, "at": prober.held.at, "silent": prober.held.longest_silence},
    }


def report(prober: Prober) -> Dict[str, Any]:
    """Return all that was seen, when it is over."""
    told = tally(prober)
    told.update(
        outages=_outages(prober.log.outages, None),
        more_outages=prober.log.more,
        skipped=prober.skipped,
        late=prober.late,
        reasons=prober.log.reasons,
        began=prober.began,
    )
    return told


def _outages(ended: List[ClientOutage], now: Optional[ClientOutage]) -> List[Dict[str, Any]]:
    return [dict(one._asdict()) for one in (*ended, *([] if now is None else [now]))]
