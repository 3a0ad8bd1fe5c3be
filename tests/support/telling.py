"""Two Directors as their agents tell of them: the messages that tests feed to ClusterState, and a clock of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.state import ClusterState
from lvstui.cluster.view import ClusterView, DirectorView, Problem, RealServerView, Severity
from lvstui.director.protocol.checker_messages import Check, CheckedRealServer, CheckedVirtualServer, Checkers
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.host_messages import Address, Link, Network
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, RealServerId, Service, ServiceChange, ServiceId
from lvstui.director.protocol.keepalived_messages import Keepalived, Log, LogLine
from lvstui.director.protocol.link_messages import Hello
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.director.protocol.vrrp_messages import Advertiser, Adverts, Listening, Vrrp, VrrpInstance

WALL = 1_800_000_000.0  # the operator's wall clock when `now` is 0
OFF = 40.0  # the Directors' wall clocks are that many seconds ahead of it
VIPS = {"VI_1": "10.10.0.20", "VI_2": "192.168.211.20"}
WEB = ServiceId("inet", "tcp", "10.10.0.20", 80, 0)
MAIN = "/etc/keepalived/keepalived.conf"
NAMES = ("director1", "director2")
REAL = "192.168.211.13:8081"
PROBLEM = Problem(ProblemKind.DOWN, "down", Severity.ERROR, "8081 is DOWN", "", None, 0.0)


def configuration(weights: Mapping[int, int | str] | None = None, *, state: str = "MASTER", extra: str = "") -> bytes:
    """The seed's, with these weights by port."""
    weights = {8081: 1, 8082: 1, 8083: 1} if weights is None else weights
    instances = "".join(
        f"vrrp_instance {name} {{\n state {state}\n interface ens{33 + 3 * i}\n virtual_router_id {51 + 10 * i}\n"
        f" priority 100\n advert_int 1\n virtual_ipaddress {{\n {vip}\n }}\n}}\n"
        for i, (name, vip) in enumerate(VIPS.items())
    )
    reals = "".join(
        f" real_server 192.168.211.13 {port} {{\n  weight {weight}\n  TCP_CHECK {{\n  }}\n }}\n"
        for port, weight in weights.items()
    )
    server = f"virtual_server 10.10.0.20 80 {{\n lb_algo rr\n lb_kind NAT\n protocol TCP\n{extra}{reals}}}\n"
    return (instances + server).encode()


def row(port: int, weight: int = 1, *, active: int = 0, inactive: int = 0, connections: int = 0) -> RealServer:
    counters = (connections, connections * 6, connections * 5, connections * 394, connections * 424)
    return RealServer("192.168.211.13", port, "NAT", weight, 0, 0, active, inactive, 0, *counters)


def service(id: ServiceId = WEB) -> Service:
    return Service(id, "rr", 0, 0, "255.255.255.255", "", 0, 0, 0, 0, 0)


def checked(port: int, *, alive: bool = True, weight: int = 1) -> CheckedRealServer:
    check = Check("TCP_CHECK", alive, True)
    return CheckedRealServer("10.10.0.20 tcp 80", "192.168.211.13", port, weight, weight, alive, alive, (check,))


def advertiser(
    source: str, last: float, *, vrid: int = 51, priority: int = 100, adverts: int = 90, interface: str = "ens33"
) -> Advertiser:
    """One advert a second until `last`."""
    return Advertiser("inet", interface, source, vrid, 2, priority, 1.0, adverts, last - adverts + 1, last)


