"""List the kinds of events, and say by which clock the time of one is known. Values only."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class EventKind(StrEnum):
    """The kind of an event."""

    LINK = "link"  # to a Director
    CLOCK = "clock"  # it was set
    KEEPALIVED = "keepalived"  # started, ended, reloaded
    VRRP = "vrrp"  # a transition of an instance
    ADVERT = "advert"
    INTERFACE = "interface"  # of a VRRP instance
    VIP = "vip"
    REAL_SERVER = "real-server"  # its state, by checkers or weights
    WEIGHT = "weight"
    QUORUM = "quorum"
    DRAIN = "drain"
    CHANGE = "change"  # that the operator made
    RECORDING = "recording"


class EventClock(NamedTuple):
    """The Director's clock that tells when an event happened."""

    director: str
    wall: float  # what it showed
    offset_s: float | None  # it less the operator's, as it was known then; None: it was not measured yet
    uncertainty_s: float | None
    early_s: float = 0.0  # by so much it may have happened earlier: since the sample before
    late_s: float = 0.0  # and so much later, by a log with whole seconds
