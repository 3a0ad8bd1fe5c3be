"""Hold the result of a drill: each instance's failover and failback, what clients saw, what was expected, and the verdict.

Values only, frozen; None is "not known". `result_json` writes and reads them. Times are on the drill's clock (see `milestones`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lvstui.cluster.drill.milestones import DrillMoment, Milestone, MilestoneKind


class DrillKind(StrEnum):
    """The way in which a drill came to its failover."""

    WATCH = "watch"
    HANDOVER = "handover"
    STOP = "stop"
    KILL = "kill"


class DrillCause(StrEnum):
    """The cause of a failover, by what was seen."""

    STOP = "stop"  # keepalived ended in order: it sent priority 0
    KILL = "kill"  # keepalived ended without a word; its Director lives
    POWER_CUT = "power cut"  # the Director fell silent as a whole
    HANDOVER = "handover"  # its priority was lowered below the other's
    FAILBACK = "failback"  # the one with the higher priority came back, and preempted
    NETWORK_CUT = "network cut"  # its interface lost its link, or adverts of some networks alone are not heard any more
    FAULT = "fault"  # keepalived put the instance into FAULT because of something that it tracks
    SPLIT_BRAIN = "split brain"  # the old MASTER is there and goes on advertising; the other does not hear it
    UNKNOWN = "unknown"


class DrillVerdict(StrEnum):
    """The verdict on a failover, or on a drill as a whole."""

    AS_EXPECTED = "as expected"
    TOO_LATE = "too late"  # later than the timers and priorities allow
    TOO_EARLY = "too early"
    TWO_MASTERS = "two masters"  # for longer than a handover of the role takes
    OUTAGE_TOO_LONG = "outage too long"  # longer than --max-outage
    NOT_TAKEN_OVER = "not taken over"
    NOT_MEASURED = "not measured"  # too little was seen
    NO_FAILOVER = "no failover"  # nothing happened while it was watched
    NOT_RESTORED = "not restored"  # what the drill began could not be undone


class DrillNote(StrEnum):
    """Something that a reader of the result must be told."""

    MOVED_SEPARATELY = "moved separately"  # some instances moved, others stayed: a client's request and its answer part
    GATEWAY_STAYED = (
        "gateway stayed"  # the service VIP moved, the gateway VIP did not: real servers answer by the other Director
    )
    SERVICE_STAYED = "service stayed"  # the gateway VIP moved, the service VIP did not
    NO_ROOT = "no root"  # a Director's agent is no root: packets were not heard there
    CLOCK_UNSURE = "clock unsure"  # a Director's clock is known only roughly
    VIP_LEFT_BEHIND = "VIP left behind"  # the old MASTER's kernel still has it
    MESSAGES_LOST = "messages lost"  # some of what happened was left out: too much at once
    FAILBACK_UNSEEN = "failback unseen"  # the Director of a run is MASTER again, and how that came was not seen
    STAYS = "stays"  # the instance stays with the other Director: nothing lets the drill's one preempt


@dataclass(frozen=True, slots=True)
class NoteOn:
    """A note, and whom it is about."""

    note: DrillNote
    instances: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    vips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A stretch of time, such as one without a MASTER."""

    start: float
    end: float | None  # None: it was not over when the drill ended
    uncertainty: float  # seconds, of its length

    @property
    def length(self) -> float | None:
        """Return its length in seconds."""
        return None if self.end is None else self.end - self.start


@dataclass(frozen=True, slots=True)
class ExpectedTimes:
    """The result that timers and priorities give, in seconds."""

    advert_interval: float  # that the new MASTER waits by
    version: int  # of VRRP
    priority: int  # of the new MASTER
    skew: float
    master_down: float  # the master-down interval
    earliest: float  # from the last advert of the old MASTER to the first one of the new
    latest: float


@dataclass(frozen=True, slots=True)
class InstanceFailover:
    """One instance's way from one MASTER to another."""

    name: str  # as the new MASTER calls it
    interface: str
    vrid: int
    family: str  # "inet" or "inet6"
    vips: tuple[str, ...]
    old: str | None  # the Director that was MASTER
    new: str | None  # the Director that is MASTER now
    cause: DrillCause
    milestones: tuple[Milestone, ...]  # in the order of MilestoneKind; one of each that has no subject
    no_master: tuple[TimeWindow, ...]
    two_masters: tuple[TimeWindow, ...]
    expected: ExpectedTimes | None
    measured: float | None  # seconds, as `expected` counts them
    measured_uncertainty: float
    verdict: DrillVerdict

    @property
    def id(self) -> str:
        """Return what tells it from others: interface, VRID and family."""
        return f"{self.interface}/{self.vrid}/{self.family}"

    @property
    def end_unseen(self) -> bool:
        """Return True if the end of the old MASTER was not seen, so that a time without one is not known."""
        stays = self.new is None and self.cause is DrillCause.HANDOVER  # nobody took over, and it serves on
        return self.measured is None and not self.no_master and not self.two_masters and not stays

    def moment(self, kind: MilestoneKind, subject: str | None = None) -> DrillMoment | None:
        """Return the first moment of that kind, of that VIP if one is given; None: it is not known."""
        found = [one.moment for one in self.milestones if one.kind is kind and subject in (None, one.subject)]
        return min((one for one in found if one is not None), key=lambda one: one.at, default=None)


