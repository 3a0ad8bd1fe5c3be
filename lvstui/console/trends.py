"""New connections per second of the last minutes, of each real server and of each virtual server together.

What did not change costs nothing: a server whose view is the same object as before is passed over, and gets its samples when
it changes or when somebody looks. Not for: drawing them (see `figures.sparkline`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from math import isnan, nan

from lvstui.cluster.view import RealServerView, VirtualServerView
from lvstui.console.listing import Key

KEPT = 300  # samples
_OFTEN = 0.9  # seconds between two samples, at least


class _Past:
    """One server's samples, up to the one numbered `number`; nan: not known."""

    __slots__ = ("number", "values")

    def __init__(self, number: int, value: float) -> None:
        self.values = array("f", (value,))
        self.number = number

    def add(self, number: int, value: float) -> None:
        self.reach(number - 1)
        self.values.append(value)
        self.number = number

    def reach(self, number: int) -> None:
        """It has been the same since."""
        missing = min(number - self.number, KEPT)
        if missing > 0:
            self.values.extend(self.values[-1:] * missing)
            self.number = number
        if len(self.values) >= 2 * KEPT:
            del self.values[:-KEPT]


class Trends:
    def __init__(self) -> None:
        self._number = 0
        self._at = float("-inf")
        self._servers: dict[str, VirtualServerView] = {}
        self._totals: dict[str, float] = {}  # of each virtual server
        self._past: dict[Key, _Past] = {}

    def add(self, servers: Sequence[VirtualServerView], wall: float) -> None:
        """Take a sample, unless the last one was taken a moment ago."""
        if 0 <= wall - self._at < _OFTEN:
            return
        self._at = wall
        self._number += 1
        known = self._servers
        for server in servers:
            before = known.get(server.id)
            if before is not server:
                self._sample(server, before)
        if len(servers) != len(known) or any(server.id not in known for server in servers):
            there = {server.id for server in servers}
            self._past = {key: past for key, past in self._past.items() if key[0] in there}
        self._servers = {server.id: server for server in servers}

    def of(self, key: Key, bars: int, each: int) -> Sequence[float | None]:
        """The means of each so many samples, oldest first. They begin at round numbers, so that a bar does not dance."""
        past = self._past.get(key)
        if past is None:
            return ()
        past.reach(self._number)
        values = past.values
        shown: list[float | None] = []
        end = len(values)
        begin = end - (self._number % each + 1)
        while end > 0 and len(shown) < bars:
            some = values[max(0, begin) : end]
            total = sum(some)
            if isnan(total):
                some = array("f", (value for value in some if not isnan(value)))
                total = sum(some)
            shown.append(total / len(some) if some else None)
            begin, end = begin - each, begin
        shown.reverse()
        return shown

    def _sample(self, server: VirtualServerView, before: VirtualServerView | None) -> None:
        id, reals = server.id, server.real_servers
        old = () if before is None else before.real_servers
        if [real.id for real in reals] == [real.id for real in old]:
            moved = 0.0
            for real, was in zip(reals, old, strict=True):
                if real is not was:
                    value = _rate(real)
                    moved += value - _rate(was)
                    self._put((id, real.id), value)
            total = self._totals[id] + moved
        else:
            self._forget({(id, real.id) for real in old} - {(id, real.id) for real in reals})
            for real in reals:
                self._put((id, real.id), _rate(real))
            total = nan
        if isnan(total):  # not known before, or not known now
            known = [value for value in map(_rate, reals) if not isnan(value)]
            total = sum(known) if known else nan
        total = 0.0 if total < 0 else total  # of rounding
        self._totals[id] = total
        self._put((id, None), total)

    def _put(self, key: Key, value: float) -> None:
        past = self._past.get(key)
        if past is None:
            self._past[key] = _Past(self._number, value)
        else:
            past.add(self._number, value)

    def _forget(self, keys: Iterable[Key]) -> None:
        for key in keys:
            self._past.pop(key, None)


def _rate(real: RealServerView) -> float:
    """On all Directors together; nan: none knows."""
    total, known = 0.0, False
    for one in real.directors.values():
        value = one.connections_per_s
        if value is not None:
            total += value
            known = True
    return total if known else nan
