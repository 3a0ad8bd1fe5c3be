"""Simulate a Director behind the agent's `system` port: it reads and changes the world, and nothing of this machine."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable

from lvstui.demo.simulated_machine import SimulatedMachine
from lvstui.demo.simulated_packets import SimulatedPackets
from lvstui.demo.simulated_tables import checkers, connections, ipvs_table
from lvstui.demo.simulated_vrrp import SERVICE_LINK, VIP_ADDED
from lvstui.demo.world import PATH, STARTED_AGO, World
from lvstui.director.journal import JournalEntry, LeftJournal, StartedBy
from lvstui.director.linux.sighting_queue import SightingQueue
from lvstui.director.linux.sysctls import NAMES
from lvstui.director.protocol.change_messages import Replacement, Tested
from lvstui.director.protocol.checker_messages import Checkers
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.host_messages import Address, Host, Link, Network, Nic, Sysctl, Sysctls
from lvstui.director.protocol.ipvs_messages import Connections, SampleConnections, SyncDaemon, SyncDaemons
from lvstui.director.protocol.keepalived_messages import Keepalived, LoadedConfiguration, Log
from lvstui.director.protocol.link_messages import Hello
from lvstui.director.protocol.sighting_messages import Sighting
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
        self._packets = SimulatedPackets(world.vrrp, self._me, self._saw)
        self._sightings: SightingQueue | None = None  # while somebody watches
        self._packets_wanted = False
        self._tell: Callable[[Event], None] = lambda event: None
        self._state_told = self._me.state
        self._lines_sent = 0
        self._candidate: bytes | None = None
        self._kept: bytes | None = None
        self._locked = False
        self._mtime = time.time() - STARTED_AGO - 60

    def hello(self) -> Hello:
        return Hello(time.monotonic(), time.time(), self._me.name, "root", True, "6.1.0 (simulated)", "3.11", ())

    def read_ipvs(self) -> IpvsTable:
        self._world.advance(time.time())
        return ipvs_table(self._me)

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
        self._take_packets()
        return self._packets.adverts(time.monotonic())

    async def read_checkers(self) -> Checkers:
        return checkers(self._me, self._world.down, time.monotonic())

    def read_files(self, patterns: tuple[str, ...]) -> Files:
        file = File(PATH, self._me.data, _sha256(self._me.data), self._mtime, 0, 0, 0o644, None)
        return Files(time.monotonic(), PATH, (file,), (), None)

    async def sample_connections(self, wanted: SampleConnections) -> Connections:
        return connections(self._me, wanted, time.monotonic())

    async def watch(self, tell: Callable[[Event], None]) -> None:
        self.begin_watch(tell)
        while True:
            await asyncio.sleep(_STEP)
            self.look_again()

    def begin_watch(self, tell: Callable[[Event], None]) -> None:
        """Tell how everything is, and from now on, at each `look_again`, what has happened."""
        self._tell, self._sightings = tell, SightingQueue(tell, time.monotonic)
        if self._packets_wanted:
            self._sightings.packets = self._packets
        self._tell_network()
        tell(Log(time.monotonic(), "journald", True, tuple(self._me.log[-_HISTORY:]), None))
        self._lines_sent = len(self._me.log)

    def look_again(self) -> None:
        """Tell what has happened since the last look."""
        if self._take_packets():
            self._tell(self._packets.adverts(time.monotonic()))
        if self._me.state != self._state_told:
            self._tell_network()
        if len(self._me.log) > self._lines_sent:
            self._tell(Log(time.monotonic(), "journald", False, tuple(self._me.log[self._lines_sent :]), None))
            self._lines_sent = len(self._me.log)
        if self._sightings is not None and self._packets_wanted:
            self._sightings.flush()

    def _tell_network(self) -> None:
        self._state_told, network = self._me.state, self._network()
        self._tell(network)
        if self._sightings is not None:
            self._sightings.network(network)

    def watch_packets(self, seconds: float) -> None:
        self._packets_wanted = True
        self._packets.watch(seconds, time.monotonic())
        if self._sightings is not None:
            self._sightings.packets = self._packets
            self._sightings.tell_again()

    def _take_packets(self) -> bool:
        """Take in what was sent until now; return True if an advert is news."""
        now = time.time()
        self._world.advance(now)
        return self._packets.take(now, time.monotonic())

    def _saw(self, sighting: Sighting) -> None:
        if self._sightings is not None:
            self._sightings.add(sighting)

    def _network(self) -> Network:
        number, began = self._me.name[-1], time.monotonic() - time.time() + self._me.since
        addresses = [Address("ens33", f"10.10.0.1{number}", 24), Address("ens36", f"192.168.211.1{number}", 24)]
        if self._me.master:
            addresses += [
                Address(one.interface or "", vip, 32, began + VIP_ADDED)
                for one in self._me.configuration.vrrp
                for vip in one.vips
            ]
        links = (Link(SERVICE_LINK, self._me.state != "FAULT"), Link("ens36", True))
        return Network(time.monotonic(), links, tuple(addresses), None)

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
