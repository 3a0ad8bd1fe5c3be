"""Keep the new connections per second of the last minutes, of each real server and of each virtual server together.

What did not change costs nothing: a server whose view is the same object as before is passed over. Not for: drawing them (see
`look.braille`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isnan, nan

from lvstui.cluster.servers.ring_buffer import RingBuffer, known
from lvstui.cluster.view import RealServerView, VirtualServerView
from lvstui.console.table.rows import Key

KEPT = 300  # samples, one of each second
_PIECE = 2_000  # real servers, a few milliseconds
_LARGEST = ""  # in the place of a real server: the largest rate of any of them


class Trends:
    """The samples of all servers."""

    def __init__(self) -> None:
        self._number = 0  # of the second of the last sample
        self.at = float("-inf")
        """The last moment that was looked at, by the wall clock."""
        self._servers: dict[str, VirtualServerView] = {}
        self._totals: dict[str, float] = {}  # of each virtual server
        self._buffer = RingBuffer()
        self._places: dict[Key, int] = {}
        self._ordered: dict[str, list[int]] = {}  # those of a virtual server's real servers, in their order

    def add(self, servers: Sequence[VirtualServerView], wall: float) -> Iterator[None]:
        """Take a sample, a few milliseconds' piece at a time, unless there is one of this second.

        So whoever looks on from another moment on has the same ones.
        """
        before, self.at = self.at, wall
        second = int(wall)
        if second == self._number and wall >= before > float("-inf"):
            return
        if before > float("-inf"):
            for _ in range(min(KEPT, max(1, second - self._number))):
                self._buffer.take()
        self._number = second
        self._buffer.forget(max(0, len(self._buffer) + 1 - KEPT))
        known_before, sampled = self._servers, 0
        for server in servers:
            old = known_before.get(server.id)
            if old is not server:
                sampled += self._sample(server, old)
            if sampled >= _PIECE:
                sampled = 0
                yield
        self._servers = {server.id: server for server in servers}
        gone = known_before.keys() - self._servers.keys()
        if gone:
            self._forget([key for key in self._places if key[0] in gone])
            self._totals = {id: total for id, total in self._totals.items() if id not in gone}
            self._ordered = {id: places for id, places in self._ordered.items() if id not in gone}

    def of(self, key: Key, bars: int, each: int) -> Sequence[float | None]:
        """Return the means of each so many samples, oldest first. They begin at round numbers, so that a bar does not dance."""
        place = self._places.get(key)
        if place is None:
            return ()
        values = self._buffer.of(place, bars * each)
        shown: list[float | None] = []
        end = len(values)
        begin = end - (self._number % each + 1)
        while end > 0 and len(shown) < bars:
            some = known(values[max(0, begin) : end])
            shown.append(sum(some) / len(some) if some else None)
            begin, end = begin - each, begin
        shown.reverse()
        return shown

    def top(self, key: Key, bars: int, each: int) -> float:
        """Return the largest that the scale of that server has to show: of its virtual server's, any one of them."""
        virtual, real = key
        place = self._places.get((virtual, _LARGEST if real is not None else None))
        return 0.0 if place is None else max(known(self._buffer.of(place, bars * each)), default=0.0)

    def _sample(self, server: VirtualServerView, before: VirtualServerView | None) -> int:
        """Take the rates of the real servers that changed. Return how many did."""
        id, reals = server.id, server.real_servers
        old = () if before is None else before.real_servers
        changed: Sequence[int] = [
            number for number, (real, was) in enumerate(zip(reals, old, strict=False)) if real is not was
        ]
        total = self._totals.get(id, nan)
        if before is None or len(reals) != len(old) or any(reals[number].id != old[number].id for number in changed):
            self._forget({(id, real.id) for real in old} - {(id, real.id) for real in reals})
            self._ordered[id] = [self._place((id, real.id)) for real in reals]
            changed, total = range(len(reals)), nan
        places, now = self._ordered[id], self._buffer.now
        for number in changed:
            place = places[number]
            rate = now[place]
            now[place] = _rate(reals[number])
            total += now[place] - rate
        if isnan(total):  # unknown before, or unknown now
            rates = known([now[place] for place in places])
            total = sum(rates) if rates else nan
        self._totals[id] = total = 0.0 if total < 0 else total  # of rounding
        now[self._place((id, None))] = total
        now[self._place((id, _LARGEST))] = max(known([now[place] for place in places]), default=nan)
        return len(changed)

    def _place(self, key: Key) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = self._buffer.join()
        return place

    def _forget(self, keys: Iterable[Key]) -> None:
        for key in keys:
            self._buffer.leave(self._places.pop(key))


def _rate(real: RealServerView) -> float:
    """Return the rate on all Directors together; nan: none knows."""
    total, known = 0.0, False
    for one in real.directors.values():
        value = one.connections_per_s
        if value is not None:
            total += value
            known = True
    return total if known else nan
