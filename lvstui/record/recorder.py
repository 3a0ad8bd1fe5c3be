"""Record what a session's state is told: entries are taken at once, and written once a second, in a worker.

    recorder = Recorder(...)
    state = RecordedState(recorder, ...)
    async with recorder: ...

When a recording cannot be written, whoever watches is told once, and it is tried again later: the session goes on.
Not for: what is written (see `chunk_writer`).
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from lvstui.cluster.event_kind import EventKind
from lvstui.cluster.view import ClusterView, DrainView, EventView, Severity, total
from lvstui.director.clocks import read_clocks
from lvstui.record.chunk_writer import Batch, ChunkWriter
from lvstui.record.recorded_entries import Entry
from lvstui.record.recording_file import RateRow
from lvstui.record.waiting_entries import WaitingEntries

COMMIT_EVERY = 1.0  # seconds
CHUNK = 60.0  # seconds: so much is read to reach a moment
_LONGEST_CHUNK = 300.0  # seconds: so much at most, where a view holds something back all the time
_AGAIN = 60.0  # seconds after a failure
_JUMP = 2.0  # seconds by which the wall clock leaves the monotonic one
_RATE_EVERY = 5.0  # seconds: for each so many there is one figure of the whole range
_LAST = 0.5  # seconds that the last commit may take: quit always quits


class Recorder:
    """Take the entries of one session. Everything but writing happens on the loop."""

    def __init__(
        self,
        writer: ChunkWriter,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.memory: Callable[[], object] = dict
        """Gives what a chunk begins with beside messages: of the state that is recorded."""
        self.settled: Callable[[], bool] = lambda: True
        """Tells whether a view holds nothing back now: what it does is not in `memory`, so no chunk begins meanwhile."""
        self.note: Callable[[EventView], None] = lambda event: None
        """Tells whoever watches."""
        self._writer = writer
        self._monotonic, self._wall = monotonic, wall
        self._waiting = WaitingEntries()
        self._thinned = False  # while a disk takes long
        self._events: list[tuple[float, EventView]] = []
        self._seen: ClusterView | None = None
        self._rates: list[float] = []  # connections per second, since the last row of them
        self._rated: ClusterView | None = None  # the view whose is the last
        self._next_rate = float("-inf")  # when a row is due
        self._next_chunk = float("-inf")  # when it is due
        self._shift: float | None = None  # of the wall clock, against the monotonic one
        self._ahead: float | None = None  # likewise, as the last view had it
        self.failure: str | None = None
        """Tell why nothing is written now; None: it is."""
        self._task: asyncio.Task[None] | None = None

    @property
    def path(self) -> Path | None:
        """Return the file that is written; None: there is none now."""
        return self._writer.path

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep(), name="recording")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait([self._task])
        try:
            async with asyncio.timeout(_LAST):
                await self.commit()
                await asyncio.to_thread(self._writer.close)
        except (TimeoutError, OSError, sqlite3.Error):
            pass  # what was committed is there

    def put(self, kind: str, director: str, value: object, now: float | None = None, wall: float | None = None) -> None:
        """Take an entry. Costs little more than its place in a list."""
        now = self._monotonic() if now is None else now
        entry = Entry(kind, now, self._wall() if wall is None else wall, director, value)
        if self._waiting.put(entry) and not self._thinned:
            self._thinned = True
            self._tell(
                Severity.WARNING, "what is recorded waits for the disk: the oldest figures are left out meanwhile"
            )

    def viewed(self, view: ClusterView, now: float, *, begins: bool) -> None:
        """Take a view that was made: when, its new events, and where something is new or `begins`, that it is made again."""
        seen, self._seen = self._seen, view
        self._ahead = view.wall - now
        same = (
            seen is not None
            and seen.events is view.events
            and _ids(seen) == _ids(view)
            and _drains(seen) == _drains(view)
        )
        if same and not begins:
            self.put("shown", "", None, now, view.wall)
            return
        self.put("viewed", "", None, now, view.wall)
        before = set() if seen is None else set(map(id, seen.events))  # a new one may have happened before others
        self._events += [(now, event) for event in view.events if id(event) not in before]

    async def commit(self) -> None:
        """Write what came since the last commit. Never raises what a disk may do."""
        now, wall = read_clocks(self._monotonic, self._wall)
        shift = wall - now
        if self._ahead is not None and abs(shift - self._ahead) <= _JUMP:
            wall = now + self._ahead  # a chunk begins by the same two clocks as what is in it
        jumped = self._shift is not None and abs(shift - self._shift) > _JUMP
        due = now - self._next_chunk
        begin = jumped or due >= _LONGEST_CHUNK - CHUNK or (due >= 0 and self.settled())
        entries = self._waiting.take()
        events, self._events = self._events, []
        self._shift = shift
        if begin:
            self._next_chunk = now + CHUNK
        if jumped:
            self._tell(
                Severity.WARNING, "the clock of this machine was set: the recording has a gap or an overlap here"
            )
        batch = Batch(now, wall, entries, events, self.memory() if begin else None, self._mean_rate(now, wall))
        try:
            await asyncio.to_thread(self._writer.write, batch)
        except (OSError, sqlite3.Error) as error:
            self._next_chunk = now + _AGAIN
            if self.failure is None:
                self._tell(Severity.WARNING, f"nothing is recorded now: {error}; it is tried again every minute")
            self.failure = str(error)
            return
        again = begin if self.failure is not None else self._thinned
        if again:
            self._thinned, self.failure = False, None
            self._tell(Severity.INFO, "it is recorded again")

    def _mean_rate(self, now: float, wall: float) -> list[RateRow]:
        """Take in the connections per second of the last view. Return the mean when it is due."""
        rate = None if self._seen is self._rated or self._seen is None else connections_per_s(self._seen)
        self._rated = self._seen
        if rate is not None:
            self._rates.append(rate)
        if now < self._next_rate or not self._rates:
            return []
        rates, self._rates, self._next_rate = self._rates, [], now + _RATE_EVERY
        return [RateRow(now, wall, round(sum(rates) / len(rates), 3))]

    async def _keep(self) -> None:
        while True:
            await self.commit()
            await asyncio.sleep(COMMIT_EVERY)

    def _tell(self, severity: Severity, text: str) -> None:
        self.note(EventView(self._wall(), severity, "you", "recording", text, kind=EventKind.RECORDING))


def _ids(view: ClusterView) -> list[str]:
    return [problem.id for problem in view.problems]


def _drains(view: ClusterView) -> list[DrainView]:
    """Return the drains, but for what follows from how long they have been so."""
    return [replace(drain, per_s=None, eta_s=None) for drain in view.drains]


def connections_per_s(view: ClusterView) -> float | None:
    """Return the new connections per second on all Directors together; None: none is known."""
    return total([sums.connections_per_s for server in view.virtual_servers for sums in server.sums.values()])
