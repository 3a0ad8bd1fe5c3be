"""Define what is told of keepalived's health checkers: real servers, quorums and the marks of groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional, Tuple

from .ipvs_messages import RealServerId


class Check(NamedTuple):
    """One health checker of a real server, from keepalived's checker dump."""

    method: str  # "TCP_CHECK", "HTTP_GET", "MISC_CHECK", ...
    up: bool
    has_run: bool
    weight: Optional[int] = None  # what it adds to the configured weight; None: this version does not tell
    enabled: bool = True  # not while it is suspended: `ha_suspend`, and the virtual server's address is not there
    retries: Optional[int] = None  # failed checks since the last that succeeded; None: this version does not tell


class CheckedRealServer(NamedTuple):
    """One configured real server, as keepalived's checker process has it."""

    virtual_server: str  # "10.10.0.20 tcp 80", "fwmark 7", "fwmark 7 inet6", "group tcp web", "group inet6 marks"
    address: str
    port: int
    weight: int  # as loaded from the file
    effective_weight: int  # with what its checkers add: what the kernel gets, and what counts for the quorum
    alive: bool
    in_ipvs: bool  # "RS set"
    checks: Tuple[Check, ...]


class CheckedVirtualServer(NamedTuple):
    """The quorum of one virtual server, as keepalived's checker process has it."""

    name: str  # as CheckedRealServer names it
    quorum: int
    hysteresis: int
    quorum_up: Optional[bool]  # None: this version does not tell
    sorry_server: Optional[RealServerId]
    sorry_alive: Optional[bool]  # is it put in; None: it has none, or this version does not tell


class GroupFwmark(NamedTuple):
    """The firewall mark that keepalived has given to a group of addresses, with `nftables_ipvs`."""

    group: str
    protocol: str  # "tcp", "udp", "sctp"
    fwmark: int


@dataclass(frozen=True)
class Checkers:
    """Every health checker of keepalived's checker dump; sent whole."""

    at: float
    real_servers: Tuple[CheckedRealServer, ...]
    error: Optional[str]
    virtual_servers: Tuple[CheckedVirtualServer, ...] = ()
    group_fwmarks: Tuple[GroupFwmark, ...] = ()


@dataclass(frozen=True)
class CheckersUnchanged:
    """The checkers were asked again: the last Checkers still says it all."""

    at: float
