"""What a plan needs to know of one Director, at the moment it is made. Taken from `cluster.state`; no judgement here."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from lvstui.cluster.intent import Target
from lvstui.cluster.view import UnfinishedView
from lvstui.director.messages import Files, Keepalived, RealServerId, ServiceId
from lvstui.director.messages import RealServer as RealServerRow
from lvstui.keepalived import Configuration, RealServer, RealServerKey, VirtualServer
from lvstui.keepalived import kernel_keys as _kernel_keys

KernelKey = tuple[ServiceId, RealServerId]
Weights = Mapping[KernelKey, int]


class Connections(Mapping[KernelKey, int]):
    """Of one kind, of each of the kernel's rows: `rows` as they are when something is asked."""

    def __init__(
        self,
        rows: Mapping[ServiceId, Mapping[tuple[str, int], RealServerRow]],
        kind: Literal["active", "inactive", "persistent"],
    ) -> None:
        self._rows = rows
        self._kind = kind

    def __getitem__(self, key: KernelKey) -> int:
        service, real = key
        count: int = getattr(self._rows[service][real], self._kind)
        return count

    def __iter__(self) -> Iterator[KernelKey]:
        return ((service, RealServerId(*real)) for service, rows in self._rows.items() for real in rows)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))


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
    seen_alive: Container[tuple[str, str]] = frozenset()  # of those alive, the ones whose checkers have all run
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


def find(configuration: Configuration, target: Target) -> tuple[VirtualServer, RealServer] | None:
    """A target in a configuration, if it is there."""
    server = configuration.virtual_server(target.virtual_server)
    real = server.real_server(RealServerKey.parse(target.real_server)) if server else None
    return (server, real) if server is not None and real is not None else None


def basis(facts: Facts, targets: Sequence[Target]) -> object:
    """What a plan for these targets is made from: while it is equal, so is the plan, but for numbers of connections.

    Cheap to compare with an earlier one: what did not change is the same object.
    """
    kinds = (facts.active, facts.inactive, facts.persistent)
    found = [find(facts.configuration, target) for target in targets] if facts.configuration is not None else []
    held = [one and [any(kind.get(key, 0) for key in kernel_keys(*one)) for kind in kinds] for one in found]
    keepalived = None if facts.keepalived is None else replace(facts.keepalived, at=0.0)
    files, loaded = (None if one is None else replace(one, at=0.0) for one in (facts.files, facts.loaded))
    nothing: Mapping[KernelKey, int] = {}
    same = replace(
        facts,
        keepalived=keepalived,
        files=files,
        loaded=loaded,
        active=nothing,
        inactive=nothing,
        persistent=nothing,
        seen_alive=frozenset(),
    )
    return same, held
