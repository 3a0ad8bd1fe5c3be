"""Hold what is known of the cluster at one moment, worked out and ready to be drawn or printed.

Frozen values only, made by `cluster.state`, drawn by `console`, printed by `lvsctl status`. None is "not known" everywhere:
it is shown as not known, never as zero or as fine. Ages and durations are seconds; `since` and `wall` are wall-clock times of
the operator's machine, in seconds since the epoch; rates are per second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from lvstui.cluster.director_facts import (
    ClockView,
    HandedOverView,
    HostView,
    KeepalivedView,
    MissingView,
    UnfinishedView,
)
from lvstui.cluster.event_kind import EventClock, EventKind
from lvstui.cluster.identity.target import Target
from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.problem_subject import PAIR, ProblemSubject
from lvstui.cluster.quorum_view import QuorumView, SorryServerView


class LinkState(StrEnum):
    """The state of the link to a Director."""

    CONNECTING = "connecting"  # never had figures, still trying
    LIVE = "live"
    STALE = "stale"  # had figures; the link is gone or silent, they age
    LOST = "lost"  # gone for so long that its figures say nothing any more, or refused for good


class RealServerState(StrEnum):
    """The state of a real server, of all Directors together. Declared from calm to grave."""

    UP = "UP"
    DRAINED = "DRAINED"
    DRAINING = "DRAINING"
    PENDING = "PENDING"
    UNMANAGED = "UNMANAGED"
    DRIFT = "DRIFT"
    NO_QUORUM = "NO QUORUM"  # alive, and taken out because its virtual server has lost its quorum
    DOWN = "DOWN"
    UNKNOWN = "UNKNOWN"  # no Director's figures tell


class Severity(StrEnum):
    """The gravity of a problem or an event, from calm to grave."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


@dataclass(frozen=True)
class DirectorView:
    """A Director."""

    name: str  # as the operator called it
    hostname: str | None
    state: LinkState
    age_s: float | None  # of its youngest figures
    error: str | None  # why there is no link
    retry_in_s: float | None
    latency_s: float | None  # round trip to the agent
    privilege: str | None  # "root", "sudo" or "observer"
    missing: tuple[MissingView, ...]
    keepalived: KeepalivedView
    vrrp: tuple[VrrpView, ...]
    host: HostView
    role: str | None  # "MASTER" of all instances, "BACKUP" of all, "FAULT", "mixed"; None not known
    unfinished: UnfinishedView | None = None
    several: bool = False  # several keepalived run there, and which is meant was not said: `error` lists them
    handed_over: HandedOverView | None = None  # None: it is not, or its files are not known
    fresh: bool = False  # its kernel's figures are of this link, which is live; not those from before it came back
    clock: ClockView | None = None  # None: it was not measured yet
    network_told: bool = False  # its links and addresses are known, or why they are not

    @property
    def at_rest(self) -> bool:
        """Return True if keepalived is stopped there for maintenance: it is handed over, and the others serve."""
        return self.handed_over is not None and self.handed_over.at_rest


@dataclass(frozen=True)
class DrainedView:
    """A drain, as the file remembers it."""

    weight: int  # to be restored
    when: str
    by: str
    reason: str


class Figures(NamedTuple):
    """One real server of one virtual server, on one Director.

    This and RealServerView are NamedTuples because a tick makes thousands of them: 0.3 µs each, not 2.5.
    """

    state: RealServerState
    configured_weight: int | None  # None: not configured there, or not known
    kernel_weight: int | None  # None: not in the kernel, or not known
    alive: bool | None  # the checker's verdict
    active: int | None
    inactive: int | None
    persistent: int | None
    connections: int | None
    in_bytes: int | None
    out_bytes: int | None
    connections_per_s: float | None
    in_bps: float | None
    out_bps: float | None
    drained: DrainedView | None
    effective_weight: int | None = None  # the configured one with what checkers add; None: not known


class Sums(NamedTuple):
    """The figures of all real servers of a virtual server on one Director, of those that are known; None when none is."""

    active: float | None
    inactive: float | None
    persistent: float | None
    connections_per_s: float | None
    in_bps: float | None
    out_bps: float | None


class RealServerView(NamedTuple):
    """One real server of one virtual server, on all Directors."""

    id: str  # "192.168.211.13:8081"
    virtual_server: str
    state: RealServerState  # the worst of the two
    reason: str | None
    since: float | None
    directors: Mapping[str, Figures]


