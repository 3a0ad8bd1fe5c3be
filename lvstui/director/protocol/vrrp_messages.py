"""Define what is told of VRRP: keepalived's instances, and the adverts that were heard on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional, Tuple


class VrrpInstance(NamedTuple):
    """One instance of keepalived's JSON dump. Its password is never read out of the dump."""

    name: str
    vrid: int
    interface: str
    state: str  # "INIT", "BACKUP", "MASTER", "FAULT"
    base_priority: int
    priority: int  # effective
    master_priority: int  # last heard; 0 when this is the MASTER
    advert_interval: float  # seconds
    version: int
    last_transition: float  # wall
    vips: Tuple[str, ...]  # addresses without prefix, those of virtual_ipaddress_excluded last
    adverts_received: int
    adverts_sent: int
    become_master: int
    release_master: int
    family: str = ""  # "inet" or "inet6"; "" where the dump does not tell
    configured: str = ""  # the interface of its configuration, under a VMAC; "" where the dump does not tell
    vip_interfaces: Tuple[str, ...] = ()  # where keepalived puts each of `vips`; shorter, or "", where it is not told


class FaultCause(NamedTuple):
    """The reason why an instance is in FAULT: a tracked thing that failed, its sync group, or its configuration."""

    instance: str
    # "interface", "script", "process", "bfd", "file"; "group": another instance of its sync group; "configuration"; "vrid":
    # another interface has the VRID too; "source": its interface has no address to send from.
    kind: str
    name: str  # of what failed, or of the sync group; "" for the last three


class TrackedState(NamedTuple):
    """Something that an instance tracks, as keepalived has it now."""

    instance: str
    kind: str  # "interface", "script", "process", "bfd", "file"
    name: str
    weight: int  # 0: its failure puts the instance into FAULT
    reverse: bool
    up: Optional[bool]  # None: keepalived does not know yet; and of a file, which has a number instead
    value: int  # a file's number; 0 of the others


@dataclass(frozen=True)
class Vrrp:
    """Every VRRP instance of keepalived's dump; sent whole."""

    at: float
    instances: Tuple[VrrpInstance, ...]
    error: Optional[str]
    faults: Tuple[FaultCause, ...] = ()  # of the instances in FAULT; none where it is not told
    tracked: Optional[Tuple[TrackedState, ...]] = (
        None  # None: it was not asked, for nothing seems to be tracked with a weight
    )


class Listening(NamedTuple):
    """An interface on which VRRP's multicast group was joined."""

    family: str  # "inet" or "inet6"
    interface: str
    since: float  # CLOCK_MONOTONIC


class Advertiser(NamedTuple):
    """A sender of adverts for one VRID on one interface. Times are CLOCK_MONOTONIC, by the kernel's own timestamps."""

    family: str  # "inet" or "inet6"
    interface: str
    source: str  # canonical text
    vrid: int
    version: int
    priority: int  # of the last advert; 0: it gives up
    interval: float  # seconds, as the last advert says
    adverts: int  # that were heard
    first: float
    last: float


@dataclass(frozen=True)
class Adverts:
    """All that a passive socket has heard since the agent listens: of others only, a Director does not hear itself."""

    at: float
    listening: Tuple[Listening, ...]
    heard: Tuple[Advertiser, ...]  # bounded
    lost: int  # adverts of which nothing is known: too many at once, or of too many
    error: Optional[str]
