"""Hold what a configuration says, typed: VRRP instances, virtual servers, real servers, with their effective values.

Effective means what keepalived would put into the kernel: defaults and inherited values filled in, duplicates gone,
ports corrected. Where each value comes from is told by `origins`.

Not for: reading (see `load`) nor changing (see `edit`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lvstui.keepalived.keys import RealServerKey, ServiceKey, VrrpKey
from lvstui.keepalived.parsing.dialect import Version
from lvstui.keepalived.parsing.statements import Expansion
from lvstui.keepalived.parsing.syntax import Diagnostic
from lvstui.keepalived.reading.checker import Checker
from lvstui.keepalived.reading.master_down import master_down
from lvstui.keepalived.reading.vrrp_interfaces import NamedInterface
from lvstui.keepalived.secrets import values_in

GroupFwmarks = tuple[tuple[tuple[str, str], int], ...]  # ((group, protocol), firewall mark)
Span = tuple[int, int]  # first and last statement, in the Expansion; the last is beyond its end in a block never closed


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as it was read."""

    path: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class GlobalDefs:
    """The settings of `global_defs`: all of them, and by name those that lvstui looks at."""

    router_id: str | None = None
    script_user: str | None = None
    enable_script_security: bool = False
    reload_check_config: bool = False
    vrrp_strict: bool = False
    settings: tuple[tuple[str, ...], ...] = ()  # all of global_defs, each statement's words


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Hold what the comment of a priority that was lowered for a handover remembers."""

    priority: int
    when: str  # "2026-11-29 08:10", local time of the operator
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConfiguredVrrpInstance:
    """A VRRP instance, as keepalived puts it into effect."""

    name: str
    vrid: int | None  # None: not set, or not valid
    interface: str | None
    state: str  # "MASTER" | "BACKUP", as keepalived would begin
    priority: int
    advert_int: float  # seconds
    down_timer_adverts: int  # that do not come, and a BACKUP becomes MASTER
    version: int  # VRRP version, 2 or 3
    family: str  # "inet" | "inet6", which keepalived takes from the first address that it reads in the block
    vips: tuple[str, ...]  # addresses without prefix
    vips_excluded: tuple[str, ...]
    vip_devices: tuple[tuple[str, str], ...]  # (address, interface) of each VIP of both kinds that says `dev`, in order
    nopreempt: bool
    preempt_delay: float  # seconds
    unicast_src_ip: str | None
    unicast_peers: tuple[str, ...]
    vmac: str | None  # the interface that keepalived makes for it on `interface`
    auth: str | None  # "PASS" | "AH" | "HMAC"
    sync_group: str | None
    settings: tuple[tuple[str, ...], ...]  # every statement of the block, but for the password
    path: str
    line: int
    end_line: int
    span: Span = field(repr=False, compare=False)
    handed_over: HandedOver | None = None
    priority_at: int | None = field(default=None, repr=False, compare=False)  # the statement; None: it has none

    @property
    def key(self) -> VrrpKey:
        """Return what tells it from all other instances on its link."""
        return VrrpKey(self.interface or "", self.vrid or 0, self.family)

    @property
    def master_down(self) -> float:
        """Return the seconds without an advert after which it becomes MASTER, of a MASTER with the same interval."""
        return master_down(self.priority, self.version, self.advert_int, self.down_timer_adverts)


@dataclass(frozen=True, slots=True)
class SyncGroup:
    """A sync group and its members in effect."""

    name: str
    instances: tuple[str, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Drained:
    """Hold what a drained weight's comment remembers."""

    weight: int
    when: str  # "2026-11-22 14:01", local time of the operator
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConfiguredRealServer:
    """A real server of a file, with the values that take effect."""

    key: RealServerKey
    weight: int
    drained: Drained | None
    inhibit_on_failure: bool
    checkers: tuple[Checker, ...]
    method: str  # "NAT" | "DR" | "TUN"
    uthreshold: int
    lthreshold: int
    alpha: bool
    path: str
    line: int
    end_line: int  # of the closing brace
    span: Span = field(repr=False, compare=False)
    weight_at: int | None = field(repr=False, compare=False)  # the statement of `weight`; None: it has none of its own

    @property
    def misc_dynamic(self) -> bool:
        """Return True if the exit status of a MISC_CHECK's script sets its weight."""
        return any(checker.misc_dynamic for checker in self.checkers)

    @property
    def file_checks(self) -> tuple[Checker, ...]:
        """Return those of its checkers that add to its weight what a file says."""
        return tuple(checker for checker in self.checkers if checker.kind == "FILE_CHECK" and checker.weight)


@dataclass(frozen=True, slots=True)
class SorryServer:
    """The server that serves while a virtual server has lost its quorum."""

    key: RealServerKey
    method: str
    inhibit: bool
    path: str
    line: int


