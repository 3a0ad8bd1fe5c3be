"""Put into effect what is configured: defaults, inheritance, duplicates, ports, quorum.

The order of the steps is keepalived's own, because some depend on others.

Not for: reading statements (see `checker_process`).
"""

from __future__ import annotations

from lvstui.keepalived.drain_comment import mark_of
from lvstui.keepalived.keys import RealServerKey, ServiceKey
from lvstui.keepalived.parsing.cooperative import with_checkpoints
from lvstui.keepalived.parsing.numbers import UNSIGNED_MAX
from lvstui.keepalived.parsing.statements import Expansion
from lvstui.keepalived.reading.defaults import DELAY_LOOP_S, METHOD, PERSISTENCE_S, SCHEDULER
from lvstui.keepalived.reading.model import ConfiguredRealServer, Drained, SorryServer, VirtualServer
from lvstui.keepalived.reading.servers.as_written import Real, Sorry, Virtual
from lvstui.keepalived.reading.servers.checker_process import Servers
from lvstui.keepalived.reading.servers.checkers import checkers_of
from lvstui.keepalived.reading.servers.fwmarks import Fwmarks
from lvstui.keepalived.reading.servers.groups import Group, services_of


class EffectiveServers:
    """Makes the virtual servers of a reading; `complaints` has what keepalived would say while it does so."""

    def __init__(self, expansion: Expansion, servers: Servers, fwmarks: Fwmarks | None) -> None:
        self.complaints: list[tuple[int, str]] = []
        self.lowered: set[tuple[int, str]] = set()  # those of a quorum that the weights cannot reach
        self.fatals: list[tuple[int, str]] = []  # statements at which the checker process ends, and why
        self.servers: list[VirtualServer] = []  # in the order of the file; not yet named apart (see `sharing`)
        self._expansion = expansion
        self._groups = servers.groups
        self._fwmarks = fwmarks
        for virtual in servers.virtuals:
            server = virtual if isinstance(virtual, VirtualServer) else self._virtual_server(virtual)
            if server is not None:
                self.servers.append(server)

    def _complain(self, index: int, message: str) -> None:
        self.complaints.append((index, message))

    def _at(self, index: int) -> tuple[str, int]:
        return self._expansion.path_and_line(min(index, len(self._expansion.places) - 1))

    def _virtual_server(self, virtual: Virtual) -> VirtualServer | None:
        group = self._group_of(virtual)
        if virtual.group is not None and group is None:
            return None
        if not virtual.reals:
            self._complain(virtual.first, 'this virtual server has no real servers: keepalived says "ignoring"')
        said = len(self.complaints)
        self._settle_protocol(virtual, group)
        reals = self._distinct(virtual)
        self._settle_methods(virtual, reals)
        self._settle_ports(virtual, reals)
        services = self._services(virtual, group)
        weights = sum(virtual.weight if real.weight is None else real.counted for real in reals)
        quorum = min(virtual.quorum, weights)
        if quorum < virtual.quorum:
            self._complain(virtual.first, f"quorum {virtual.quorum} is more than the weights: reduced to {quorum}")
            self.lowered.add(self.complaints[-1])
        if not reals:
            del self.complaints[said:]  # it is passed over before anything else is looked at
        path, line = self._at(virtual.first)
        return VirtualServer(
            id=f"group/{virtual.group}" if virtual.group is not None else str(services[0]),
            services=services,
            group=virtual.group,
            protocol=virtual.protocol,
            scheduler=virtual.scheduler or SCHEDULER,
            flags=_flags(virtual),
            method=virtual.method or METHOD,
            quorum=quorum,
            configured_quorum=virtual.quorum,
            quorum_up=virtual.quorum_up,
            quorum_down=virtual.quorum_down,
            hysteresis=min(virtual.hysteresis, quorum - 1) if quorum else UNSIGNED_MAX,  # it wraps: never gained again
            sorry_server=self._sorry_server(virtual.sorry),
            persistence_timeout=virtual.persistence_timeout,
            persistence_engine=virtual.persistence_engine,
            inhibit_on_failure=virtual.inhibit,
            alpha=virtual.alpha,
            omega=virtual.omega,
            delay_loop=DELAY_LOOP_S if virtual.times.delay_loop is None else virtual.times.delay_loop,
            weight=virtual.weight,
            ha_suspend=virtual.ha_suspend,
            real_servers=tuple(self._real_server(virtual, real) for real in with_checkpoints(reals)),
            path=path,
            line=line,
            end_line=self._at(virtual.last)[1],
            span=(virtual.first, virtual.last),
        )

    def _group_of(self, virtual: Virtual) -> Group | None:
        if virtual.group is None:
            return None
        group = self._groups.get(virtual.group)
        if group is None:
            self._complain(virtual.first, f"virtual_server_group {virtual.group!r} does not exist: it is passed over")
            return None
        families = group.families
        if virtual.family is not None and families and families != {virtual.family}:
            self._complain(virtual.first, "its group is of another address family: it is passed over")
            return None
        if len(families) == 1:
            virtual.family = virtual.family or next(iter(families))
        return group

    def _settle_protocol(self, virtual: Virtual, group: Group | None) -> None:
        by_address = bool(group.ranges) if group is not None else virtual.fwmark is None
        if by_address:
            if not virtual.protocol:
                self._complain(virtual.first, "no protocol is set: it is UDP")
                virtual.protocol = "udp"
            ports = [entry.port for entry in group.ranges] if group is not None else [virtual.port]
            if not virtual.persistence_timeout and not all(ports):
                self._complain(virtual.first, "port 0 is for persistent services alone: persistence is set")
                virtual.persistence_timeout = PERSISTENCE_S
        else:
            virtual.protocol = ""
        if "ops" in virtual.flags and by_address and virtual.protocol != "udp":
            self._complain(virtual.first, "ops is for UDP alone: ignored")
            virtual.flags = [flag for flag in virtual.flags if flag != "ops"]

    def _distinct(self, virtual: Virtual) -> list[Real]:
        seen: dict[tuple[str, int], Real] = {}
        for real in virtual.reals:
            if (real.address, real.port) in seen:
                self._complain(real.first, "this real server is there before: the second one does not count")
            else:
                seen[real.address, real.port] = real
        return list(seen.values())

    def _settle_methods(self, virtual: Virtual, reals: list[Real]) -> None:
        servers: list[Real | Sorry] = [*reals, *([virtual.sorry] if virtual.sorry else [])]
        for one in servers:
            if one.method is None:
                one.method = virtual.method = virtual.method or METHOD

    def _settle_ports(self, virtual: Virtual, reals: list[Real]) -> None:
        if virtual.group is not None:
            return
        port = 0 if virtual.fwmark is not None else virtual.port
        for real in reals:
            if real.method == "NAT":
                if virtual.fwmark is None:
                    real.port = real.port or virtual.port
                continue
            if real.port not in (0, port):
                self._complain(real.first, f"the port of a {real.method} real server is its virtual server's: {port}")
            real.port = port
        if virtual.sorry is not None and virtual.sorry.method != "NAT":
            virtual.sorry.port = port

    def _services(self, virtual: Virtual, group: Group | None) -> tuple[ServiceKey, ...]:
        if group is not None:
            if self._fwmarks is not None and group.ranges and not group.marks:
                families = (virtual.family,) if virtual.family else sorted(group.families)
                number = self._fwmarks.number(group.name, virtual.protocol) if virtual.reals else 0
                return tuple(ServiceKey.marked(number, family) for family in families if number)
            entries = (*group.ranges, *group.marks)
            found = (services_of(entry, virtual.protocol, virtual.family or "inet") for entry in entries)
            return tuple(dict.fromkeys(key for keys in found for key in keys))
        if virtual.fwmark is not None:
            return (ServiceKey.marked(virtual.fwmark, virtual.family or "inet"),)
        return (ServiceKey.at(virtual.protocol, virtual.address, virtual.port),)

    def _sorry_server(self, sorry: Sorry | None) -> SorryServer | None:
        if sorry is None:
            return None
        path, line = self._at(sorry.at)
        key = RealServerKey(sorry.address, sorry.port)
        return SorryServer(key, sorry.method or METHOD, sorry.inhibit, path, line)

    def _real_server(self, virtual: Virtual, real: Real) -> ConfiguredRealServer:
        path, line = self._at(real.first)
        key = RealServerKey(real.address, real.port)
        return ConfiguredRealServer(
            key=key,
            weight=virtual.weight if real.weight is None else real.weight,
            drained=self._drained(real, key),
            inhibit_on_failure=virtual.inhibit if real.inhibit is None else real.inhibit,
            checkers=checkers_of(self._expansion, virtual, real),
            method=real.method or METHOD,
            uthreshold=real.uthreshold,
            lthreshold=real.lthreshold,
            alpha=virtual.alpha if real.alpha is None else real.alpha,
            path=path,
            line=line,
            end_line=self._at(real.last)[1],
            span=(real.first, real.last),
            weight_at=None if real.weight is None else real.weight_at,
        )

    def _drained(self, real: Real, key: RealServerKey) -> Drained | None:
        if real.weight != 0:
            return None
        found = mark_of(self._expansion.comment(real.weight_at), str(key))
        if found is None:
            return None
        return Drained(found.mark.number, found.mark.when, found.mark.by, found.mark.reason)


def _flags(virtual: Virtual) -> tuple[str, ...]:
    """Return the flags by the names that the scheduler gives them: flag-1 of sh is sh-fallback."""
    scheduler = virtual.scheduler or SCHEDULER
    names = {"flag-1": f"{scheduler}-fallback", "flag-2": f"{scheduler}-port"} if scheduler in ("sh", "mh") else {}
    return tuple(dict.fromkeys(names.get(flag, flag) for flag in virtual.flags))
