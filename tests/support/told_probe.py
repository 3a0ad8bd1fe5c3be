"""A probe that tells what a test lets it tell: a connector and its link in one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any


class ToldProbe:
    """Every request is answered, up to the moment at which it reports: when it is told to stop, or the test says so."""

    name = "client1"
    privilege = ""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.wish: dict[str, Any] = {}
        self.closed = False
        self.reports = True  # when it is told to stop
        self._clock = clock
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()

    async def connect(self) -> ToldProbe:
        return self

    async def receive(self) -> bytes:
        return await self._lines.get()

    def send(self, data: bytes) -> None:
        said = json.loads(data)
        if "wish" in said:
            self.wish = said["wish"]
            self._tell(hello={}, tally=self._seen())
        if "stop" in said and self.reports:
            self.report()

    def report(self) -> None:
        self._tell(report=self._seen())

    def abort(self) -> None:
        self.closed = True
        self._lines.put_nowait(b"")

    def _tell(self, **told: Any) -> None:
        for name, one in told.items():
            self._lines.put_nowait(json.dumps({name: one}).encode() + b"\n")

    def _seen(self) -> dict[str, Any]:
        at = self._clock()
        held = {"fate": None, "at": None, "silent": 0.0}
        count = {"sent": 500, "answered": 500, "lost": 0, "outages": [], "more_outages": 0}
        return {"at": at, "last_answer": at, "longest_gap": 0.02, "held": held, **count}