@dataclass(frozen=True, slots=True)
class ServerConnections:
    """The connections of one real server on one Director."""

    director: str
    virtual_server: str
    real_server: str
    active: int
    inactive: int


@dataclass(frozen=True, slots=True)
class ConnectionCount:
    """The connections of every real server at one moment."""

    at: float
    servers: tuple[ServerConnections, ...]


class HeldFate(StrEnum):
    """The fate of the connection that the probe held open."""

    SURVIVED = "survived"
    RESET = "reset"  # somebody refused its packets
    SILENT = "silent"  # no answer came any more
    CLOSED = "closed"  # in order, by the server
    NOT_OPENED = "not opened"


@dataclass(frozen=True, slots=True)
class HeldConnection:
    """The connection that the probe held open, and what became of it."""

    fate: HeldFate
    at: float | None  # when that was seen
    real_server: str  # that it was with; "" not known
    silent_s: float | None  # the longest time without an answer on it


@dataclass(frozen=True, slots=True)
class ProbeOutage:
    """A time in which no request of the probe was answered."""

    start: float  # when the first request that was not answered was sent
    end: float | None  # when the first answer after it came; None: there was none until the drill ended
    lost: int  # requests
    uncertainty: float  # seconds, of its length


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The outages as a client saw them."""

    target: str  # as it was given: "http://10.10.0.20/", "tcp/10.10.0.20:80"
    host: str  # that it ran on; "" the console's machine
    rate: float  # requests per second
    requests: int
    answered: int
    outages: tuple[ProbeOutage, ...]  # in the order of time; of very many the longest
    longest_gap: float | None  # seconds between two answers, at most
    held: HeldConnection | None = None  # None: no connection was held
    error: str = ""  # why it measured nothing, or not all of the time
    clock_uncertainty: float | None = None  # seconds, of its clock on the drill's; None: not measured
    reasons: tuple[str, ...] = ()  # of lost requests, with their number: "no answer: 12"
    skipped: int = 0  # requests that were not sent, because too many waited or its machine was busy
    until: float | None = None  # when it told last, if it broke off or ended by itself; None: neither, or nothing
    lost: int | None = None  # requests that got no answer, of all outages; None: an older file does not tell
    more_outages: int = 0  # that are not in `outages`, and not longer than those

    def length(self, outage: ProbeOutage, ended: float) -> float:
        """Return the seconds of an outage; one that was not over lasted until the drill ended, or the probe broke off."""
        end = next(at for at in (outage.end, self.until, ended) if at is not None)
        return end - outage.start


@dataclass(frozen=True, slots=True)
class DrillDirector:
    """One Director as it was when the drill began."""

    name: str
    hostname: str
    keepalived: str  # version; "" not known
    kernel: str
    privilege: str  # "root", or the observer's; "" no link
    clock_offset: float | None  # seconds by which its clock is ahead of the drill's
    clock_uncertainty: float | None


@dataclass(frozen=True, slots=True)
class DrillEvent:
    """A line of the drill's timeline."""

    at: float
    uncertainty: float
    director: str
    source: str
    kind: str
    subject: str
    text: str
    severity: str = "info"
    offset: float | None = None
    """Seconds that its Director's wall clock was ahead of the drill's; None: not known, or the console's own."""


@dataclass(frozen=True, slots=True)
class DrillResult:
    """All that a drill has found out."""

    id: str  # of the drill: "2026-11-29T081000Z-stop"
    cluster: str  # its name, or its Directors' names
    kind: DrillKind
    cause: DrillCause
    director: str | None  # that failed, or was handed over
    started: float  # when it was armed, or its first step was done
    ended: float
    directors: tuple[DrillDirector, ...]
    failovers: tuple[InstanceFailover, ...]  # one for each instance that moved, the first to move first
    failbacks: tuple[InstanceFailover, ...]
    notes: tuple[NoteOn, ...]
    before: ConnectionCount | None  # connections of each real server
    after: ConnectionCount | None
    probe: ProbeResult | None
    events: tuple[DrillEvent, ...]
    max_outage: float | None  # seconds, that were allowed
    verdict: DrillVerdict
    restored: bool | None = None  # None: a watch, which begins nothing
    left: tuple[str, ...] = ()  # what a run could not undo, in words
    operator: str = ""
    reason: str = ""  # that was given

    @property
    def client_outage(self) -> float | None:
        """Return the longest outage that the client saw, in seconds; None: no client asked, or it broke off before it saw one."""
        probe = self.probe
        if probe is None or (probe.error and not probe.outages):
            return None
        return max((probe.length(one, self.ended) for one in probe.outages), default=0.0)

    @property
    def broke_off(self) -> bool:
        """Return True if there was a probe, and it did not measure all of the time."""
        return self.probe is not None and bool(self.probe.error)

    @property
    def outage(self) -> float | None:
        """Return the longest outage in seconds: the client's, or else the longest time without a MASTER; None: not known.

        Of a client that broke off, the longer one of both.
        """
        clients = self.client_outage
        if clients is not None and not self.broke_off:
            return clients
        moved = (*self.failovers, *self.failbacks)
        windows = [window for one in moved for window in one.no_master]
        lengths = [(self.ended if one.end is None else one.end) - one.start for one in windows]
        unseen = any(one.end_unseen for one in moved)
        return max([*lengths, *([] if clients is None else [clients])], default=None if unseen or not moved else 0.0)
