"""Hold what goes on in drills at one moment: nothing, a watch that is armed, or a run; and what was kept of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lvstui.cluster.drill.result import DrillKind, DrillResult


class DrillPhase(StrEnum):
    """The stage of a drill."""

    IDLE = "idle"
    ARMING = "arming"  # packets are not watched yet wherever they can be
    ARMED = "armed"
    SEEN = "failover seen"  # and more may still come of it
    RUNNING = "running"
    RECORDED = "looking through a recording"


@dataclass(frozen=True)
class DrillStep:
    """A step of a run."""

    text: str
    state: str  # "waiting", "running", "done" or "failed"


@dataclass(frozen=True)
class WantedProbe:
    """A client that is to ask for answers during a drill."""

    target: str  # a virtual server, or a URL of one of its VIPs
    host: str = ""  # that it runs on; "" this machine
    rate: float = 50.0  # requests per second


@dataclass(frozen=True)
class KeptDrillView:
    """A drill that was kept, with the place of its result and of its report."""

    result: DrillResult
    path: str
    page: str


@dataclass(frozen=True)
class KeptDrillsView:
    """All drills of a cluster that were kept, the oldest first, and why some could not be read."""

    drills: tuple[KeptDrillView, ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True)
class DrillState:
    """A moment of the drills of an open pair."""

    phase: DrillPhase = DrillPhase.IDLE
    kind: DrillKind = DrillKind.WATCH
    since: float | None = None  # wall clock
    result: DrillResult | None = None  # of the drill that goes on, as far as it is known
    steps: tuple[DrillStep, ...] = ()
    last: KeptDrillView | None = None  # the drill of this session that ended last
    failed: str = ""  # why the last one ended without a result, or could not be kept
    ended: int = 0  # drills of this session that have ended

    @property
    def going(self) -> bool:
        """Return True while a watch is armed or a run goes on."""
        return self.phase is not DrillPhase.IDLE
