"""How a real server's figures went since the console was opened, in a bounded number of points.

When the points are used up, every two become one and each stands for twice as long: the whole session is always there, at
about the resolution that a plot can show. Not for: figures of now (see `view`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan, nan
from typing import NamedTuple

from lvstui.cluster.view import Figures, VirtualServerView

POINTS = 240
_FIRST_STEP = 1.0  # seconds for which a point stands at first


class Sample(NamedTuple):
    active: float | None
    connections_per_s: float | None
    out_bps: float | None


@dataclass(frozen=True)
class CourseView:
    """Oldest first; None where a figure was not known. The last point is that of now."""

    step: float  # seconds from one point to the next
    active: tuple[float | None, ...]
    connections_per_s: tuple[float | None, ...]
    out_bps: tuple[float | None, ...]


class Course:
    """Of one real server on one Director. A figure holds until another is noted."""

    def __init__(self, at: float) -> None:
        self._began = at
        self._step = _FIRST_STEP
        self._lines = tuple(array("f") for _ in Sample._fields)
        self._last: tuple[float, ...] = (nan,) * len(self._lines)

    def note(self, sample: Sample, at: float) -> None:
        """What it is from `at` on, by a clock that does not go back."""
        self._reach(at)
        self._last = tuple(nan if value is None else value for value in sample)
        for line, value in zip(self._lines, self._last, strict=True):
            line[-1] = value

    def view(self, at: float) -> CourseView:
        """All of it, up to `at`."""
        self._reach(at)
        return CourseView(
            self._step, *(tuple(None if isnan(value) else value for value in line) for line in self._lines)
        )

    def _reach(self, at: float) -> None:
        """Let the points reach `at`; what was last noted holds until then."""
        while (slot := int(max(0.0, at - self._began) / self._step)) >= POINTS:
            self._halve()
        for line, value in zip(self._lines, self._last, strict=True):
            line.extend([value] * (slot + 1 - len(line)))

    def _halve(self) -> None:
        for line in self._lines:
            line[:] = array("f", [_mean(line[at : at + 2]) for at in range(0, len(line), 2)])
        self._step *= 2


def _mean(values: array[float]) -> float:
    known = [value for value in values if not isnan(value)]
    return sum(known) / len(known) if known else nan


class Courses:
    """Those of all real servers. Only what changed since it was last observed costs anything."""

    def __init__(self, began: float) -> None:
        self._began = began  # of all of them, so that they can be shown together
        self._courses: dict[tuple[str, str], dict[str, Course]] = {}
        self._seen: dict[str, VirtualServerView] = {}

    def observe(self, servers: Iterable[VirtualServerView], at: float) -> None:
        """Note what is new in these views. Real servers that are gone are forgotten with their virtual server."""
        seen: dict[str, VirtualServerView] = {}
        for server in servers:
            seen[server.id] = server
            known = self._seen.get(server.id)
            if known is server:
                continue
            old = {real.id: real for real in known.real_servers} if known is not None else {}
            for real in server.real_servers:
                if old.get(real.id) is not real:
                    self._note((server.id, real.id), real.directors.items(), at)
        for gone in self._seen.keys() - seen.keys():
            for real in self._seen[gone].real_servers:
                self._courses.pop((gone, real.id), None)
        self._seen = seen

    def _note(self, key: tuple[str, str], sides: Iterable[tuple[str, Figures]], at: float) -> None:
        courses = self._courses.setdefault(key, {})
        for director, figures in sides:
            sample = Sample(figures.active, figures.connections_per_s, figures.out_bps)
            course = courses.get(director)
            if course is None:
                course = courses[director] = Course(self._began)
            course.note(sample, at)

    def view(self, virtual_server: str, real_server: str, at: float) -> dict[str, CourseView]:
        """By Director, all of the same length."""
        courses = self._courses.get((virtual_server, real_server), {})
        return {director: course.view(at) for director, course in courses.items()}
