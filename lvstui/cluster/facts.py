"""What a plan needs to know of one Director, at the moment it is made. Taken from `cluster.state`; no judgement here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lvstui.cluster.view import UnfinishedView
from lvstui.director.messages import Files, Keepalived, RealServerId, ServiceId
from lvstui.keepalived import Configuration, RealServer, VirtualServer
from lvstui.keepalived import kernel_keys as _kernel_keys

KernelKey = tuple[ServiceId, RealServerId]
Weights = Mapping[KernelKey, int]


@dataclass(frozen=True)
class Facts:
    name: str
    live: bool  # linked, and its figures are fresh
    error: str | None  # why it is not
    role: str | None  # "MASTER", "BACKUP", "FAULT", "mixed"
    cannot_write: str | None  # why nothing can be written there: the observer's view
    keepalived: Keepalived | None
    files: Files | None
    configuration: Configuration | None
    pending: bool | None  # the file is newer than what keepalived has loaded
    weights: Weights | None  # the kernel's table; None: not known
    active: Mapping[KernelKey, int]  # active connections
    alive: Mapping[tuple[str, str], bool]  # the checkers' verdicts: (virtual server, real server)
    vrrp: Mapping[str, str | None]  # instance -> state
    hostname: str = ""  # its own name for itself, the same for every operator
    unfinished: UnfinishedView | None = None  # a change that has to be settled before another one
    seen_alive: frozenset[tuple[str, str]] = frozenset()  # of those alive, the ones whose checkers have all run
    inactive: Mapping[KernelKey, int] = field(default_factory=dict)  # inactive connections
    persistent: Mapping[KernelKey, int] = field(default_factory=dict)  # persistence templates
    sysctls: Mapping[str, str] = field(
        default_factory=dict
    )  # "net.ipv4.vs.expire_nodest_conn": "0", those that are known
    loaded: Files | None = None  # the files that keepalived has loaded; None: not known
    reload_s: float | None = None  # seconds that its last reload took


def kernel_keys(server: VirtualServer, real: RealServer) -> tuple[KernelKey, ...]:
    """The kernel's rows of one configured real server: several for a group or a range of addresses."""
    return tuple(
        (
            ServiceId(service.family, service.protocol, service.address, service.port, service.fwmark),
            RealServerId(key.address, key.port),
        )
        for service, key in _kernel_keys(server, real)
    )
