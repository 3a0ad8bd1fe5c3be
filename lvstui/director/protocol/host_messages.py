"""Define what is told of the Director's machine: its links and addresses, its load, and its kernel settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional, Tuple


class Link(NamedTuple):
    """A network interface."""

    name: str
    up: bool  # administratively up and with carrier
    base: str = ""  # of a macvlan or ipvlan, as keepalived makes for use_vmac: the interface under it; "" otherwise
    answers: bool = True  # for its addresses, to ARP or neighbour solicitations: lo, dummies and most tunnels do not


class Address(NamedTuple):
    """An address that an interface has."""

    interface: str
    address: str
    prefix: int
    created: float = 0.0  # CLOCK_MONOTONIC, by the kernel; 0.0 not told


@dataclass(frozen=True)
class Network:
    """Every link and address of the Director's network namespace; sent whole, at once when one changes."""

    at: float
    links: Tuple[Link, ...]
    addresses: Tuple[Address, ...]
    error: Optional[str]


class Nic(NamedTuple):
    """The counters of a network interface since boot."""

    name: str
    in_bytes: int
    out_bytes: int
    dropped: int


@dataclass(frozen=True)
class Host:
    """The load of the Director's machine."""

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
    """One kernel setting."""

    name: str  # "net.ipv4.vs.expire_nodest_conn"
    value: str


@dataclass(frozen=True)
class Sysctls:
    """Kernel settings that LVS depends on, as the agent's network namespace has them; those that can be read."""

    at: float
    values: Tuple[Sysctl, ...]
