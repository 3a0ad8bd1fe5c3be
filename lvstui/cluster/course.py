"""How a real server's figures went since the console was opened, in a bounded number of points.

A point is what they were at its end. When the points are used up, every two become one, and each stands for twice as long: the
whole session is always there, at about the resolution that a plot can show. Not for: figures of now (see `view`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan, nan

from lvstui.cluster.past import Past
from lvstui.cluster.verdicts import ServerKey
from lvstui.cluster.view import RealServerView

POINTS = 240
_FIRST_STEP = 1.0  # seconds for which a point stands at first


@dataclass(frozen=True)
class CourseView:
    """Oldest first; None where a figure was not known. The last point is that of now."""

    step: float  # seconds from one point to the next
    active: tuple[float | None, ...]
    connections_per_s: tuple[float | None, ...]
    out_bps: tuple[float | None, ...]


class Courses:
    """Those of all real servers, on all Directors."""

    def __init__(self, began: float) -> None:
        """At a time of a clock that does not go back, in seconds."""
        self._began = began
        self._step = _FIRST_STEP
        self._past = Past(3)
        self._places: dict[ServerKey, dict[str, int]] = {}  # by Director

    def note(self, reals: Iterable[RealServerView], at: float) -> None:
        """What they are from `at` on. A tick of a large cluster brings thousands."""
        self._reach(at)
        for real in reals:
            key = (real.virtual_server, real.id)
            places = self._places.get(key)
            if places is None or places.keys() != real.directors.keys():
                places = self._join(key, real.directors)
            now = self._past.now
            for director, figures in real.directors.items():
                place, active = places[director], figures.active
                connections_per_s, out_bps = figures.connections_per_s, figures.out_bps
                now[place] = nan if active is None else active
                now[place + 1] = nan if connections_per_s is None else connections_per_s
                now[place + 2] = nan if out_bps is None else out_bps

    def forget(self, keys: Iterable[ServerKey]) -> None:
        """Of real servers that are gone."""
        for key in keys:
            for place in self._places.pop(key, {}).values():
                self._past.leave(place)

    def view(self, virtual_server: str, real_server: str, at: float) -> dict[str, CourseView]:
        """By Director, up to `at`, all of the same length."""
        self._reach(at)
        places = self._places.get((virtual_server, real_server), {})
        return {director: self._view(place) for director, place in places.items()}

    def _view(self, place: int) -> CourseView:
        lines = ([None if isnan(value) else value for value in self._past.of(place + number)] for number in range(3))
        return CourseView(self._step, *map(tuple, lines))

    def _join(self, key: ServerKey, directors: Mapping[str, object]) -> dict[str, int]:
        """Places on these Directors; on one that it is not on any more, it has none."""
        before = self._places.get(key, {})
        places = {name: before[name] if name in before else self._past.join() for name in directors}
        for name in before.keys() - places.keys():
            self._past.leave(before[name])
        self._places[key] = places
        return places

    def _reach(self, at: float) -> None:
        """The points before that of `at` are over, and each stands for as long as it takes for there to be enough."""
        while (point := int((at - self._began) / self._step)) >= POINTS:
            self._past.halve()
            self._step *= 2
        while len(self._past) < point:
            self._past.take()
