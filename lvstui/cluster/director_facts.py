"""Hold what is known of a Director's keepalived and machine, of what cannot be seen there, and of what was left there.

Frozen values only; None is "not known" everywhere, as in `view`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class KeepalivedView:
    """A Director's keepalived."""

    version: str | None
    running: bool | None
    config: str | None
    pending: bool | None  # the files hold what keepalived has not loaded
    started: float | None
    loaded: float | None
    pending_judged: bool = False  # all that could tell of `pending` has told: None stays so
    instance: str | None = None  # what it is called where several run there
    namespace: str | None = None  # its network namespace, where that is another than the machine's own
    vrrp_told: bool = False  # it has told its VRRP state, or that it cannot
    checkers_told: bool = False  # it has told what its checkers found, or that it cannot


@dataclass(frozen=True)
class HostView:
    """The machine of a Director."""

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


class ClockView(NamedTuple):
    """A Director's wall clock beside the operator's, as the link shows it."""

    offset_s: float  # the Director's less the operator's
    uncertainty_s: float  # the true offset differs by no more


@dataclass(frozen=True)
class HandedOverView:
    """A handover of a Director, as its own file remembers it."""

    since: str  # "2026-11-29 08:10", local time of the operator who did it
    by: str
    reason: str
    instances: tuple[str, ...]  # that are handed over
    unsafe: str = ""  # why keepalived there should not be stopped now; "": it may be
    stopped: bool = False  # keepalived does not run there

    @property
    def at_rest(self) -> bool:
        """Return True if keepalived is stopped, as a handover is for, and clients do not depend on it: no reason for alarm."""
        return self.stopped and self.safe

    @property
    def safe(self) -> bool:
        """Return True if the Director may be stopped, upgraded and rebooted: others serve, and are ready."""
        return not self.unsafe


class MissingView(NamedTuple):
    """Something that cannot be seen or done on a Director."""

    what: str  # "log", "VRRP state", "writing"
    why: str
