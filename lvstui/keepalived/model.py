"""What a configuration says, typed: VRRP instances, virtual servers, real servers, with their effective values.

Effective means what keepalived would put into the kernel: defaults and inherited values filled in, duplicates gone,
ports corrected. Where each value comes from is told by `origins`.

Not for: reading (see `load`) nor changing (see `edit`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lvstui.keepalived.keys import RealServerKey, ServiceKey
from lvstui.keepalived.statements import Expansion
from lvstui.keepalived.syntax import Diagnostic

Version = tuple[int, int, int]
Span = tuple[int, int]  # first and last statement, in the Expansion; the last is beyond its end in a block never closed


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it was read."""

    path: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class GlobalDefs:
    router_id: str | None = None
    script_user: str | None = None
    enable_script_security: bool = False
    reload_check_config: bool = False
    vrrp_strict: bool = False
    settings: tuple[tuple[str, ...], ...] = ()  # all of global_defs, each statement's words


@dataclass(frozen=True, slots=True)
class VrrpInstance:
    name: str
    vrid: int | None  # None: not set, or not valid
    interface: str | None
    state: str  # "MASTER" | "BACKUP", as keepalived would begin
    priority: int
    advert_int: float  # seconds
    version: int  # VRRP version, 2 or 3
    vips: tuple[str, ...]  # addresses without prefix
    vips_excluded: tuple[str, ...]
    nopreempt: bool
    preempt_delay: float  # seconds
    unicast_src_ip: str | None
    unicast_peers: tuple[str, ...]
    settings: tuple[tuple[str, ...], ...]  # every statement of the block, but for the password
    path: str
    line: int
    end_line: int
    span: Span = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SyncGroup:
    name: str
    instances: tuple[str, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Checker:
    kind: str  # "TCP_CHECK", ...
    options: tuple[str, ...]  # its statements, such as "connect_timeout 3"
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Drained:
    """What a drained weight's comment remembers."""

    weight: int
    when: str  # "2026-11-22 14:01", local time of the operator
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class RealServer:
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
        """Does the exit status of a MISC_CHECK's script set its weight?"""
        return any("misc_dynamic" in option.split() for checker in self.checkers for option in checker.options)


@dataclass(frozen=True, slots=True)
class SorryServer:
    key: RealServerKey
    method: str
    inhibit: bool
    path: str
    line: int


@dataclass(frozen=True)
class VirtualServer:
    id: str  # "tcp/10.10.0.20:80", "fwmark/7", "group/web"
    services: tuple[ServiceKey, ...]  # in the kernel
    group: str | None
    protocol: str  # "tcp" | "udp" | "sctp" | "" with firewall marks alone
    scheduler: str
    flags: tuple[str, ...]  # "sh-fallback", "ops", ...
    method: str
    quorum: int  # no more than the sum of the weights
    configured_quorum: int
    hysteresis: int
    sorry_server: SorryServer | None
    persistence_timeout: int | None  # seconds
    persistence_engine: str | None
    inhibit_on_failure: bool
    alpha: bool
    omega: bool
    delay_loop: float  # seconds
    weight: int  # of a real server that has none of its own
    ha_suspend: bool
    real_servers: tuple[RealServer, ...]
    path: str
    line: int
    end_line: int
    span: Span = field(repr=False, compare=False)
    said: object = field(default_factory=object, repr=False, compare=False)  # the same one while its lines say the same

    def real_server(self, key: RealServerKey) -> RealServer | None:
        """The real server of that address and port, if there is one."""
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> Mapping[RealServerKey, RealServer]:
        return {real.key: real for real in reversed(self.real_servers)}

    @cached_property
    def misc_dynamic(self) -> tuple[RealServer, ...]:
        """The real servers whose weight a script sets."""
        return tuple(real for real in self.real_servers if real.misc_dynamic)


def kernel_keys(server: VirtualServer, real: RealServer) -> tuple[tuple[ServiceKey, RealServerKey], ...]:
    """Where the kernel has this real server: once in each service; but for NAT, at the service's own port."""
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
    files: tuple[Source, ...]  # the main one first
    include_patterns: tuple[str, ...]  # glob patterns, braces expanded, in the order they were met
    global_defs: GlobalDefs
    vrrp: tuple[VrrpInstance, ...]
    sync_groups: tuple[SyncGroup, ...]
    virtual_servers: tuple[VirtualServer, ...]
    shadowed: tuple[VirtualServer, ...]  # of the same service as an earlier one
    diagnostics: tuple[Diagnostic, ...]
    fatal: Diagnostic | None  # keepalived ends at this, so nothing is loaded
    expansion: Expansion = field(repr=False, compare=False)
    globs: tuple[tuple[str, tuple[str, ...]], ...] = field(repr=False, compare=False)  # what each pattern matched
    complained: tuple[int, ...] = field(default=(), repr=False, compare=False)  # statements with a diagnostic, in order

    def virtual_server(self, id: str) -> VirtualServer | None:
        """The virtual server of that name, if there is one."""
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> Mapping[str, VirtualServer]:
        return {server.id: server for server in reversed(self.virtual_servers)}
