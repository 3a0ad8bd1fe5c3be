"""Hold what a plan needs to know of one Director, at the moment it is made. Taken from `cluster.state`; no judgement here."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from lvstui.cluster.director_facts import UnfinishedView
from lvstui.cluster.identity.kernel_key import KernelKey, kernel_keys
from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.instance_view import VipView
from lvstui.cluster.observed.vrrp.virtual_routers import Identity
from lvstui.cluster.servers.effective_weight import summed
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.ipvs_messages import RealServer as RealServerRow
from lvstui.director.protocol.ipvs_messages import RealServerId, ServiceId, SyncDaemons
from lvstui.director.protocol.keepalived_messages import Keepalived
from lvstui.keepalived import Configuration, ConfiguredRealServer, NamedInterface, VirtualServer, VrrpKey

if TYPE_CHECKING:
    from lvstui.cluster.observed.hung_processes import Hung

Weights = Mapping[KernelKey, int]


class ConnectionCounts(Mapping[KernelKey, int]):
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


class KnownTime(NamedTuple):
    """A time of the operator's wall clock, which may be so many seconds earlier or later."""

    wall: float
    uncertainty_s: float


class InstanceFacts(NamedTuple):
    """Hold what is known of a VRRP instance beside its state. None: not known."""

    adds: int = 0  # to its priority, by what it tracks now
    may_add: int = 0  # at the most, when all that it tracks is well
    hears: bool | None = None  # the adverts of another one
    since: KnownTime | None = None  # when it entered its state
    gave_up: KnownTime | None = None  # when another one was last heard to give up, with priority 0
    vips: tuple[VipView, ...] = ()


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
    pending: bool | None  # the files hold what keepalived has not loaded; None: not known
    weights: Weights | None  # the kernel's table; None: not known
    active: Mapping[KernelKey, int]  # active connections
    alive: Mapping[tuple[str, str], bool]  # the checkers' verdicts: (virtual server, real server)
    vrrp: Mapping[VrrpKey, str | None]  # instance -> state
    hostname: str = ""  # its own name for itself, the same for every operator
    unfinished: UnfinishedView | None = None  # a change that has to be settled before another one
    seen_alive: Container[tuple[str, str]] = frozenset()  # of those alive, the ones whose checkers have all run
    succeeded: Container[tuple[str, str]] = frozenset()  # of these, the ones whose last checks have all succeeded
    hung: tuple[Hung, ...] = ()  # processes of keepalived that do nothing
    added: Mapping[tuple[str, str], int] | None = None  # what checkers add to the weights, where not 0; None: not known
    suspended: Container[tuple[str, str]] = frozenset()  # those that it does not check now (`ha_suspend`)
    inactive: Mapping[KernelKey, int] = field(default_factory=dict)  # inactive connections
    persistent: Mapping[KernelKey, int] = field(default_factory=dict)  # persistence templates
    sysctls: Mapping[str, str] = field(
        default_factory=dict
    )  # "net.ipv4.vs.expire_nodest_conn": "0", those that are known
    loaded: Files | None = None  # the files that keepalived has loaded; None: not known
    reload_s: float | None = None  # seconds that its last reload took
    addresses: frozenset[str] = frozenset()  # that it has on any interface but lo
    services: frozenset[ServiceId] | None = None  # those that the kernel has; None: not known
    absent: tuple[NamedInterface, ...] = ()  # interfaces of VRRP that are not there: the reload would end keepalived
    links_known: bool = True  # which interfaces there are; without them `absent` tells nothing
    instances: tuple[Identity, ...] = ()  # of VRRP: what they are called there, and their VIPs
    details: Mapping[VrrpKey, InstanceFacts] = field(default_factory=dict)  # of these
    sync_daemons: SyncDaemons | None = None  # that synchronise connections; None: not known


def effective_weight(facts: Facts, server: VirtualServer, real: ConfiguredRealServer) -> int:
    """Return the weight that keepalived gives a real server while it is up: the configured one, with what its checkers add."""
    return summed(real.weight, (facts.added or {}).get((server.id, str(real.key)), 0))


def basis(facts: Facts, targets: Sequence[Target]) -> object:
    """Return what a plan for these targets is made from: while it is equal, so is the plan, but for numbers of connections.

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
        succeeded=frozenset(),
        suspended=frozenset(),
        details={key: one._replace(since=None, gave_up=None) for key, one in facts.details.items()},
        sync_daemons=None if facts.sync_daemons is None else replace(facts.sync_daemons, at=0.0),
    )
    return same, held
