"""What the console and the agent say to each other: the one vocabulary of both ends.

Facts only, as the kernel, keepalived and the file system show them; what they mean is worked out in `cluster`.
Times: `at` is the Director's CLOCK_MONOTONIC in seconds, `wall` its CLOCK_REALTIME in seconds since the epoch.
`error` in a message says why its figures are not known; the figures beside it are then empty and mean nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional, Tuple, Union

# --- what the agent says -------------------------------------------------------------------------------------------


class Missing(NamedTuple):
    """Something that this link cannot do or see, in words for the operator."""

    what: str  # "IPVS counters", "host metrics", "writing"
    why: str  # the reason and what would mend it


@dataclass(frozen=True)
class Hello:
    """The first message of an agent: who and where it is."""

    at: float
    wall: float
    hostname: str
    user: str
    root: bool  # False: the observer's view
    kernel: str  # uname -r
    python: str
    missing: Tuple[Missing, ...]


class ServiceId(NamedTuple):
    """An IPVS service's identity in the kernel. With a fwmark, address is "" and protocol is "" and port 0."""

    family: str  # "inet" or "inet6"
    protocol: str  # "tcp", "udp", "sctp" or ""
    address: str  # canonical text, no brackets
    port: int
    fwmark: int


class RealServerId(NamedTuple):
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
    """What is new of one service since the last sample (all of it, in a full one)."""

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


class Link(NamedTuple):
    name: str
    up: bool  # administratively up and with carrier


class Address(NamedTuple):
    interface: str
    address: str
    prefix: int


@dataclass(frozen=True)
class Network:
    """Every link and address of the Director's network namespace; sent whole, at once when one changes."""

    at: float
    links: Tuple[Link, ...]
    addresses: Tuple[Address, ...]
    error: Optional[str]


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
    vips: Tuple[str, ...]  # addresses without prefix
    adverts_received: int
    adverts_sent: int
    become_master: int
    release_master: int


@dataclass(frozen=True)
class Vrrp:
    at: float
    instances: Tuple[VrrpInstance, ...]
    error: Optional[str]


class Listening(NamedTuple):
    """An interface on which VRRP's multicast group was joined."""

    family: str  # "inet" or "inet6"
    interface: str
    since: float  # CLOCK_MONOTONIC


class Advertiser(NamedTuple):
    """Who was heard to advertise a VRID, on one interface. Times are CLOCK_MONOTONIC, by the kernel's own timestamps."""

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


class Check(NamedTuple):
    """One health checker of a real server, from keepalived's checker dump."""

    method: str  # "TCP_CHECK", "HTTP_GET", "MISC_CHECK", ...
    up: bool
    has_run: bool


class CheckedRealServer(NamedTuple):
    """What keepalived's checker process thinks of one configured real server."""

    virtual_server: str  # as the dump names it: "10.10.0.20 tcp 80", "fwmark 7", "group web"
    address: str
    port: int
    weight: int  # as loaded from the file
    effective_weight: int
    alive: bool
    in_ipvs: bool  # "RS set"
    checks: Tuple[Check, ...]


@dataclass(frozen=True)
class Checkers:
    at: float
    real_servers: Tuple[CheckedRealServer, ...]
    error: Optional[str]


@dataclass(frozen=True)
class Keepalived:
    """The daemon: is it there, which, and how it is run. `error` when that cannot be known."""

    at: float
    running: bool
    pid: int  # the parent's; 0 when not running
    vrrp_pid: int
    checkers_pid: int
    started: float  # wall; 0.0 when not running
    version: str  # "2.2.7"; "" unknown
    config: str  # absolute path of the main file, from -f or the default
    config_id: str  # -i, or the short hostname
    manager: str  # "systemd" or "signal": how it is reloaded
    loaded: float  # wall of its last (re)load as far as it is known; 0.0 unknown
    error: Optional[str]


class LogLine(NamedTuple):
    wall: float
    identifier: str  # "Keepalived", "Keepalived_vrrp", "Keepalived_healthcheckers"
    text: str


@dataclass(frozen=True)
class Log:
    """Lines of keepalived's log, oldest first. The first one is the recent past (history), then as they come."""

    at: float
    source: str  # "journald", a file's path, or "" when there is none
    history: bool
    lines: Tuple[LogLine, ...]
    error: Optional[str]


class Nic(NamedTuple):
    name: str
    in_bytes: int
    out_bytes: int
    dropped: int


@dataclass(frozen=True)
class Host:
    at: float
    load1: float
    cpus: int
    cpu_percent: Optional[float]
    memory_percent: Optional[float]
    nics: Tuple[Nic, ...]
    conntrack: Optional[int]
    conntrack_max: Optional[int]
    error: Optional[str]


class Sysctl(NamedTuple):
    name: str  # "net.ipv4.vs.expire_nodest_conn"
    value: str


@dataclass(frozen=True)
class Sysctls:
    """Kernel settings that LVS depends on, as the agent's network namespace has them; those that can be read."""

    at: float
    values: Tuple[Sysctl, ...]


class File(NamedTuple):
    """A file of the configuration, as it is on the disk. `error` when it could not be read; `data` is then empty."""

    path: str
    data: bytes
    sha256: str  # hexadecimal
    mtime: float
    uid: int
    gid: int
    mode: int  # permission bits
    error: Optional[str]


