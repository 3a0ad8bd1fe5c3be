"""Define what is told of the moments of a failover as a Director's kernel saw them: packets, addresses, links, processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional, Tuple

from .vrrp_messages import Advertiser


class Sighting(NamedTuple):
    """Something that was seen on a Director at a moment."""

    # "advert": the first one of a sender, or the first after a silence, or one of another priority than before (0: it gives up).
    # "last": the last advert of a sender before one of another priority, or before this Director's own that is told of.
    # "neighbour": a gratuitous ARP, or of IPv6 an unsolicited neighbour advertisement; of a burst the first one.
    # "added", "removed": an address. "up", "down": a link. "began", "ended": a process of keepalived.
    kind: str
    at: float  # CLOCK_MONOTONIC; of packets by the kernel's timestamps
    uncertainty: float  # seconds by which it may have been earlier or later
    interface: str
    own: bool  # this Director has sent the packet
    family: str = ""  # "inet" or "inet6", of packets and addresses
    source: str = ""  # of an advert its address
    address: str = ""  # that is told of, or was added or removed
    vrid: int = 0
    version: int = 0
    priority: int = 0
    interval: float = 0.0  # seconds until the next one, as the advert says itself


@dataclass(frozen=True)
class Sightings:
    """Tell what was seen since the last message of this kind, oldest first."""

    at: float
    seen: Tuple[Sighting, ...]  # bounded, in number and by rate
    sent: Tuple[Advertiser, ...]  # this Director's own adverts until now, while its packets are watched
    watched: Tuple[str, ...]  # interfaces whose packets are watched
    lost: int  # packets and sightings of which nothing is known, since the agent began
    error: Optional[str]  # why packets are not watched, where that was asked for


@dataclass(frozen=True)
class WatchPackets:
    """Watch this Director's own adverts, and the neighbour packets of all, for so many seconds from now; 0: no longer.

    It is passive. Whoever wants it for longer asks again: it ends by itself when nobody does.
    """

    seconds: float
