"""Hold the entries that wait for being written: so many at most, however long a disk takes.

Where they become too many, the older ones are thinned out: of what a Director tells again and again only the last is kept, and
samples of a kernel's table become one, which tells of every row that they changed. So the table is right afterwards, and what it
was meanwhile is not recorded. What is told once (files, log, links, changes) stays.
Not for: events, which are few and are all kept (see `recorder`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lvstui.director.protocol.checker_messages import Checkers, CheckersUnchanged
from lvstui.director.protocol.host_messages import Host, Network, Sysctls
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, RealServerId, Service, ServiceChange, ServiceId
from lvstui.director.protocol.link_messages import Pong
from lvstui.director.protocol.vrrp_messages import Adverts, Vrrp
from lvstui.record.recorded_entries import Entry

MOST = 20_000  # entries; a pair tells ten or twenty in a second
MOST_BYTES = 50e6
_ENTRY, _ROW = 500, 500  # bytes of memory, about
_MORE = 1.5  # times what was left, before it is thinned out again
_NEWEST = 0.25  # the share that is not thinned out
_AGAIN = (Adverts, Checkers, CheckersUnchanged, Host, Network, Pong, Sysctls, Vrrp)
_BY_TIME = ("shown", "viewed", "tick")


class WaitingEntries:
    """The entries, in the order in which they came."""

    def __init__(self, most: int = MOST, most_bytes: float = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._limits: tuple[float, float] = most, most_bytes  # those of now: what stays may be more than either
        self._entries: list[Entry] = []
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, entry: Entry) -> bool:
        """Take one. Return True if others were thinned out for it."""
        self._entries.append(entry)
        self._bytes += _bytes_of(entry)
        most, most_bytes = self._limits
        if len(self._entries) <= most and self._bytes <= most_bytes:
            return False
        newest = int(len(self._entries) * _NEWEST)
        self._entries = [*thinned(self._entries[:-newest]), *self._entries[-newest:]]
        self._bytes = sum(map(_bytes_of, self._entries))
        self._limits = max(self._most, _MORE * len(self._entries)), max(self._most_bytes, _MORE * self._bytes)
        return True

    def take(self) -> list[Entry]:
        """Give all of them, and hold none."""
        entries, self._entries, self._bytes = self._entries, [], 0
        self._limits = self._most, self._most_bytes
        return entries


def thinned(entries: list[Entry]) -> list[Entry]:
    """Return what is to be kept of these."""
    kept: list[Entry] = []
    later: set[tuple[str, type]] = set()  # of which there is a later one
    samples: dict[str, list[Entry]] = {}  # by Director, the newest first
    for entry in reversed(entries):
        again = (entry.director, type(entry.value))
        failed = isinstance(entry.value, Ipvs) and entry.value.error is not None
        if entry.kind in _BY_TIME or ((failed or isinstance(entry.value, _AGAIN)) and again in later):
            continue
        later.add(again)
        if isinstance(entry.value, Ipvs) and not failed:
            samples.setdefault(entry.director, []).append(entry)
            if len(samples[entry.director]) > 1:
                continue
        kept.append(entry)
    kept.reverse()
    last = {name: (some[0], _as_one([one.value for one in reversed(some)])) for name, some in samples.items()}
    return [
        entry._replace(value=last[entry.director][1])
        if entry.director in last and entry is last[entry.director][0]
        else entry
        for entry in kept
    ]


def _as_one(samples: list[Ipvs]) -> Ipvs:
    """Return one sample that says of the table what these say, one after the other."""
    services: dict[ServiceId, Service] = {}
    rows: dict[ServiceId, dict[RealServerId, RealServer | None]] = {}  # None: it is gone
    gone: dict[ServiceId, None] = {}
    full = False
    for sample in samples:
        if sample.full:
            full = True
            services, rows, gone = {}, {}, {}
        for id in sample.gone:
            gone[id] = None
            services.pop(id, None)
            rows.pop(id, None)
        for change in sample.changed:
            id = change.service.id
            services[id] = change.service
            known = rows.setdefault(id, {})
            known.update((one, None) for one in change.gone)
            known.update((RealServerId(row.address, row.port), row) for row in change.changed)
    changed = tuple(_change(service, rows[id], full=full) for id, service in services.items())
    return replace(samples[-1], full=full, changed=changed, gone=() if full else tuple(gone))


def _change(service: Service, rows: dict[RealServerId, RealServer | None], *, full: bool) -> ServiceChange:
    there = tuple(row for row in rows.values() if row is not None)
    return ServiceChange(service, there, () if full else tuple(id for id, row in rows.items() if row is None))


def _bytes_of(entry: Entry) -> int:
    value: Any = entry.value
    if isinstance(value, Ipvs):
        return _ENTRY + _ROW * sum(1 + len(change.changed) for change in value.changed)
    files = getattr(value, "files", ())
    return _ENTRY + sum(len(getattr(one, "data", b"")) for one in files) + len(getattr(value, "data", b""))