@dataclass(frozen=True)
class VirtualServer:
    """A virtual server, with the values that take effect and all its real servers."""

    id: str  # "tcp/10.10.0.20:80", "fwmark/7", "group/web"; "group/DNS/tcp" where several protocols share the group
    services: tuple[ServiceKey, ...]  # in the kernel
    group: str | None
    protocol: str  # "tcp" | "udp" | "sctp" | "" with firewall marks alone
    scheduler: str
    flags: tuple[str, ...]  # "sh-fallback", "ops", ...
    method: str
    quorum: int  # no more than the sum of the weights
    configured_quorum: int
    hysteresis: int
    quorum_up: str | None  # the command that keepalived runs when it is gained
    quorum_down: str | None  # and when it is lost
    sorry_server: SorryServer | None
    persistence_timeout: int | None  # seconds
    persistence_engine: str | None
    inhibit_on_failure: bool
    alpha: bool
    omega: bool
    delay_loop: float  # seconds
    weight: int  # of a real server that has none of its own
    ha_suspend: bool
    real_servers: tuple[ConfiguredRealServer, ...]
    path: str
    line: int
    end_line: int
    span: Span = field(repr=False, compare=False)
    said: object = field(default_factory=object, repr=False, compare=False)  # the same one while its lines say the same
    also: tuple[VirtualServer, ...] = ()  # later ones of the same name: `real_servers` has theirs too, nothing else has

    @property
    def qualifier(self) -> str:
        """Return what tells it from the others of its group: the protocol, or the family of a group of firewall marks."""
        return self.protocol or (self.services[0].family if self.services else "inet")

    @property
    def full_id(self) -> str:
        """Return the name under which `Configuration.virtual_server` finds it whatever else is configured there."""
        return self.id if self.group is None else f"group/{self.group}/{self.qualifier}"

    @property
    def own_real_servers(self) -> tuple[ConfiguredRealServer, ...]:
        """Return those that stand in its own block."""
        if not self.also:
            return self.real_servers
        first, last = self.span
        return tuple(real for real in self.real_servers if first < real.span[0] <= last)

    def real_server(self, key: RealServerKey) -> ConfiguredRealServer | None:
        """Return the real server of that address and port, if there is one."""
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> Mapping[RealServerKey, ConfiguredRealServer]:
        return {real.key: real for real in reversed(self.real_servers)}

    @cached_property
    def tracks_files(self) -> bool:
        """Return True if a file that is defined elsewhere has a part in a weight."""
        return any(checker.kind == "FILE_CHECK" for real in self.real_servers for checker in real.checkers)

    @cached_property
    def weighed(self) -> tuple[ConfiguredRealServer, ...]:
        """Return the real servers to whose weight a script or a tracked file adds."""
        return tuple(real for real in self.real_servers if real.misc_dynamic or real.file_checks)

    @cached_property
    def misc_dynamic(self) -> tuple[ConfiguredRealServer, ...]:
        """Return the real servers whose weight a script sets."""
        return tuple(real for real in self.real_servers if real.misc_dynamic)


def kernel_keys(server: VirtualServer, real: ConfiguredRealServer) -> tuple[tuple[ServiceKey, RealServerKey], ...]:
    """Return where the kernel has this real server: once in each service; but for NAT, at the service's own port."""
    return tuple(
        (
            service,
            real.key if real.method == "NAT" else RealServerKey(real.key.address, service.port),
        )
        for service in server.services
    )


@dataclass(frozen=True)
class Configuration:
    """A Director's whole configuration, as its keepalived would load it."""

    path: str
    config_id: str
    version: Version | None  # of the keepalived that reads it; None: not known
    files: tuple[SourceFile, ...]  # the main one first
    include_patterns: tuple[str, ...]  # glob patterns, braces expanded, in the order they were met
    global_defs: GlobalDefs
    vrrp: tuple[ConfiguredVrrpInstance, ...]
    sync_groups: tuple[SyncGroup, ...]
    virtual_servers: tuple[VirtualServer, ...]
    shadowed: tuple[VirtualServer, ...]  # of the name of an earlier one, which has their real servers too
    diagnostics: tuple[Diagnostic, ...]
    fatal: Diagnostic | None  # the first thing at which keepalived would end, at its start and at a reload
    expansion: Expansion = field(repr=False, compare=False)
    globs: tuple[tuple[str, tuple[str, ...]], ...] = field(repr=False, compare=False)  # what each pattern matched
    complained: tuple[int, ...] = field(default=(), repr=False, compare=False)  # statements with a diagnostic, in order
    ignored: tuple[VirtualServer, ...] = ()  # by keepalived, because they have no real server
    meeting: Mapping[ServiceKey, Sequence[VirtualServer]] = field(default_factory=dict, repr=False, compare=False)
    # the kernel's services that several of them make, and those that do, in the order of the file
    interfaces: Mapping[str, Sequence[NamedInterface]] = field(default_factory=dict, repr=False, compare=False)
    fwmarks: GroupFwmarks = ()  # that its daemon is known to have given to groups of addresses

    def virtual_server(self, id: str) -> VirtualServer | None:
        """Return the virtual server of that name, if there is one. Its `full_id` finds it too."""
        found = self._by_id.get(id)
        if found is None and id.startswith("group/"):
            alone = self._by_id.get(id.rpartition("/")[0])
            found = alone if alone is not None and alone.full_id == id else None
        return found

    @cached_property
    def defined_secrets(self) -> tuple[str, ...]:
        """Return the secrets that definitions hold, the longest first: they may stand in any value that is read."""
        return values_in((source.data for source in self.files), ())

    @cached_property
    def _by_id(self) -> Mapping[str, VirtualServer]:
        return {server.id: server for server in reversed(self.virtual_servers)}