class Match(NamedTuple):
    """The paths that a pattern stands for now, as glob(3) sorts them: regular files without any x bit."""

    pattern: str
    paths: Tuple[str, ...]


@dataclass(frozen=True)
class Files:
    """The configuration: keepalived's main file and all that the watched patterns match. Sent whole when one changes."""

    at: float
    main: str
    files: Tuple[File, ...]
    matches: Tuple[Match, ...]
    error: Optional[str]


@dataclass(frozen=True)
class Tested:
    """What `keepalived -t` said of the staged files, beside what it says of those in force.

    Messages are as printed, in order. `isolated`: run in a mount and PID namespace of its own with the candidate in the
    live file's place; otherwise the answer is worth less, and `note` says why.
    """

    transaction: str
    status: int
    messages: Tuple[str, ...]
    status_in_force: int
    messages_in_force: Tuple[str, ...]
    isolated: bool
    note: str


@dataclass(frozen=True)
class Step:
    """A step of a transaction ended. `ok` False: it did not happen, and `detail` says why and how things were left."""

    transaction: str
    step: str  # "stage", "test", "install", "confirm", "close", "roll back", "settle"
    ok: bool
    detail: str
    undone: bool = True  # of a step that is not ok: everything is as it was before the change


class LeftFile(NamedTuple):
    """A file of a change that was left unfinished."""

    path: str
    holds: str  # "old", "new", "another" (changed by another hand), "nothing" (it cannot be read)
    kept: str  # where the old file is kept beside it; "" when it is not


class LeftChange(NamedTuple):
    transaction: str
    title: str
    by: str
    when: float  # wall
    files: Tuple[LeftFile, ...]
    note: str  # what its agent could still say; "" when it was killed
    confirmed: bool  # it was verified on every Director, but not closed


@dataclass(frozen=True)
class Unfinished:
    """What an agent that was killed, or could not undo its change, has left for the operator to settle.

    `change` None: there is nothing, or `error` says why it cannot be known. Until it is settled every Stage is refused.
    """

    at: float
    change: Optional[LeftChange]
    error: Optional[str]
    busy: str = ""  # the transaction that another agent there is at


class Connection(NamedTuple):
    """One entry of the kernel's connection table."""

    client: str
    client_port: int
    state: str  # "ESTABLISHED", "SYN_RECV", "UDP", ...
    expires: int  # seconds


class StateCount(NamedTuple):
    state: str
    number: int


@dataclass(frozen=True)
class Connections:
    """What was found of one real server's connections. The answer to SampleConnections.

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


@dataclass(frozen=True)
class Pong:
    """The answer to Ping."""

    at: float
    nonce: int


@dataclass(frozen=True)
class Goodbye:
    """The agent ends, and why: it cannot run here, or could not understand a frame."""

    reason: str


# --- what the console says -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SetInterval:
    """Seconds between samples, 0.2 to 10."""

    seconds: float


@dataclass(frozen=True)
class Watch:
    """Absolute glob patterns (no braces) of the included files; replaces the patterns of before."""

    patterns: Tuple[str, ...]


@dataclass(frozen=True)
class Refresh:
    """Read VRRP, checkers and files anew, and send a full IPVS sample, now."""


@dataclass(frozen=True)
class Ping:
    nonce: int


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


class Replacement(NamedTuple):
    path: str
    sha256: str  # of the file that is to be replaced
    data: bytes  # the whole new file


@dataclass(frozen=True)
class Stage:
    """Take the lock, check the hashes, write the candidates beside the files, test them. Answers: Step stage, Tested, Step test.

    `unchanged` are the other files of the configuration with their hashes: they must still be what was read.
    `deadline` is the number of seconds without any message of the console after which the agent rolls back by itself.
    """

    transaction: str
    replacements: Tuple[Replacement, ...]
    unchanged: Tuple[Replacement, ...]  # with empty data
    deadline: float
    title: str  # what is changed, by whom and why: for the Director's syslog, and for whoever finds the change open
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Install:
    """Swap the staged files in, reload keepalived, wait until it has read them. Answers: Step install."""

    transaction: str
    limit: float = (
        300.0  # seconds that a reload is given, the one of a roll-back too: thousands of real servers take minutes
    )


@dataclass(frozen=True)
class Confirm:
    """Do not roll back by itself any more: every Director is verified. Answers: Step confirm.

    Until Close or RollBack it stays written down, so that a console that is killed between the Directors is found out.
    """

    transaction: str


@dataclass(frozen=True)
class Close:
    """Every Director has confirmed: forget the old files. Answers: Step close."""

    transaction: str


@dataclass(frozen=True)
class RollBack:
    """Undo what the transaction did so far, reload if it was installed, release the lock. Answers: Step roll back."""

    transaction: str


@dataclass(frozen=True)
class Settle:
    """End a change that was left unfinished. Answers: Step settle.

    `keep`: the files stay as they are; otherwise the old ones are put back. Either way keepalived reads them.
    """

    transaction: str
    keep: bool
    limit: float = 300.0  # seconds that the reload is given


FromAgent = Union[
    Hello, Ipvs, Network, Vrrp, Adverts, Checkers, Keepalived, Log, Host, Sysctls, Files, Tested, Step, Unfinished,
    Connections, Pong, Goodbye,
]  # fmt: skip
FromConsole = Union[
    SetInterval, Watch, Refresh, Ping, SampleConnections, Stage, Install, Confirm, Close, RollBack, Settle
]
Message = Union[FromAgent, FromConsole]
