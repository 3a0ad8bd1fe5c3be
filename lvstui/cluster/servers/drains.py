"""Follow drains in progress: what is left on each Director, how fast it goes, when it is over, and if it is safe to stop.

A job for each real server that a file says is drained. The file remembers who drained it, when and why, so a console that is
started again knows as much but for the pace, which takes it a few seconds to see. Connections end as if by chance: the time
that is left is worked out as for a half-life, not as for a queue.

The reason may name two times, kept in the file with it (docs/decisions/0006): "deadline 14:30", "restore at 15:30", each with
a date before it or on the day of the drain.

Not for: when a drained server is quiet (see `entry`), nor draining it (see `plan`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from lvstui.cluster.finding import Finding
from lvstui.cluster.identity.target import Target
from lvstui.cluster.observed.checkers.verdicts import ServerKey
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.problem_subject import ProblemSubject
from lvstui.cluster.servers.drain_pace import Pace
from lvstui.cluster.servers.entry import Transition
from lvstui.cluster.servers.states import may_be_udp
from lvstui.cluster.text import counted, local_time
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

_TIME = r"(?:(\d{4}-\d\d-\d\d) )?(\d{1,2}:\d\d)"
_DEADLINE = re.compile(rf"\bdeadline {_TIME}")
_RESTORE = re.compile(rf"\brestore at {_TIME}")
_IN_PROGRESS = (RealServerState.DRAINING, RealServerState.DRAINED)


class DrainJob:
    """One drain, sample by sample."""

    def __init__(self, *, emptied: bool) -> None:
        """Begin to follow it. `emptied`: a kernel's weight was seen to become 0, so somebody waits for its end."""
        self.view: DrainView | None = None
        self.waited_for = emptied  # is its end worth telling
        self.noted = emptied  # was it ever
        self.steps = 0  # how often another number of connections was seen to be left
        self._paces: dict[str, Pace] = {}

    def sample(
        self,
        server: VirtualServerView,
        real: RealServerView,
        directors: Mapping[str, DirectorView],
        now: float,
        elsewhere: Sequence[str] = (),
    ) -> DrainView:
        """Take in how it stands; `elsewhere` are the other virtual servers that send clients to it."""
        udp = may_be_udp(server.services)
        left = {
            name: _left(figures, udp=udp) if directors[name].fresh else None for name, figures in real.directors.items()
        }
        for name, count in left.items():
            if count is not None or name in self._paces:
                self.steps += self._paces.setdefault(name, Pace()).add(now, count)
                self.waited_for |= bool(count)
        told = next((one.drained for one in real.directors.values() if one.drained is not None), None)
        unknown = next((_silent(name, one) for name, one in directors.items() if not one.fresh), None)
        if unknown is None:
            unknown = next((f"no figures of it on {name}" for name, count in left.items() if count is None), None)
        over = unknown is None and _over(real, left, directors)
        busiest = max(left, key=lambda name: left[name] or 0, default=None)
        self.view = DrainView(
            server.id,
            real.id,
            real.state,
            told,
            left,
            self._paces[busiest].per_s() if busiest in self._paces else None,
            self._eta(left),
            over and not elsewhere,
            unknown,
            _named(_DEADLINE, told),
            _named(_RESTORE, told),
            tuple(name for name, one in real.directors.items() if one.kernel_weight),
            over,
            tuple(elsewhere),
        )
        return self.view

    def over(self) -> bool:
        """Return True if it has come to its end, and that was waited for. Once for each time."""
        if self.view is None or not self.view.over or not self.waited_for:
            return False
        self.waited_for = False
        return True

    def memory(self) -> list[object]:
        """Return what is known of it, as JSON."""
        return [self.waited_for, self.noted, {name: pace.memory() for name, pace in self._paces.items()}]

    def recall(self, memory: tuple[bool, bool, Mapping[str, Iterable[Sequence[float | None]]]]) -> None:
        """Take in what `memory` returned."""
        self.waited_for, self.noted, paces = memory
        for name, samples in paces.items():
            self._paces.setdefault(name, Pace()).recall(samples)

    def _eta(self, left: Mapping[str, int | None]) -> float | None:
        """Return the seconds until the last Director has none."""
        etas = [self._paces[name].eta() for name, count in left.items() if count]
        return None if None in left.values() or None in etas else max((eta for eta in etas if eta), default=0.0)


