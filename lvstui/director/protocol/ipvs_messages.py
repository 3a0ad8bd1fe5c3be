"""Define what is told of IPVS: the kernel's table and its changes, and samples of the connection table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional, Tuple


class ServiceId(NamedTuple):
    """An IPVS service's identity in the kernel. With a fwmark, address is "" and protocol is "" and port 0."""

    family: str  # "inet" or "inet6"
    protocol: str  # "tcp", "udp", "sctp" or ""
    address: str  # canonical text, no brackets
    port: int
    fwmark: int


class RealServerId(NamedTuple):
    """A destination's identity within its IPVS service."""

    address: str
    port: int


class RealServer(NamedTuple):
    """A destination of an IPVS service: `ipvsadm -Ln --stats --thresholds` in one row. Counters are since its creation."""

    address: str
    port: int
    method: str  # "NAT", "DR", "TUN", "LOCAL", "BYPASS"
    weight: int
    upper: int  # connection thresholds; 0 is none
    lower: int
    active: int
    inactive: int
    persistent: int
    connections: int
    in_packets: int
    out_packets: int
    in_bytes: int
    out_bytes: int


class Service(NamedTuple):
    """An IPVS service: `ipvsadm -Ln --stats` in one row. Counters are since its creation."""

    id: ServiceId
    scheduler: str
    flags: int  # IP_VS_SVC_F_*: 0x1 persistent, 0x4 one-packet, 0x8, 0x10, 0x20 the scheduler's own
    timeout: int  # persistence, seconds; 0 without it
    netmask: str  # of persistence: "255.255.255.255", or a prefix length for IPv6
    engine: str  # persistence engine, "" without
    connections: int
    in_packets: int
    out_packets: int
    in_bytes: int
    out_bytes: int


class ServiceChange(NamedTuple):
    """The changes of one service since the last sample (all of it, in a full one)."""

    service: Service
    changed: Tuple[RealServer, ...]
    gone: Tuple[RealServerId, ...]


@dataclass(frozen=True)
class Ipvs:
    """One sample of the kernel's table. Sent at every tick, empty when nothing changed: it also says that figures are fresh."""

    at: float
    full: bool  # True: forget what was known before
    counters: bool  # False: connections, packets and bytes are not known (/proc/net/ip_vs)
    changed: Tuple[ServiceChange, ...]
    gone: Tuple[ServiceId, ...]
    error: Optional[str]


class SyncDaemon(NamedTuple):
    """A daemon of IPVS that synchronises connections (`ipvsadm --daemon`)."""

    role: str  # "master" sends, "backup" receives
    interface: str
    sync_id: int  # 0: a backup takes the connections of all


@dataclass(frozen=True)
class SyncDaemons:
    """All of them in the kernel."""

    at: float
    daemons: Tuple[SyncDaemon, ...]
    error: Optional[str]


@dataclass(frozen=True)
class SampleConnections:
    """Read the connection table once, for the connections of one real server. Answer: Connections.

    Whether that is cheap enough is the console's to judge. `services` may be several (a group's); `rows` is the most that
    are sent, `seconds` the longest that it may take.
    """

    nonce: int
    services: Tuple[ServiceId, ...]
    real_server: RealServerId
    rows: int
    seconds: float


class Connection(NamedTuple):
    """One entry of the kernel's connection table."""

    client: str
    client_port: int
    state: str  # "ESTABLISHED", "SYN_RECV", "UDP", ...
    expires: int  # seconds


class StateCount(NamedTuple):
    """The number of connections in one state."""

    state: str
    number: int


@dataclass(frozen=True)
class Connections:
    """The connections that were found of one real server: the answer to SampleConnections.

    `states` counts all that were found, `rows` are some of them, the rarest states first. `complete` False: the time was up
    before the end of the table, so there may be more. Persistence templates are counted apart: they are no connections.
    """

    at: float
    nonce: int
    rows: Tuple[Connection, ...]
    states: Tuple[StateCount, ...]
    templates: int
    complete: bool
    seconds: float  # that it took
    error: Optional[str]