@dataclass(frozen=True)
class VirtualServerView:
    """A virtual server, on all Directors."""

    id: str  # "tcp/10.10.0.20:80"
    services: tuple[str, ...]
    scheduler: str | None
    method: str | None
    real_servers: tuple[RealServerView, ...]  # in the file's order, unmanaged ones last
    ignored: bool = False  # by keepalived, because no file has real servers for it
    quorum: QuorumView | None = None  # None: no Director is known to have one for it
    sorry_server: SorryServerView | None = None  # None: it has none

    @cached_property
    def states(self) -> tuple[RealServerState, ...]:
        """Return the states of its real servers, in their order."""
        return tuple([real.state for real in self.real_servers])

    @property
    def as_it_should_be(self) -> bool:
        """Return True if every real server is UP."""
        return self.states.count(RealServerState.UP) == len(self.states)

    @cached_property
    def up(self) -> int:
        """Return how many serve clients, by every kernel that is known: whatever the files say of them."""
        if self.as_it_should_be:
            return len(self.states)
        return sum(real.state is RealServerState.UP or _serves(real) for real in self.real_servers)

    @cached_property
    def sums(self) -> Mapping[str, Sums]:
        """Return the sums by Director."""
        parts: dict[str, list[Figures]] = {}
        for real in self.real_servers:
            for name, figures in real.directors.items():
                parts.setdefault(name, []).append(figures)
        return {name: _add(figures) for name, figures in parts.items()}

    @cached_property
    def largest(self) -> tuple[float, float, float]:
        """Return the most active connections, new ones per second and bits out that one real server has on one Director."""
        figures = [one for real in self.real_servers for one in real.directors.values()]
        return (
            max((one.active or 0 for one in figures), default=0),
            max((one.connections_per_s or 0.0 for one in figures), default=0.0),
            max((one.out_bps or 0.0 for one in figures), default=0.0),
        )


def _serves(real: RealServerView) -> bool:
    if real.state is RealServerState.DOWN:
        return False
    known = [one for one in real.directors.values() if one.state is not RealServerState.UNKNOWN]
    return bool(known) and all(bool(one.kernel_weight) and one.alive is not False for one in known)


def _add(parts: Sequence[Figures]) -> Sums:
    columns = list(zip(*parts, strict=True))
    return Sums(*(total(columns[number]) for number in _SUMMED))


_SUMMED = [Figures._fields.index(field) for field in Sums._fields]


def total(values: Iterable[float | None]) -> float | None:
    """Return the sum of the values that are known; None where none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


@dataclass(frozen=True)
class DrainView:
    """A drain in progress: a real server that a file says is drained, or that has weight 0 on purpose."""

    virtual_server: str
    real_server: str
    state: RealServerState
    told: DrainedView | None  # what the file remembers; None: it had weight 0 without a comment
    left: Mapping[str, int | None]  # by Director: connections that stopping it would break
    per_s: float | None  # how many leave, on the Director where most are
    eta_s: float | None  # until none is left; None: not known yet, or they do not leave
    safe: bool  # to stop: it is over, and no other virtual server sends clients there
    unknown: str | None  # why it cannot be said
    deadline: float | None  # wall-clock times that its reason names
    restore_at: float | None
    sending: tuple[str, ...] = ()  # Directors whose kernel still gives it a weight
    over: bool = False  # weight 0 and nothing left in this virtual server: seen to be so on every Director
    elsewhere: tuple[str, ...] = ()  # other virtual servers that send clients to it, once it is drained here

    @property
    def emptied(self) -> tuple[str, ...]:
        """Return the Directors that have none left while another one has."""
        if not any(self.left.values()):
            return ()
        return tuple(name for name, count in self.left.items() if count == 0 and name not in self.sending)


@dataclass(frozen=True)
class Problem:
    """Something wrong that lasts. `id` stays the same while it does."""

    kind: ProblemKind
    id: str
    severity: Severity
    text: str  # one line
    detail: str  # what it means and what to do; may be ""
    director: str | None
    since: float
    subject: ProblemSubject = PAIR
    counting: bool = False  # its text counts, and another number alone makes it no other problem

    @property
    def stated(self) -> tuple[object, ...]:
        """Return what it is and why: an operator who knew of another one does not know of this."""
        return self.kind, self.id, self.severity, self.subject, "" if self.counting else self.text


class ServerTurn(StrEnum):
    """Tell what a real server's change of state means for its clients."""

    DOWN = "down"  # taken out by its checkers
    UP = "up"  # back in service


@dataclass(frozen=True)
class EventView:
    """Something that happened, for the log of events."""

    wall: float  # when it happened, by the operator's clock
    severity: Severity
    source: str  # a Director's name, or "you"
    subject: str  # "VI_1", "tcp/10.10.0.20:80 192.168.211.13:8083", ""
    text: str
    targets: tuple[Target, ...] = ()  # the real servers that it concerns
    names_subject: bool = False  # the text says the subject itself
    turn: ServerTurn | None = None  # of the real server that it is about, where it went DOWN or came back
    kind: EventKind | None = None
    clock: EventClock | None = None  # of the Director that tells it; None: the operator's clock alone does


@dataclass(frozen=True)
class ClusterView:
    """All that is known of the cluster at one moment."""

    wall: float  # when this view was made
    directors: tuple[DirectorView, ...]  # in the operator's order
    virtual_servers: tuple[VirtualServerView, ...]
    problems: tuple[Problem, ...]  # gravest first
    events: tuple[EventView, ...]  # oldest first, bounded
    drains: tuple[DrainView, ...] = ()  # in the order of the table