class Drains:
    """All drains of one pair."""

    def __init__(self) -> None:
        self._drains: dict[ServerKey, DrainJob] = {}
        self._emptied: set[ServerKey] = set()  # whose weight in a kernel became 0, and whose end was not told yet
        self.steps = 0
        """How often any of them was seen to have another number of connections left."""

    def note(self, happened: Iterable[Transition]) -> None:
        """Take in what happened since the last call: a server that had weight 0 from the start was never drained."""
        for one in happened:
            before, after = one.weights
            if before and after == 0:
                self._emptied.add(one.key)
            elif after:
                self._emptied.discard(one.key)

    def show(
        self, servers: Sequence[VirtualServerView], directors: Sequence[DirectorView], now: float
    ) -> tuple[tuple[DrainView, ...], list[DrainView]]:
        """Return all drains in progress, and those that have come to their end since the last call."""
        by_name = {director.name: director for director in directors}
        drains: dict[ServerKey, DrainJob] = {}
        shown: list[DrainView] = []
        over: list[DrainView] = []
        found = list(_drained(servers))
        sending = _sending(servers, {real.id for _, real in found if real.state is RealServerState.DRAINED})
        for server, real in found:
            key = (server.id, real.id)
            drain = drains[key] = self._drains.get(key) or DrainJob(emptied=key in self._emptied)
            drain.waited_for |= key in self._emptied
            before = drain.steps
            view = drain.sample(server, real, by_name, now, sending.get(real.id, ()))
            self.steps += drain.steps - before
            drain.noted |= drain.waited_for
            if _in_progress(drain):
                shown.append(view)
            if drain.over():
                self._emptied.discard(key)
                over.append(view)
        self._drains = drains
        return tuple(shown), over

    def memory(self) -> list[object]:
        """Return what is known of all of them, as JSON."""
        jobs = [[*key, job.memory()] for key, job in self._drains.items()]
        return [[list(key) for key in sorted(self._emptied)], jobs]

    def recall(self, memory: tuple[Iterable[Sequence[str]], Iterable[tuple[str, str, Any]]]) -> None:
        """Take in what `memory` returned."""
        emptied, jobs = memory
        self._emptied = {(virtual, real) for virtual, real in emptied}
        for virtual, real, told in jobs:
            self._drains.setdefault((virtual, real), DrainJob(emptied=False)).recall(told)


def _drained(servers: Sequence[VirtualServerView]) -> Iterator[tuple[VirtualServerView, RealServerView]]:
    for server in servers:
        if server.as_it_should_be:
            continue
        for real in server.real_servers:
            if real.state is RealServerState.UP:
                continue
            if real.state in _IN_PROGRESS or any(one.drained is not None for one in real.directors.values()):
                yield server, real


def _sending(servers: Sequence[VirtualServerView], real_servers: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Return the virtual servers that send clients to each of these real servers, as far as the kernels are known.

    One that is drained of TCP may go on with UDP at the same port.
    """
    found: dict[str, list[str]] = {}
    for server in servers if real_servers else ():
        for real in server.real_servers:
            if real.id in real_servers and any(one.kernel_weight for one in real.directors.values()):
                found.setdefault(real.id, []).append(server.id)
    return found


def _silent(name: str, director: DirectorView) -> str:
    """Return why nothing of now is known of a Director."""
    if director.state is LinkState.LIVE:
        return f"{name} has sent no figures since it was connected"
    return f"{name} is {director.state}"


def _over(real: RealServerView, left: Mapping[str, int | None], directors: Mapping[str, DirectorView]) -> bool:
    """Return True if its weight is 0 in every kernel and nothing is left in any; its state says that it lasts."""
    return real.state is RealServerState.DRAINED and all(
        name in real.directors and real.directors[name].kernel_weight == 0 and left[name] == 0 for name in directors
    )


def _left(figures: Figures, *, udp: bool) -> int | None:
    """Return the connections that stopping it would break; None: not known."""
    if figures.kernel_weight is None:
        return 0 if figures.state is RealServerState.DOWN else None
    return (figures.active or 0) + (figures.persistent or 0) + ((figures.inactive or 0) if udp else 0)


def _in_progress(drain: DrainJob) -> bool:
    """Return True but for a server that had weight 0 and no connections ever since we know it, and no mark in the file."""
    return drain.view is not None and (drain.view.told is not None or drain.noted or not drain.view.over)


def _named(pattern: re.Pattern[str], told: DrainedView | None) -> float | None:
    """Return the time that the reason names, by this machine's clock, as the file's own times are."""
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
    """Tell what should have happened by now."""
    for drain in drains:
        name = f"{drain.real_server} in {drain.virtual_server}"
        about = ProblemSubject((Target(drain.virtual_server, drain.real_server),))
        if drain.restore_at is not None and wall >= drain.restore_at:
            text = f"{name}: restore overdue since {local_time(drain.restore_at, wall, seconds=False)}"
            detail = f"Drained by {drain.told.by if drain.told else '?'}. Restore it (r), or drain it again with a later time."
            yield Finding(
                ProblemKind.RESTORE_DUE,
                f"restore:{drain.virtual_server}:{drain.real_server}",
                Severity.WARNING,
                text,
                detail,
                subject=about,
            )
        elif drain.deadline is not None and wall >= drain.deadline and not drain.over:
            counts = [count for count in drain.left.values() if count is not None]
            most = max(counts, default=0)
            left = f"{counted(most, 'connection')} {'is' if most == 1 else 'are'} still on it"
            left = left if counts else "the number of connections left on it is unknown"
            text = f"{name}: drain overdue since {local_time(drain.deadline, wall, seconds=False)}: {left}"
            yield Finding(
                ProblemKind.DRAIN_OVERDUE,
                f"deadline:{drain.virtual_server}:{drain.real_server}",
                Severity.WARNING,
                text,
                "Stopping it now breaks them.",
                subject=about,
                counting=True,
            )
