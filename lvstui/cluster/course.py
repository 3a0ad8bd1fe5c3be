"""How a real server's figures went since the console was opened, in a bounded number of points.

When the points are used up, every two become one and each stands for twice as long: the whole session is always there, at
about the resolution that a plot can show. Not for: figures of now (see `view`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan, nan

from lvstui.cluster.view import Figures, RealServerView, VirtualServerView

POINTS = 240
_FIRST_STEP = 1.0  # seconds for which a point stands at first


@dataclass(frozen=True)
class CourseView:
    """Oldest first; None where a figure was not known. The last point is that of now."""

    step: float  # seconds from one point to the next
    active: tuple[float | None, ...]
    connections_per_s: tuple[float | None, ...]
    out_bps: tuple[float | None, ...]


class Course:
    """Of one real server on one Director. A figure holds until another is noted, so only changes are kept."""

    __slots__ = ("_active", "_began", "_bits", "_connections", "_slots", "_step")

    def __init__(self, at: float) -> None:
        self._began = at
        self._step = _FIRST_STEP
        self._slots = array("H")  # the points at which one was noted
        self._active, self._connections, self._bits = array("f"), array("f"), array("f")

    def note(self, figures: Figures, at: float) -> None:
        """What they are from `at` on, by a clock that does not go back. A tick makes thousands of these calls."""
        slot = int((at - self._began) / self._step)
        if slot >= POINTS:
            slot = self._reach(at)
        active, connections_per_s, out_bps = figures.active, figures.connections_per_s, figures.out_bps
        if self._slots and self._slots[-1] >= slot:
            self._pop()
        self._slots.append(max(0, slot))
        self._active.append(nan if active is None else active)
        self._connections.append(nan if connections_per_s is None else connections_per_s)
        self._bits.append(nan if out_bps is None else out_bps)

    def view(self, at: float) -> CourseView:
        """All of it, up to `at`."""
        slot = max(0, self._reach(at))
        lines = (self._whole(line, slot) for line in (self._active, self._connections, self._bits))
        return CourseView(self._step, *(tuple([None if isnan(value) else value for value in line]) for line in lines))

    def _pop(self) -> None:
        for line in (self._slots, self._active, self._connections, self._bits):
            line.pop()

    def _reach(self, at: float) -> int:
        """The point of `at`, the step made long enough for there to be one."""
        while (slot := int((at - self._began) / self._step)) >= POINTS:
            self._halve()
        return slot

    def _whole(self, line: array[float], slot: int) -> list[float]:
        """A value for every point up to that one."""
        values: list[float] = [nan] * (self._slots[0] if self._slots else slot + 1)
        for number, value in enumerate(line):
            end = self._slots[number + 1] if number + 1 < len(line) else slot + 1
            values += [value] * (end - self._slots[number])
        return values[: slot + 1]

    def _halve(self) -> None:
        """Every two points become one, their mean."""
        self._step *= 2
        if not self._slots:
            return
        last = (self._slots[-1] | 1) + 2  # one point more: what holds from then on is no mean
        lines = [self._whole(line, last) for line in (self._active, self._connections, self._bits)]
        means = [[_mean(line[at : at + 2]) for at in range(0, last, 2)] for line in lines]
        points = list(zip(*means, strict=True))
        kept = [
            at for at, point in enumerate(points) if not at or repr(point) != repr(points[at - 1])
        ]  # nan is nan here
        self._slots = array("H", kept)
        self._active, self._connections, self._bits = (array("f", [line[at] for at in kept]) for line in means)


def _mean(values: Sequence[float]) -> float:
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
            for real, before in _beside(server, known):
                if before is not real:
                    self._note(real, before, at)
        for gone in self._seen.keys() - seen.keys():
            for real in self._seen[gone].real_servers:
                self._courses.pop((gone, real.id), None)
        self._seen = seen

    def _note(self, real: RealServerView, before: RealServerView | None, at: float) -> None:
        courses = self._courses.setdefault((real.virtual_server, real.id), {})
        for director, figures in real.directors.items():
            course = courses.get(director)
            if course is None:
                course = courses[director] = Course(self._began)
            elif before is not None and before.directors.get(director) is figures:
                continue
            course.note(figures, at)

    def view(self, virtual_server: str, real_server: str, at: float) -> dict[str, CourseView]:
        """By Director, all of the same length."""
        courses = self._courses.get((virtual_server, real_server), {})
        return {director: course.view(at) for director, course in courses.items()}


def _beside(
    server: VirtualServerView, known: VirtualServerView | None
) -> Iterable[tuple[RealServerView, RealServerView | None]]:
    """Its real servers, each with how it was."""
    before = () if known is None else known.real_servers
    if [real.id for real in server.real_servers] == [real.id for real in before]:
        return zip(server.real_servers, before, strict=True)
    old = {real.id: real for real in before}
    return [(real, old.get(real.id)) for real in server.real_servers]
