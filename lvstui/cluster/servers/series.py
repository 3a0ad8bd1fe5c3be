"""Keep a real server's figures over a minute, five minutes, an hour and a day, in a bounded number of points.

A point is what they were at its end. Each range has points of its own, so that a long one costs as much as a short one: together
they are POINTS. Not for: figures of now (see `view`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

from lvstui.cluster.observed.checkers.verdicts import ServerKey
from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.servers.pool_totals import FIGURES, UNKNOWN, PoolTotals
from lvstui.cluster.servers.ring_buffer import RingBuffer, known
from lvstui.cluster.view import RealServerView

_TRACKS = tuple(PlotRange)
MOST_ADDED = 200  # real servers of a virtual server; of more, the sums are kept instead of being added up for a picture
POINTS = sum(one.points for one in PlotRange)  # that are kept of a figure


@dataclass(frozen=True)
class SeriesView:
    """Oldest first; None where a figure was not known. The last point is that of now."""

    step: float  # seconds from one point to the next
    active: tuple[float | None, ...]
    connections_per_s: tuple[float | None, ...]
    out_bps: tuple[float | None, ...]
    points: int = 0  # of the whole range; before the first that is there nothing is known


class FigureSeries:
    """Keep how the figures of all real servers went, on all Directors."""

    def __init__(self, began: float, since: float | None = None) -> None:
        """Begin at a time of a clock that does not go back, in seconds; `since`: when it was seen first, if that is another."""
        self._began = began if since is None else since
        self._at = began  # up to where the points reach
        self._buffer = RingBuffer(FIGURES, len(_TRACKS))
        # The point of each range that is the next to end. They begin at round times of the clock, so that who looks back over
        # the same time has the same ones.
        self._ended = [int(began / one.step) for one in _TRACKS]
        self._places: dict[ServerKey, dict[str, int]] = {}  # by Director
        self._sizes = Counter[str]()  # the real servers of each virtual server
        self._totals: dict[str, dict[str, PoolTotals]] = {}  # of the large ones, by Director

    def note(self, reals: Iterable[RealServerView], at: float) -> None:
        """Take in what they are from `at` on. A tick of a large cluster brings thousands."""
        self._reach(at)
        for real in reals:
            key = (real.virtual_server, real.id)
            places = self._places.get(key)
            if places is None or places.keys() != real.directors.keys():
                places = self._join(key, real.directors)
            totals = self._totals.get(real.virtual_server)
            now = self._buffer.now
            for director, figures in real.directors.items():
                place, active = places[director], figures.active
                connections_per_s, out_bps = figures.connections_per_s, figures.out_bps
                if totals is not None:
                    shown = (active, connections_per_s, out_bps)
                    self._total(totals, director).change(
                        self._buffer.now, place, [nan if one is None else one for one in shown]
                    )
                    continue
                now[place] = nan if active is None else active
                now[place + 1] = nan if connections_per_s is None else connections_per_s
                now[place + 2] = nan if out_bps is None else out_bps

    def lose(self, at: float) -> None:
        """Take in that nothing is known from `at` on."""
        self._reach(at)
        self._buffer.lose()
        for totals in self._totals.values():
            for total in totals.values():
                total.lose()

    def forget(self, keys: Iterable[ServerKey]) -> None:
        """Forget real servers that are gone."""
        for key in keys:
            if key not in self._places:
                continue
            virtual_server = key[0]
            for director, place in self._places.pop(key).items():
                self._leave(virtual_server, director, place)
            self._sizes[virtual_server] -= 1
            if self._sizes[virtual_server] <= MOST_ADDED:
                for total in self._totals.pop(virtual_server, {}).values():
                    self._buffer.leave(total.place)
            if not self._sizes[virtual_server]:
                del self._sizes[virtual_server]

    def view(
        self, virtual_server: str, real_server: str, at: float, over: PlotRange | None = None
    ) -> dict[str, SeriesView]:
        """Return the series by Director, up to `at`, all of the same length. None: `over` all that was seen, or a day of it."""
        self._reach(at)
        places = self._places.get((virtual_server, real_server), {})
        return {director: self._view(place, over or self.whole) for director, place in places.items()}

    def connection_rates(
        self, virtual_server: str, real_server: str, at: float, over: PlotRange
    ) -> tuple[float | None, ...]:
        """Return the new connections per second on all Directors together, up to `at`, oldest first; None: none knows."""
        self._reach(at)
        places, track = self._places.get((virtual_server, real_server), {}), _TRACKS.index(over)
        sides = [self._buffer.of(place + 1, track=track) for place in places.values()]
        sums = (known(values) for values in zip(*sides, strict=True))
        return tuple(sum(some) if some else None for some in sums)

    def together(
        self, virtual_server: str, real_servers: Sequence[str], at: float, over: PlotRange
    ) -> dict[str, SeriesView]:
        """Return the sums of these real servers, which are all of the virtual server, by Director."""
        self._reach(at)
        totals = self._totals.get(virtual_server)
        if totals is not None:
            return {director: self._view(total.place, over) for director, total in totals.items()}
        track = _TRACKS.index(over)
        found: dict[str, list[int]] = {}
        for real_server in real_servers:
            for director, place in self._places.get((virtual_server, real_server), {}).items():
                found.setdefault(director, []).append(place)
        told = {}
        for director, places in found.items():
            active, connections_per_s, out_bps = (
                self._buffer.sums([place + number for place in places], track) for number in range(3)
            )
            told[director] = SeriesView(over.step, active, connections_per_s, out_bps, over.points)
        return told

    @property
    def whole(self) -> PlotRange:
        """Return the shortest range that has all that was seen, or the longest."""
        return next((one for one in PlotRange if self._at - self._began < one), PlotRange.DAY)

    def _view(self, place: int, over: PlotRange) -> SeriesView:
        track = _TRACKS.index(over)
        active, connections_per_s, out_bps = (
            tuple(None if isnan(value) else value for value in self._buffer.of(place + number, track=track))
            for number in range(3)
        )
        return SeriesView(over.step, active, connections_per_s, out_bps, over.points)

    def _join(self, key: ServerKey, directors: Mapping[str, object]) -> dict[str, int]:
        """Return the places on these Directors; on one that it is not on any more, it has none."""
        before = self._places.get(key)
        if before is None:
            before = {}
            self._sizes[key[0]] += 1
            if self._sizes[key[0]] > MOST_ADDED and key[0] not in self._totals:
                self._add_up(key[0])
        places = {name: before[name] if name in before else self._buffer.join() for name in directors}
        for name in before.keys() - places.keys():
            self._leave(key[0], name, before[name])
        self._places[key] = places
        return places

    # --- the sums of a large virtual server ---

    def _add_up(self, virtual_server: str) -> None:
        """Begin to keep its sums: until now they were added up for each picture."""
        totals = self._totals[virtual_server] = {}
        for key, places in self._places.items():
            for director, place in places.items() if key[0] == virtual_server else ():
                self._total(totals, director).add(self._buffer.now, place)

    def _total(self, totals: dict[str, PoolTotals], director: str) -> PoolTotals:
        total = totals.get(director)
        if total is None:
            total = totals[director] = PoolTotals(self._buffer.join())
        return total

    def _leave(self, virtual_server: str, director: str, place: int) -> None:
        """Forget the figures that stand there."""
        totals = self._totals.get(virtual_server)
        if totals is not None:
            self._total(totals, director).change(self._buffer.now, place, UNKNOWN)
        self._buffer.leave(place)

    def _reach(self, at: float) -> None:
        """End the points before that of `at`."""
        self._at = max(self._at, at)
        for track, one in enumerate(_TRACKS):
            ended = int(self._at / one.step)
            for _ in range(min(one.points, ended - self._ended[track])):
                self._buffer.take(track)
            self._ended[track] = max(ended, self._ended[track])
            self._buffer.forget(max(0, self._buffer.kept(track) + 1 - one.points), track)
