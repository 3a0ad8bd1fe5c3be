"""Drains in progress: what is left on each Director, how fast it goes, when it will be over, and is the server safe to stop.

A job for each real server that a file says is drained. The file remembers who drained it, when and why, so a console that is
started again knows as much but for the pace, which takes it a few seconds to see. Connections end as if by chance: the time
that is left is worked out as for a half-life, not as for a queue.

The reason may name two times, kept in the file with it (docs/decisions/0006): "deadline 14:30", "restore at 15:30", each with
a date before it or on the day of the drain.

Not for: when a drained server is quiet (see `row`), nor draining it (see `plan`).
"""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from lvstui.cluster.finding import Finding
from lvstui.cluster.view import (
    DirectorView,
    DrainedView,
    DrainView,
    Figures,
    LinkState,
    RealServerState,
    RealServerView,
    Severity,
    VirtualServerView,
)

WINDOW = 30.0  # seconds of which the pace is taken
ENOUGH = 5.0  # seconds of samples before a pace is told
_FOUND = 5.0  # seconds after the first figures; a drain seen by then was there before
_LONGEST = 86400.0  # seconds; what takes longer than a day is as good as never
_TIME = r"(?:(\d{4}-\d\d-\d\d) )?(\d{1,2}:\d\d)"
_DEADLINE = re.compile(rf"\bdeadline {_TIME}")
_RESTORE = re.compile(rf"\brestore at {_TIME}")
_IN_PROGRESS = (RealServerState.DRAINING, RealServerState.DRAINED)


