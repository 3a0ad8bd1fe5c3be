"""Hold the moments of a failover: when each was seen, by whom, on which clock, how sure that is, or why it is not known.

All times of a drill are on one clock: seconds since the epoch by the console's wall clock when the drill began, going on as the
console's monotonic clock does, so that a clock that is set meanwhile moves nothing. Values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MilestoneKind(StrEnum):
    """The steps of a failover, in the order in which they come."""

    LAST_ADVERT = "last advert"  # of the old MASTER
    SILENCE_NOTICED = "silence noticed"  # by the new MASTER: its timer ran out, or it heard the old one give up
    MASTER_ENTERED = "MASTER entered"
    VIP_ADDED = "VIP in the kernel"  # one for each VIP
    GRATUITOUS_ARP = "gratuitous ARP"  # the first one for each VIP; of IPv6 an unsolicited neighbour advertisement
    FIRST_ANSWER = "first answer"  # to a client, after the outage
    VIP_REMOVED = "VIP left the kernel"  # of the old MASTER, one for each VIP


class MomentSource(StrEnum):
    """The source of a moment."""

    ADVERT = "advert"  # a packet, by the kernel's timestamp
    NEIGHBOUR = "neighbour packet"  # ARP or a neighbour advertisement, by the kernel's timestamp
    NETLINK = "netlink"  # the kernel told of an address
    LOG = "log"  # keepalived's
    DUMP = "dump"  # keepalived's JSON
    PROCESS = "process"  # keepalived's process was there, or not any more
    PROBE = "probe"  # the client
    LINK = "link"  # the link to the agent


class Unseen(StrEnum):
    """The reason why a moment is not known."""

    NO_ROOT = "no root"  # listening to packets needs it
    NO_LINK = "no link"  # to the Director that could have seen it
    NO_LOG = "no log"  # of keepalived is followed there
    COARSE_LOG = "coarse log"  # its times are whole seconds
    NOT_LOGGED = "not logged"  # keepalived says nothing of it
    NOT_HEARD = "not heard"  # it may have been sent; nobody who listens has heard it
    NOT_ON_INTERFACE = "not listening"  # on that interface
    PACKETS_LOST = "packets lost"  # by the kernel, or there were too many
    NO_PROBE = "no probe"  # no client asked for answers
    PROBE_ENDED = "probe ended"  # before that
    NO_OUTAGE = "no outage"  # the client was answered all the time
    MANY_OUTAGES = "too many outages"  # for the probe to keep all of them
    NOT_YET = "not yet"  # when the drill ended
    NO_SUCH_STEP = "no such step"  # of this cause, or of this instance


@dataclass(frozen=True, slots=True)
class DrillMoment:
    """A moment that was seen."""

    at: float  # seconds, on the drill's clock
    uncertainty: float  # seconds by which it may be earlier or later: the clock's offset and the source's own
    source: MomentSource
    director: str  # whose agent saw it; "" the probe, or the console itself
    clock: str  # whose clock stamped it: a Director's name, a probe's host, or "" the console's


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of one instance's failover: its moment, or why there is none."""

    kind: MilestoneKind
    moment: DrillMoment | None
    unseen: Unseen | None = None  # None where there is a moment
    subject: str = ""  # the VIP, of the kinds that have one for each
