"""Hold one thing that was seen while a drill watches, with the clock that stamped it, and put it on the drill's clock.

A fact keeps its stamp as it came: the offset of a Director's clock is known better later. Values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lvstui.cluster.drill.milestones import DrillMoment, MomentSource
from lvstui.cluster.observed.clock_offset import ClockOffset

_UNMEASURED = 0.5  # seconds by which a clock may be off whose offset was not measured: a round trip


class FactKind(StrEnum):
    """The kinds of facts."""

    ADVERT = "advert"  # the first one of a sender, or another priority; 0: it gives up
    NEIGHBOUR = "neighbour"  # gratuitous ARP, or an unsolicited neighbour advertisement
    VIP_ADDED = "VIP added"
    VIP_REMOVED = "VIP removed"
    LINK_DOWN = "link down"
    LINK_UP = "link up"
    ENTERED = "entered"  # keepalived's log: a state
    SILENCE = "silence"  # keepalived's log: the timer ran out
    RELOADED = "reloaded"  # keepalived's log: it reads its files, and its timers begin anew
    LOADED = "loaded"  # keepalived's log: it has read them
    STATE = "state"  # keepalived's dump, or where the VIPs are: another state than before
    PROCESS_ENDED = "process ended"
    PROCESS_BEGAN = "process began"
    LINK_LOST = "link lost"  # to the agent
    LINK_FOUND = "link found"


class StampClock(StrEnum):
    """The clock of a stamp."""

    MONOTONIC = "monotonic"  # the Director's
    WALL = "wall"  # the Director's
    CONSOLE = "console"  # the console's monotonic one


class DrillClock:
    """The drill's clock: the console's monotonic one, told as the wall clock was when the drill began."""

    def __init__(self, now: float, wall: float) -> None:
        self._shift = wall - now
        self.began = wall

    def of(self, now: float) -> float:
        """Return the drill's time of a moment of the console's monotonic clock."""
        return now + self._shift


@dataclass(frozen=True)
class Fact:
    """One thing that was seen."""

    kind: FactKind
    director: str  # whose agent told
    stamp: float
    scale: StampClock
    uncertainty: float  # seconds, of the source alone
    source: MomentSource
    received: float  # when it was told, by the console's monotonic clock
    clock: ClockOffset | None = None  # of the Director, in the life of the agent that told; None: the console's own
    interface: str = ""
    family: str = ""
    vrid: int = 0
    sender: str = ""  # of a packet: the Director that sent it, or the address of a stranger
    priority: int = 0
    version: int = 0
    interval: float = 0.0
    address: str = ""  # the VIP
    instance: str = ""  # its name, of the log
    state: str = ""
    first: bool = False  # of the log: the state with which keepalived begins
    history: bool = False  # a line of the log's past: it may be older than the drill

    @property
    def own(self) -> bool:
        """Return True if the Director told of a packet of its own."""
        return self.sender == self.director

    @property
    def dated(self) -> bool:
        """Return True if the offset of the clock that stamped it is known."""
        return self.clock is None or self.clock.of_monotonic(self.received) is not None

    def console_time(self) -> tuple[float, float]:
        """Return when it was, by the console's monotonic clock, and the uncertainty, as far as the offset is known by now."""
        if self.scale is StampClock.CONSOLE or self.clock is None:
            return self.stamp, self.uncertainty
        monotonic = self.scale is StampClock.MONOTONIC
        offset = self.clock.of_monotonic(self.received) if monotonic else self.clock.of_wall(self.received, 0.0)
        if offset is None:
            return self.received, max(self.uncertainty, _UNMEASURED)
        shift = 0.0 if monotonic else self.received  # `of_wall` was told that the console's wall clock shows 0 now
        return min(self.stamp - offset[0] + shift, self.received), self.uncertainty + offset[1]

    def seconds_after(self, other: Fact) -> tuple[float, float]:
        """Return the seconds since another fact, and their uncertainty.

        Of two stamps of one Director the offset of its clock is no part of that, however late this machine has heard of them.
        """
        directors = self.clock is not None and self.clock is other.clock
        if not directors or StampClock.CONSOLE in (self.scale, other.scale):
            at, uncertainty = self.console_time()
            since, more = other.console_time()
            return at - since, uncertainty + more
        step = abs(self.clock.step) if self.clock is not None and self.scale is not other.scale else 0.0
        return self._directors_time() - other._directors_time(), self.uncertainty + other.uncertainty + step

    def _directors_time(self) -> float:
        """Return when it was by the monotonic clock of the Director that stamped it."""
        boot = self.clock.boot if self.clock is not None and self.scale is StampClock.WALL else 0.0
        return self.stamp - boot

    def moment(self, clock: DrillClock) -> DrillMoment:
        """Return it on the drill's clock."""
        at, uncertainty = self.console_time()
        stamped_by = "" if self.scale is StampClock.CONSOLE or self.clock is None else self.director
        return DrillMoment(clock.of(at), uncertainty, self.source, self.director, stamped_by)
