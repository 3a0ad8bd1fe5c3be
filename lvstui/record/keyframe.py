"""Keep what a chunk begins with: the least that a cluster's state must be told to be as it is. Entries in, entries out.

Of each Director: how its link is, and the last few messages of each kind, at their own times, for what follows from their order
(since when, at what rate, as of which log line). The kernel's table is kept as it was some seconds ago, with the samples since.
Not for: what is not in messages (see `cluster.state.ClusterState.memory`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lvstui.cluster.observed.ipvs_table import KernelTable
from lvstui.director.protocol.change_messages import Step, Tested, Unfinished
from lvstui.director.protocol.checker_messages import Checkers, CheckersUnchanged
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.host_messages import Host, Network, Sysctls
from lvstui.director.protocol.ipvs_messages import Ipvs, ServiceChange, SyncDaemons
from lvstui.director.protocol.keepalived_messages import Keepalived, LoadedConfiguration, Log
from lvstui.director.protocol.link_messages import Goodbye, Hello, Pong
from lvstui.director.protocol.message_registry import Message
from lvstui.director.protocol.sighting_messages import Sightings
from lvstui.director.protocol.vrrp_messages import Adverts, Vrrp
from lvstui.record.recorded_entries import Entry

_SAMPLES = 6.0  # seconds of samples for which rates and the second look at what is drained need
_LOG_LINES = 500
# Of each kind so many, of which only the last may be the same as the one before but for its time.
_KEPT: dict[type, int] = {
    Hello: 2, Keepalived: 4, Files: 2, LoadedConfiguration: 2, Network: 4, Vrrp: 4, Adverts: 4, Checkers: 4,
    CheckersUnchanged: 1, Sysctls: 1, SyncDaemons: 1, Host: 2, Unfinished: 1,
    Tested: 1, Step: 1, Sightings: 1, Pong: 1, Goodbye: 1,
}  # fmt: skip
_LINK = ("connecting", "connected", "failed")


class Keyframe:
    """The state of all Directors of a recording, as the entries with which a chunk begins."""

    def __init__(self, names: tuple[str, ...], interval: float) -> None:
        self.names = names
        self._interval = interval
        self._directors = {name: _DirectorPast() for name in names}
        self._number = 0

    def note(self, entry: Entry) -> None:
        """Take in an entry that was recorded."""
        if entry.kind == "pace":
            self._interval = float(entry.value)
        elif entry.director in self._directors:
            self._number += 1
            self._directors[entry.director].note(self._number, entry)

    def entries(self, now: float, wall: float) -> Iterator[Entry]:
        """Give what a chunk begins with that begins at this moment, but for the memory."""
        numbered = [one for director in self._directors.values() for one in director.entries()]
        tables = [one.table_of for one in self._directors.values() if one.table_of is not None]
        if tables:  # seen once before the samples, so that they are seen a second time, as they were live
            number, entry = max(tables, key=lambda one: one[0])
            numbered.append((number, entry._replace(kind="viewed", director="", value=None)))
        numbered.sort(key=lambda one: one[0])
        first = numbered[0][1] if numbered else None
        began = (now, wall) if first is None else (first.now, first.wall)
        yield Entry("start", *began, "", [list(self.names), self._interval])
        yield from (entry for _, entry in numbered)


class _DirectorPast:
    """Hold what the state needs of one Director's past messages."""

    def __init__(self) -> None:
        self._links: deque[tuple[int, Entry]] = deque(maxlen=4)
        self._remembered: tuple[int, Entry] | None = None
        self._kinds: dict[type, deque[tuple[int, Entry]]] = {}
        self._log: deque[tuple[int, Entry]] = deque()
        self._lines = 0
        self._table = KernelTable()  # as it was before the samples
        self.table_of: tuple[int, Entry] | None = None
        """The last sample in the table as it was before the samples."""
        self._samples: deque[tuple[int, Entry]] = deque()

    def note(self, number: int, entry: Entry) -> None:
        if entry.kind in _LINK:
            self._links.append((number, entry))
        elif entry.kind == "remember":
            self._remembered = (number, entry)
        elif entry.kind == "message":
            self._message(number, entry)

    def _message(self, number: int, entry: Entry) -> None:
        message: Message = entry.value
        if isinstance(message, Ipvs):
            self._sample(number, entry)
        elif isinstance(message, Log):
            self._add_log(number, entry, message)
        elif (most := _KEPT.get(type(message))) is not None:
            kept = self._kinds.setdefault(type(message), deque())
            if len(kept) > 1 and not isinstance(message, Goodbye) and _same(kept[-1][1].value, kept[-2][1].value):
                kept.pop()
            kept.append((number, entry))
            while len(kept) > most:
                kept.popleft()
        if isinstance(message, Hello):  # the table of an earlier link goes with the first sample of this one
            self._hello()

    def _hello(self) -> None:
        self._kinds.pop(Adverts, None)

    def _add_log(self, number: int, entry: Entry, log: Log) -> None:
        if log.history:
            self._log.clear()
            self._lines = 0
        self._log.append((number, entry))
        self._lines += len(log.lines)
        while len(self._log) > 1 and self._lines - len(self._log[0][1].value.lines) >= _LOG_LINES:
            self._lines -= len(self._log.popleft()[1].value.lines)

    def _sample(self, number: int, entry: Entry) -> None:
        self._samples.append((number, entry))
        while entry.now - self._samples[0][1].now > _SAMPLES and len(self._samples) > 1:
            oldest = self._samples.popleft()
            self._table.apply(oldest[1].value)
            if oldest[1].value.error is None:
                self.table_of = oldest

    def entries(self) -> Iterator[tuple[int, Entry]]:
        yield from self._links
        if self._remembered is not None:
            yield self._remembered
        for kept in self._kinds.values():
            yield from kept
        yield from self._log
        if self.table_of is not None:
            number, entry = self.table_of
            yield number, entry._replace(value=_full(entry.value, self._table))
        yield from self._samples


def _full(sample: Ipvs, table: KernelTable) -> Ipvs:
    """Return the sample that tells the whole table."""
    changed = tuple(
        [ServiceChange(service, tuple(table.rows.get(id, {}).values()), ()) for id, service in table.services.items()]
    )
    return replace(sample, full=True, changed=changed, gone=())


def _same(one: Any, other: Any) -> bool:
    """Return True if two messages say the same, but for when."""
    return type(one) is type(other) and bool(replace(one, at=0.0) == replace(other, at=0.0))