class Pair:
    """A ClusterState, and what its two Directors would say."""

    def __init__(self, interval: float = 1.0) -> None:
        self.now = 1000.0
        self._daemons: dict[str, Keepalived] = {}
        self._data: dict[str, bytes] = {}
        self.state = ClusterState(NAMES, self.now, WALL + self.now, interval=interval)

    def after(self, seconds: float) -> Pair:
        self.now += seconds
        return self

    def wall(self, now: float | None = None) -> float:
        """The Directors' wall clock."""
        return WALL + OFF + (self.now if now is None else now)

    def say(self, name: str, *messages: FromAgent) -> None:
        for message in messages:
            self.state.receive(name, message, self.now)

    def link(self, name: str, *, root: bool = True) -> None:
        self.state.connecting(name, self.now)
        self.state.connected(name, "root" if root else "observer", self.now)
        self.say(name, Hello(self.now, self.wall(), name, "root", root, "6.1.0", "3.11.2", ()))

    def up(self, *, masters: Iterable[str] = ("director1",)) -> Pair:
        """Both linked, everything as it should be."""
        for name in NAMES:
            self.link(name)
            self.ipvs(name, row(8081), row(8082), row(8083))
            self.keepalived(name)
            self.network(name, *(VIPS.values() if name in masters else ()))
            self.vrrp(name, "MASTER" if name in masters else "BACKUP")
            self.checkers(name, checked(8081), checked(8082), checked(8083))
            self.files(name, configuration())
            self.log(name, history=True)
        return self

    def ipvs(self, name: str, *rows: RealServer, full: bool = True, gone: Iterable[RealServerId] = ()) -> None:
        changes = (ServiceChange(service(), rows, tuple(gone)),) if rows or gone else ()
        self.say(name, Ipvs(self.now, full, True, changes, (), None))

    def keepalived(
        self, name: str, *, running: bool = True, pid: int = 100, loaded: float | None = None, later: float = 0.0
    ) -> None:
        """Tell of a daemon, which was started so many seconds `later` than that of the pid is told to be."""
        loaded = self.wall(900.5) if loaded is None else loaded
        started = self.wall(900.5 if pid == 100 else self.now) + later
        times = (started, loaded) if running else (0.0, 0.0)
        pids = (pid, pid + 1, pid + 2) if running else (0, 0, 0)
        told = Keepalived(self.now, running, *pids, times[0], "2.2.7", MAIN, name, "systemd", times[1], None)
        self._daemons[name] = told
        self.say(name, told)

    def network(self, name: str, *addresses: str) -> None:
        held = tuple(Address("ens33", address, 32) for address in addresses)
        self.say(name, Network(self.now, (Link("ens33", True), Link("ens36", True)), held, None))

    def vrrp(self, name: str, *states: str, since: float = 950.0, masters: int = 0) -> None:
        states = states * 2 if len(states) == 1 else states
        self.say(
            name,
            Vrrp(
                self.now,
                tuple(
                    VrrpInstance(
                        instance, 51 + 10 * i, f"ens{33 + 3 * i}", state, 100, 100, 100, 1.0, 2, self.wall(since),
                        (vip,), 0, 0, masters, 0,
                    )
                    for i, ((instance, vip), state) in enumerate(zip(VIPS.items(), states, strict=True))
                ),
                None,
            ),
        )  # fmt: skip

    def adverts(
        self,
        name: str,
        *heard: Advertiser,
        since: float = 900.0,
        lost: int = 0,
        error: str | None = None,
        interfaces: Iterable[str] = ("ens33", "ens36"),
    ) -> None:
        listening = () if error else tuple(Listening("inet", interface, since) for interface in interfaces)
        self.say(name, Adverts(self.now, listening, heard, lost, error))

    def checkers(self, name: str, *servers: CheckedRealServer, quorums: Iterable[CheckedVirtualServer] = ()) -> None:
        self.say(name, Checkers(self.now, servers, None, tuple(quorums)))

    def files(self, name: str, data: bytes, *, mtime: float | None = None) -> None:
        """The main file; without a time of its own it is one that keepalived has loaded since."""
        modified = self.wall(800.0) if mtime is None else mtime
        file = File(MAIN, data, hashlib.sha256(data).hexdigest(), modified, 0, 0, 0o644, None)
        self.say(name, Files(self.now, MAIN, (file,), (), None))
        daemon, before = self._daemons.get(name), self._data.get(name, data)
        self._data[name] = data
        if mtime is None and data != before and daemon is not None and daemon.running:
            self._daemons[name] = replace(daemon, loaded=daemon.loaded + 0.001)
            self.say(name, self._daemons[name])

    def log(self, name: str, *lines: str, history: bool = False, at: float | None = None) -> None:
        wall = self.wall(at)
        told = tuple(LogLine(wall, "Keepalived", line) for line in lines)
        self.say(name, Log(self.now, "journald", history, told, None))

    def sample(self) -> Pair:
        """Both Directors say that nothing changed."""
        for name in NAMES:
            self.ipvs(name, full=False)
        return self

    def view(self) -> ClusterView:
        self.state.tick(self.now)
        return self.state.view(self.now, WALL + self.now)

    def director(self, name: str) -> DirectorView:
        return next(director for director in self.view().directors if director.name == name)

    def vrrp_of(self, name: str, instance: str = "VI_1") -> VrrpView:
        return next(one for one in self.director(name).vrrp if one.name == instance)

    def real(self, id: str = REAL) -> RealServerView:
        return next(real for server in self.view().virtual_servers for real in server.real_servers if real.id == id)

    def events(self) -> list[str]:
        """Each as one line."""
        return [f"{event.source} {event.subject} {event.text}" for event in self.view().events]

    def problems(self) -> dict[str, str]:
        return {problem.id: problem.text for problem in self.view().problems}
