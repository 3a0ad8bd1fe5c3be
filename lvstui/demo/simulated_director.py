"""Simulate a Director behind the agent's `system` port: it reads and changes the world, and nothing of this machine."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable

from lvstui.demo.simulated_adverts import SimulatedAdverts
from lvstui.demo.world import PATH, STARTED_AGO, SimulatedMachine, World
from lvstui.director.journal import JournalEntry, LeftJournal, StartedBy
from lvstui.director.linux.sysctls import NAMES
from lvstui.director.protocol.change_messages import Replacement, Tested
from lvstui.director.protocol.checker_messages import Check, CheckedRealServer, CheckedVirtualServer, Checkers
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.host_messages import Address, Host, Link, Network, Nic, Sysctl, Sysctls
from lvstui.director.protocol.ipvs_messages import (
    Connection,
    Connections,
    RealServer,
    SampleConnections,
    Service,
    ServiceId,
    StateCount,
    SyncDaemon,
    SyncDaemons,
)
from lvstui.director.protocol.keepalived_messages import Keepalived, LoadedConfiguration, Log
from lvstui.director.protocol.link_messages import Hello
from lvstui.director.protocol.vrrp_messages import Adverts, Vrrp, VrrpInstance
from lvstui.director.system import Event, IpvsTable, Refused

_STEP = 0.1  # seconds
_SYNC_ID = 51  # of the daemons that synchronise connections
_HISTORY = 200  # lines of the log
_ADVERT = 60  # bytes on the wire
_SWITCHED_ON = ("net.ipv4.ip_forward", "net.ipv4.vs.conn_reuse_mode")  # of the kernel settings that are told
_RELOAD = 0.3  # seconds that a reload takes
_COMPLAINT = "(Line {line}) Unknown keyword 'nb_get_retry'"


class SimulatedSystem:
    """One Director of a world. The wall clock drives it."""

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self._me: SimulatedMachine = world.directors[name]
        self._adverts = SimulatedAdverts(world, self._me, time.time())
        self._candidate: bytes | None = None
        self._kept: bytes | None = None
        self._locked = False
        self._mtime = time.time() - STARTED_AGO - 60

    def hello(self) -> Hello:
        return Hello(time.monotonic(), time.time(), self._me.name, "root", True, "6.1.0 (simulated)", "3.11", ())

    def read_ipvs(self) -> IpvsTable:
        self._world.advance(time.time())
        services = []
        for server in self._me.configuration.virtual_servers:
            key = server.services[0]
            rows = [(real, row) for (service, real), row in self._me.rows.items() if service == key]
            reals = tuple(
                RealServer(
                    real.address,
                    real.port,
                    "NAT",
                    row.weight,
                    0,
                    0,
                    round(row.active),
                    round(row.inactive),
                    0,
                    row.shown[0],
                    row.shown[0] * 6,
                    row.shown[0] * 5,
                    row.shown[1],
                    row.shown[2],
                )
                for real, row in rows
            )
            totals = [sum(row.shown[index] for _, row in rows) for index in range(3)]
            id = ServiceId(key.family, key.protocol, key.address, key.port, key.fwmark)
            service = Service(
                id, server.scheduler, 0, 0, "255.255.255.255", "", totals[0], totals[0] * 6, totals[0] * 5, *totals[1:]
            )
            services.append((service, reals))
        return IpvsTable(tuple(services), True)

    def read_host(self) -> Host:
        passed = self._me.passed  # a NIC counts on and on; what the kernel shows of IPVS is refreshed every 2 s
        busy = 6.0 if self._me.master else 1.0
        adverts = int(time.time() - self._world.began) * _ADVERT  # a network is never quite still
        nics = (
            Nic("ens33", int(passed * 900) + adverts, int(passed * 14000), 0),
            Nic("ens36", int(passed * 14000) + adverts, int(passed * 900), 0),
        )
        tracked = round(sum(row.active + row.inactive for row in self._me.rows.values()))
        return Host(time.monotonic(), busy / 50, 2, busy, 21.0, nics, tracked, 65536, None)

    def read_sysctls(self) -> Sysctls:
        return Sysctls(time.monotonic(), tuple(Sysctl(name, "1" if name in _SWITCHED_ON else "0") for name in NAMES))

    def read_sync_daemons(self) -> SyncDaemons:
        role = "master" if self._me.master else "backup"
        return SyncDaemons(time.monotonic(), (SyncDaemon(role, "ens36", _SYNC_ID),), None)

    def read_keepalived(self) -> Keepalived:
        began = self._world.began - STARTED_AGO
        loaded = self._me.loaded
        return Keepalived(
            time.monotonic(), True, 610, 611, 612, began, "2.2.7", PATH, self._me.name, "systemd", loaded, None
        )

    def read_loaded(self) -> LoadedConfiguration | None:
        return None

    async def read_vrrp(self) -> Vrrp:
        master, backup, peer = self._me.master, self._me.state == "BACKUP", self._world.peer(self._me.name)
        instances = tuple(
            VrrpInstance(
                one.name,
                one.vrid or 0,
                one.interface or "",
                self._me.state,
                one.priority,
                one.priority,
                peer.priority if backup and peer.master else 0,
                one.advert_int,
                one.version,
                self._me.since,
                one.vips,
                int(time.time() - self._me.since) if backup else 0,
                int(time.time() - self._me.since) if master else 0,
                int(master),
                0,
            )
            for one in self._me.configuration.vrrp
        )
        return Vrrp(time.monotonic(), instances, None)

    def read_adverts(self) -> Adverts:
        return self._adverts.read(time.time(), time.monotonic())

    async def read_checkers(self) -> Checkers:
        checked: list[CheckedRealServer] = []
        quorums: list[CheckedVirtualServer] = []
        for server in self._me.configuration.virtual_servers:
            name = f"{server.services[0].address} {server.services[0].protocol} {server.services[0].port}"
            quorums.append(CheckedVirtualServer(name, server.quorum, server.hysteresis, True, None, None))
            for real in server.real_servers:
                alive = real.key not in self._world.down
                check = Check("TCP_CHECK", alive, True, 0)
                checked.append(
                    CheckedRealServer(
                        name, real.key.address, real.key.port, real.weight, real.weight, alive, alive, (check,)
                    )
                )
        return Checkers(time.monotonic(), tuple(checked), None, tuple(quorums))

    def read_files(self, patterns: tuple[str, ...]) -> Files:
        file = File(PATH, self._me.data, _sha256(self._me.data), self._mtime, 0, 0, 0o644, None)
        return Files(time.monotonic(), PATH, (file,), (), None)

    async def sample_connections(self, wanted: SampleConnections) -> Connections:
        found = [
            row
            for (_, real), row in self._me.rows.items()
            if (real.address, real.port) == (wanted.real_server.address, wanted.real_server.port)
        ]
        active, closing = round(sum(row.active for row in found)), round(sum(row.inactive for row in found))
        rows = [
            Connection(f"10.10.0.{100 + n % 90}", 32768 + n * 37 % 28000, "ESTABLISHED", 899) for n in range(active)
        ]
        rows += [
            Connection(f"10.10.0.{100 + n % 90}", 32768 + n * 53 % 28000, "FIN_WAIT", 118 - n % 90)
            for n in range(closing)
        ]
        counts = (("ESTABLISHED", active), ("FIN_WAIT", closing))
        states = tuple(StateCount(state, count) for state, count in counts if count)
        shown = tuple(rows[: wanted.rows])
        return Connections(time.monotonic(), wanted.nonce, shown, states, 0, True, 0.002, None)

    async def watch(self, tell: Callable[[Event], None]) -> None:
        tell(self._network())
        tell(Log(time.monotonic(), "journald", True, tuple(self._me.log[-_HISTORY:]), None))
        lines_sent = len(self._me.log)
        state, peer = self._me.state, self._world.peer(self._me.name)
        heard = peer.master
        while True:
            await asyncio.sleep(_STEP)
            self._world.advance(time.time())
            if self._me.state != state:
                state = self._me.state
                tell(self._network())
            if peer.master != heard:
                heard = peer.master
                tell(self.read_adverts())
            if len(self._me.log) > lines_sent:
                tell(Log(time.monotonic(), "journald", False, tuple(self._me.log[lines_sent:]), None))
                lines_sent = len(self._me.log)

    def watch_packets(self, seconds: float) -> None:
        """Do nothing: no packet travels here."""

    def _network(self) -> Network:
        number = self._me.name[-1]
        addresses = [Address("ens33", f"10.10.0.1{number}", 24), Address("ens36", f"192.168.211.1{number}", 24)]
        if self._me.master:
            addresses += [
                Address(one.interface or "", vip, 32) for one in self._me.configuration.vrrp for vip in one.vips
            ]
        up = self._me.state != "FAULT"
        return Network(time.monotonic(), (Link("ens33", up), Link("ens36", True)), tuple(addresses), None)

    # --- writing ---

    async def lock(self) -> None:
        if self._me.locked:
            raise Refused(f"another lvstui is changing {self._me.name}; nothing was changed")
        self._me.locked = self._locked = True

    def unlock(self) -> None:
        if self._locked:
            self._me.locked = self._locked = False

    def left(self) -> LeftJournal | None:
        return None  # no agent of it is ever killed

    def write_journal(self, entry: JournalEntry | None) -> None:
        """Do nothing: no change outlives this process."""

    def stage(self, replacement: Replacement, *, write: bool) -> None:
        if replacement.path != PATH or replacement.sha256 != _sha256(self._me.data):
            raise Refused(f"{replacement.path} was changed after it was read; nothing was changed")
        if write:
            self._candidate = replacement.data

    async def test(self, transaction: str, replacements: tuple[Replacement, ...]) -> Tested:
        staged = self._me.data if self._candidate is None else self._candidate  # on the other one nothing is written
        messages, in_force = _complaints(staged), _complaints(self._me.data)
        return Tested(transaction, _status(messages), messages, _status(in_force), in_force, True, "")

    def install(self, replacement: Replacement) -> None:
        assert self._candidate is not None
        self._kept, self._me.data, self._mtime = self._me.data, self._candidate, time.time()

    def put_back(self, path: str, sha256: str) -> None:
        assert self._kept is not None
        self._me.data, self._mtime = self._kept, time.time()

    def discard(self, path: str) -> None:
        self._candidate = self._kept = None

    async def reload(self, limit: float, *, undo: bool) -> str:
        await asyncio.sleep(_RELOAD)
        self._world.reload(self._me.name, time.time())
        return ""

    async def restart(self, limit: float) -> str:
        return await self.reload(limit, undo=False)

    def how_started(self) -> StartedBy:
        raise Refused("it is simulated: it cannot be stopped")

    async def guard(self, limit: float) -> None:
        """Do nothing: no change outlives this process."""

    def dismiss_guard(self) -> None:
        """Do nothing."""

    async def halt(self, how: str, start: StartedBy) -> None:
        raise Refused("it is simulated: it cannot be stopped")

    async def start_again(self, start: StartedBy) -> str:
        return ""

    def log(self, line: str) -> None:
        """Do nothing: a simulated machine has no syslog that anybody reads."""

    def close(self) -> None:
        self.unlock()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _complaints(data: bytes) -> tuple[str, ...]:
    """Return what keepalived 2.2.7 complains of in a file; the seed's own file has such lines, too."""
    lines = data.decode().splitlines()
    return tuple(_COMPLAINT.format(line=number) for number, line in enumerate(lines, 1) if "nb_get_retry" in line)


def _status(messages: tuple[str, ...]) -> int:
    """Return the status of `keepalived -t`: 5 when it complains of anything."""
    return 5 if messages else 0