class Pace:
    """How the connections of one real server on one Director get fewer. `at` is in seconds of any clock."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def add(self, at: float, left: int) -> None:
        if self._samples and at <= self._samples[-1][0]:
            return
        self._samples.append((at, left))
        while at - self._samples[0][0] > WINDOW:
            self._samples.popleft()

    def per_s(self) -> float | None:
        """Connections that leave each second; None: not seen for long enough."""
        slope = self._slope([float(left) for _, left in self._samples])
        return None if slope is None else max(0.0, -slope)

    def eta(self) -> float | None:
        """Seconds until none is left; None: not known yet, or they do not leave."""
        if self._samples and not self._samples[-1][1]:
            return 0.0
        slope = self._slope([math.log1p(left) for _, left in self._samples])
        if slope is None or slope >= 0:
            return None
        eta = math.log1p(self._samples[-1][1]) / -slope
        return eta if eta <= _LONGEST else None

    def _slope(self, values: Sequence[float]) -> float | None:
        """Of the line that fits them best."""
        if len(values) < 3 or self._samples[-1][0] - self._samples[0][0] < ENOUGH:
            return None
        times = [at for at, _ in self._samples]
        middle, mean = sum(times) / len(times), sum(values) / len(values)
        spread = sum((at - middle) ** 2 for at in times)
        return sum((at - middle) * (value - mean) for at, value in zip(times, values, strict=True)) / spread


class Drain:
    """One drain, sample by sample."""

    def __init__(self, *, found: bool) -> None:
        """`found`: it was there before this console was."""
        self.view: DrainView | None = None
        self._waited_for = not found  # is its end worth telling
        self._paces: dict[str, Pace] = {}

    def sample(
        self, server: VirtualServerView, real: RealServerView, directors: Mapping[str, DirectorView], now: float
    ) -> DrainView:
        """Take in how it stands."""
        udp = any(service.startswith("udp/") for service in server.services)
        fresh = {name: figures for name, figures in real.directors.items() if directors[name].state is LinkState.LIVE}
        left = {name: _left(figures, udp=udp) if name in fresh else None for name, figures in real.directors.items()}
        for name, count in left.items():
            if count is not None:
                self._paces.setdefault(name, Pace()).add(now, count)
                self._waited_for |= count > 0
        told = next((one.drained for one in real.directors.values() if one.drained is not None), None)
        unknown = next(
            (f"{name} is {one.state}" for name, one in directors.items() if one.state is not LinkState.LIVE), None
        )
        busiest = max(left, key=lambda name: left[name] or 0, default=None)
        self.view = DrainView(
            server.id,
            real.id,
            real.state,
            told,
            left,
            self._paces[busiest].per_s() if busiest in self._paces else None,
            self._eta(left),
            unknown is None and real.state is RealServerState.DRAINED,
            unknown,
            _named(_DEADLINE, told),
            _named(_RESTORE, told),
        )
        return self.view

    def over(self) -> bool:
        """Has it become safe to stop, and was that waited for? Once for each time."""
        if self.view is None or not self.view.safe or not self._waited_for:
            return False
        self._waited_for = False
        return True

    def _eta(self, left: Mapping[str, int | None]) -> float | None:
        """Until the last Director has none."""
        etas = [self._paces[name].eta() for name, count in left.items() if count]
        return None if None in left.values() or None in etas else max((eta for eta in etas if eta), default=0.0)


class Drains:
    def __init__(self) -> None:
        self._drains: dict[tuple[str, str], Drain] = {}
        self._began: float | None = None

    def show(
        self, servers: Sequence[VirtualServerView], directors: Sequence[DirectorView], now: float
    ) -> tuple[tuple[DrainView, ...], list[DrainView]]:
        """All drains in progress, and those that have become safe to stop since the last call."""
        by_name = {director.name: director for director in directors}
        drains: dict[tuple[str, str], Drain] = {}
        shown: list[DrainView] = []
        safe: list[DrainView] = []
        if self._began is None and servers and all(one.state is LinkState.LIVE for one in directors):
            self._began = now
        found = self._began is None or now - self._began < _FOUND
        for server, real in _drained(servers):
            key = (server.id, real.id)
            drain = drains[key] = self._drains.get(key) or Drain(found=found)
            shown.append(drain.sample(server, real, by_name, now))
            if drain.over():
                safe.append(shown[-1])
        self._drains = drains
        return tuple(shown), safe


def _drained(servers: Sequence[VirtualServerView]) -> Iterator[tuple[VirtualServerView, RealServerView]]:
    for server in servers:
        if server.up == len(server.states):
            continue
        for real in server.real_servers:
            if real.state is RealServerState.UP:
                continue
            if real.state in _IN_PROGRESS or any(one.drained is not None for one in real.directors.values()):
                yield server, real


def _left(figures: Figures, *, udp: bool) -> int | None:
    """Connections that stopping it would break; None: not known."""
    if figures.kernel_weight is None:
        return 0 if figures.state is RealServerState.DOWN else None
    return (figures.active or 0) + (figures.persistent or 0) + ((figures.inactive or 0) if udp else 0)


def _named(pattern: re.Pattern[str], told: DrainedView | None) -> float | None:
    """The time that the reason names, by this machine's clock, as the file's own times are."""
    match = None if told is None else pattern.search(told.reason)
    if match is None or told is None:
        return None
    date, time = match.groups()
    try:
        drained = datetime.strptime(told.when, "%Y-%m-%d %H:%M")
        named = datetime.strptime(f"{date or told.when[:10]} {time}", "%Y-%m-%d %H:%M")
    except ValueError:
        return None
    if not date and named < drained:
        named += timedelta(days=1)  # drained at 23:50, to be restored at 00:30
    return named.timestamp()


def overdue(drains: Sequence[DrainView], wall: float) -> Iterator[Finding]:
    """What should have happened by now."""
    for drain in drains:
        name = f"{drain.real_server} in {drain.virtual_server}"
        if drain.restore_at is not None and wall >= drain.restore_at:
            text = f"{name} was to be restored at {datetime.fromtimestamp(drain.restore_at):%H:%M}"
            detail = f"Drained by {drain.told.by if drain.told else '?'}. Restore it (r), or drain it again with another time."
            yield Finding(f"restore:{drain.virtual_server}:{drain.real_server}", Severity.WARNING, text, detail)
        elif drain.deadline is not None and wall >= drain.deadline and not drain.safe:
            counts = [count for count in drain.left.values() if count is not None]
            left = f"{max(counts)} connections are still on it" if counts else "what is left on it is not known"
            text = f"{name} was to be drained by {datetime.fromtimestamp(drain.deadline):%H:%M}: {left}"
            yield Finding(
                f"deadline:{drain.virtual_server}:{drain.real_server}",
                Severity.WARNING,
                text,
                "Stopping it now breaks them.",
            )
