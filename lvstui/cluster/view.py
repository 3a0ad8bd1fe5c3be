"""What is known of the cluster at one moment, worked out and ready to be drawn or printed.

Frozen values only, made by `cluster.state`, drawn by `console`, printed by `lvsctl status`. None is "not known" everywhere:
it is shown as not known, never as zero or as fine. Ages and durations are seconds; `since` and `wall` are wall-clock times of
the operator's machine, in seconds since the epoch; rates are per second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple


class LinkState(StrEnum):
    CONNECTING = "connecting"  # never had figures, still trying
    LIVE = "live"
    STALE = "stale"  # had figures; the link is gone or silent, they age
    LOST = "lost"  # gone for so long that its figures say nothing any more, or refused for good


class RealServerState(StrEnum):
    """design.md, "What an operator sees of a real server". Declared from calm to grave."""

    UP = "UP"
    DRAINED = "DRAINED"
    DRAINING = "DRAINING"
    PENDING = "PENDING"
    UNMANAGED = "UNMANAGED"
    DRIFT = "DRIFT"
    DOWN = "DOWN"
    UNKNOWN = "UNKNOWN"  # no Director's figures tell


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


@dataclass(frozen=True)
class VipView:
    address: str
    held: bool | None  # is it on an interface of this Director


@dataclass(frozen=True)
class AdvertsView:
    """Whom a Director hears advertise the VRID of one of its instances; silence is as of the Director's last sample."""

    since: float  # all that came since then was heard
    listened_s: float
    patience_s: float  # who is silent for longer is not heard any more
    senders: tuple[SenderView, ...]  # the last heard first; never the Director itself

    @property
    def heard(self) -> tuple[SenderView, ...]:
        """Those that advertise now."""
        return tuple(one for one in self.senders if one.silent_s <= self.patience_s)


@dataclass(frozen=True)
class SenderView:
    source: str
    priority: int  # of its last advert; 0: it gave up
    since: float  # when it was first heard
    last: float
    silent_s: float
    per_s: float | None  # while they came


@dataclass(frozen=True)
class VrrpView:
    name: str
    vrid: int
    interface: str
    state: str | None  # "INIT", "BACKUP", "MASTER", "FAULT"; None: not known (keepalived does not run, no link)
    evidence: str  # where the state comes from: "keepalived", "log", "address", "" when not known
    priority: int | None  # effective; the configured one until keepalived has told
    vips: tuple[VipView, ...]
    since: float | None
    adverts_per_s: float | None  # sent as MASTER, received as BACKUP
    adverts: AdvertsView | None = None  # of others; None: it does not listen there, so it is not known


@dataclass(frozen=True)
class KeepalivedView:
    version: str | None
    running: bool | None
    config: str | None
    pending: bool | None  # the file is newer than what keepalived has loaded
    started: float | None
    loaded: float | None
    checkers_told: bool = False  # it has told what its checkers found, or that it cannot


@dataclass(frozen=True)
class HostView:
    load1: float | None
    cpus: int | None
    cpu_percent: float | None
    memory_percent: float | None
    in_bps: float | None  # bits per second over all NICs but lo
    out_bps: float | None
    conntrack: int | None
    conntrack_max: int | None


@dataclass(frozen=True)
class UnfinishedView:
    """A change that was left unfinished on a Director. Until it is settled (`Session.settle`) no other can be made there."""

    transaction: str  # "" when what was left cannot be read: then it cannot be settled from here
    title: str
    by: str
    when: float
    lines: tuple[str, ...]  # what lies where, and what its agent could still say
    confirmed: bool = False  # it was verified on every Director, but not closed


@dataclass(frozen=True)
class DirectorView:
    name: str  # as the operator called it
    hostname: str | None
    state: LinkState
    age_s: float | None  # of its youngest figures
    error: str | None  # why there is no link
    retry_in_s: float | None
    latency_s: float | None  # round trip to the agent
    privilege: str | None  # "root", "sudo" or "observer"
    missing: tuple[str, ...]  # what cannot be seen or done, and why
    keepalived: KeepalivedView
    vrrp: tuple[VrrpView, ...]
    host: HostView
    role: str | None  # "MASTER" of all instances, "BACKUP" of all, "FAULT", "mixed"; None not known
    unfinished: UnfinishedView | None = None


@dataclass(frozen=True)
class DrainedView:
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


class Sums(NamedTuple):
    """The figures of all real servers of a virtual server on one Director, of those that are known; None when none is."""

    active: float | None
    inactive: float | None
    persistent: float | None
    connections_per_s: float | None
    in_bps: float | None
    out_bps: float | None


class RealServerView(NamedTuple):
    id: str  # "192.168.211.13:8081"
    virtual_server: str
    state: RealServerState  # the worst of the two
    reason: str | None
    since: float | None
    directors: Mapping[str, Figures]


@dataclass(frozen=True)
class VirtualServerView:
    id: str  # "tcp/10.10.0.20:80"
    services: tuple[str, ...]
    scheduler: str | None
    method: str | None
    real_servers: tuple[RealServerView, ...]  # in the file's order, unmanaged ones last

    @cached_property
    def states(self) -> tuple[RealServerState, ...]:
        return tuple([real.state for real in self.real_servers])

    @property
    def up(self) -> int:
        return self.states.count(RealServerState.UP)

    @cached_property
    def sums(self) -> Mapping[str, Sums]:
        """By Director."""
        parts: dict[str, list[Figures]] = {}
        for real in self.real_servers:
            for name, figures in real.directors.items():
                parts.setdefault(name, []).append(figures)
        return {name: _add(figures) for name, figures in parts.items()}


def _add(parts: Sequence[Figures]) -> Sums:
    columns = list(zip(*parts, strict=True))
    return Sums(*(_total(columns[number]) for number in _SUMMED))


_SUMMED = [Figures._fields.index(field) for field in Sums._fields]


def _total(values: Sequence[float | None]) -> float | None:
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
    safe: bool  # to stop: seen to be so on every Director
    unknown: str | None  # why it cannot be said
    deadline: float | None  # wall-clock times that its reason names
    restore_at: float | None


@dataclass(frozen=True)
class Problem:
    """Something wrong that lasts. `id` stays the same while it does."""

    id: str
    severity: Severity
    text: str  # one line
    detail: str  # what it means and what to do; may be ""
    director: str | None
    since: float


@dataclass(frozen=True)
class EventView:
    """Something that happened, for the log of events."""

    wall: float
    severity: Severity
    source: str  # a Director's name, or "you"
    subject: str  # "VI_1", "tcp/10.10.0.20:80 192.168.211.13:8083", ""
    text: str


@dataclass(frozen=True)
class ClusterView:
    wall: float  # when this view was made
    directors: tuple[DirectorView, ...]  # in the operator's order
    virtual_servers: tuple[VirtualServerView, ...]
    problems: tuple[Problem, ...]  # gravest first
    events: tuple[EventView, ...]  # oldest first, bounded
    drains: tuple[DrainView, ...] = ()  # in the order of the table
