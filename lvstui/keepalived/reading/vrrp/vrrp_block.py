"""Hold a VRRP instance while keepalived reads its block: each statement in turn, as the version's parser takes it.

The order counts: the first address gives the family, a version that was set before is not set to another one, and what
does not fit is dropped where it stands. What keepalived makes of the whole block afterwards is in `vrrp_effective`.

Not for: the statements themselves (see `vrrp_statements`).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from lvstui.keepalived.keys import family_of
from lvstui.keepalived.parsing.dialect import Version
from lvstui.keepalived.parsing.numbers import MICROSECONDS
from lvstui.keepalived.parsing.vrrp_addresses import VirtualAddress
from lvstui.keepalived.reading.vrrp.vrrp_tracks import TrackedItem


@dataclass
class VrrpBlock:
    """Collect what is read of one block; None where nothing was set."""

    name: str
    index: int  # of the statement that opens it
    keepalived: Version
    down_timer_adverts: int
    dynamic: bool = False  # interfaces may come later (dynamic_interfaces)
    taken: Set[str] = frozenset()  # names of VMACs that earlier instances have
    family: str | None = None
    version: int | None = None
    state: str | None = None
    priority: int | None = None
    vrid: int | None = None
    interface: str | None = None
    advert_int: int = MICROSECONDS
    nopreempt: bool = False
    preempt_delay: int = 0
    strict: bool | None = None
    source: str | None = None
    mcast_destination: str | None = None
    peers: list[str] = field(default_factory=list)
    says_unicast: bool = False  # some keyword of unicast stands there
    fault_without_peers: bool = False
    vips: list[VirtualAddress] = field(default_factory=list)
    excluded: list[VirtualAddress] = field(default_factory=list)
    without_vips: bool = False  # no_virtual_ipaddress
    vmac: str | None = None  # the interface's name; "": keepalived gives it one
    ipvlan: bool = False
    auth: str | None = None  # "PASS" | "AH"
    password: bool = False
    hmac: bool = False  # auth_hmac stands there
    hmac_receives: bool = False  # mode receive-only
    hmac_keys: set[int] = field(default_factory=set)
    hmac_active: int = 0
    options: dict[str, bytes] = field(default_factory=dict)  # of those that other values may forbid, their last word
    tracks: list[TrackedItem] = field(default_factory=list)
    at: dict[str, int] = field(default_factory=dict)  # the last statement of each keyword
    complaints: list[tuple[int, str]] = field(default_factory=list)
    fatals: list[tuple[int, str]] = field(default_factory=list)

    def where(self, *keywords: str) -> int:
        """Return the statement that a message is about: the last of these, else the one that opens the block."""
        return max((self.at[keyword] for keyword in keywords if keyword in self.at), default=self.index)

    def complain(self, message: str, *keywords: str) -> None:
        self.complaints.append((self.where(*keywords), message))

    def fits(self, found: str) -> bool:
        """Return True if the instance can have this address; the first one gives it the family."""
        self.family = self.family or family_of(found)
        return self.family == family_of(found)
