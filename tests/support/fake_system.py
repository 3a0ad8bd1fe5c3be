"""A Director's machine in memory, for tests: its figures are set by the test, its files are a dictionary.

Faults: `refuse[name]` makes the port's call of that name refuse; `hang` makes it wait until the test lets it go.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace

from lvstui.director.journal import JournalEntry, LeftJournal, StartedBy, Swapped
from lvstui.director.protocol.change_messages import LeftFile, Replacement, Tested
from lvstui.director.protocol.checker_messages import Checkers
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.host_messages import Host, Sysctl, Sysctls
from lvstui.director.protocol.ipvs_messages import (
    Connection,
    Connections,
    RealServer,
    SampleConnections,
    Service,
    ServiceId,
    StateCount,
    SyncDaemons,
)
from lvstui.director.protocol.keepalived_messages import Keepalived, LoadedConfiguration
from lvstui.director.protocol.link_messages import Hello
from lvstui.director.protocol.vrrp_messages import Adverts, Vrrp
from lvstui.director.system import Event, IpvsTable, Refused, Unavailable

MAIN = "/etc/keepalived/keepalived.conf"
SERVICE = Service(ServiceId("inet", "tcp", "10.10.0.20", 80, 0), "rr", 0, 0, "", "", 0, 0, 0, 0, 0)


def real_server(port: int, weight: int = 1) -> RealServer:
    return RealServer("192.168.211.13", port, "NAT", weight, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def table(*reals: RealServer) -> IpvsTable:
    return IpvsTable(((SERVICE, reals),), counters=True)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class FakeSystem:
    def __init__(self) -> None:
        self.ipvs: IpvsTable | str = table(real_server(8081), real_server(8082))
        self.keepalived = Keepalived(0.0, True, 10, 11, 12, 1.0, "2.2.7", MAIN, "d1", "signal", 1.0, None)
        self.host = Host(0.0, 0.1, 2, None, None, (), None, None, None)
        self.loaded_copy: LoadedConfiguration | None = None
        self.vrrp = Vrrp(0.0, (), None)
        self.adverts: Adverts | None = None
        self.checkers = Checkers(0.0, (), None)
        self.disk: dict[str, bytes] = {MAIN: b"old\n"}
        self.candidates: dict[str, bytes] = {}
        self.kept: dict[str, bytes] = {}
        self.journal: JournalEntry | None = None
        self.restarted = False
        self.writing = False
        self.loaded = dict(self.disk)
        self.locked = False
        self.runs = True
        self.guarded = False
        self.closed = False
        self.calls: list[str] = []
        self.syslog: list[str] = []
        self.refuse: dict[str, str] = {}
        self.hang: dict[str, asyncio.Event] = {}
        self.tell: Callable[[Event], None] | None = None

    # --- reads ---

    def hello(self) -> Hello:
        return Hello(0.0, 0.0, "director1", "root", True, "6.1", "3.11", ())

    def read_ipvs(self) -> IpvsTable:
        self.calls.append("read_ipvs")
        if isinstance(self.ipvs, str):
            raise Unavailable(self.ipvs)
        return self.ipvs

    def read_host(self) -> Host:
        return self.host

    def read_sysctls(self) -> Sysctls:
        return Sysctls(0.0, (Sysctl("net.ipv4.vs.expire_nodest_conn", "0"),))

    def read_sync_daemons(self) -> SyncDaemons:
        return SyncDaemons(1.0, (), None)

    def read_keepalived(self) -> Keepalived:
        return self.keepalived

    def read_loaded(self) -> LoadedConfiguration | None:
        return self.loaded_copy

    async def read_vrrp(self) -> Vrrp:
        self.calls.append("read_vrrp")
        return self.vrrp

    def read_adverts(self) -> Adverts | None:
        return self.adverts

    async def read_checkers(self) -> Checkers:
        self.calls.append("read_checkers")
        return self.checkers

    def read_files(self, patterns: tuple[str, ...]) -> Files:
        files = tuple(File(path, data, sha256(data), 0.0, 0, 0, 0o644, None) for path, data in self.disk.items())
        return Files(0.0, MAIN, files, (), None)

    async def sample_connections(self, wanted: SampleConnections) -> Connections:
        self.calls.append(f"sample_connections {wanted.real_server.address}:{wanted.real_server.port}")
        rows = (Connection("10.10.0.99", 40001, "ESTABLISHED", 899),)
        return Connections(0.0, wanted.nonce, rows, (StateCount("ESTABLISHED", 1),), 0, True, 0.1, None)

    async def watch(self, tell: Callable[[Event], None]) -> None:
        self.tell = tell
        await asyncio.Event().wait()

    def watch_packets(self, seconds: float) -> None:
        self.calls.append(f"watch_packets {seconds:g}")

    # --- writes ---

    async def _call(self, name: str) -> None:
        self.calls.append(name)
        if name in self.hang:
            await self.hang[name].wait()
        if name in self.refuse:
            raise Refused(self.refuse[name])

    def _call_now(self, name: str) -> None:
        self.calls.append(name)
        if name in self.refuse:
            raise Refused(self.refuse[name])

    async def lock(self) -> None:
        await self._call("lock")
        self.locked = True

    def unlock(self) -> None:
        self.calls.append("unlock")
        self.locked = self.writing = False

    def left(self) -> LeftJournal | None:
        if self.journal is None or self.writing:
            return None
        return LeftJournal(self.journal, tuple(map(self._left, self.journal.files)), self.restarted)

    def _left(self, file: Swapped) -> LeftFile:
        holds = {file.old: "old", file.new: "new"}.get(sha256(self.disk[file.path]), "another")
        return LeftFile(file.path, holds, f"{file.path}.kept" if file.path in self.kept else "")

    def write_journal(self, entry: JournalEntry | None) -> None:
        self._call_now("forget" if entry is None else f"journal {entry.phase}")
        self.journal, self.writing = entry, entry is not None

    def stage(self, replacement: Replacement, *, write: bool) -> None:
        self._call_now("write" if write else "check")
        if sha256(self.disk[replacement.path]) != replacement.sha256:
            raise Refused(f"{replacement.path} has changed since it was read")
        if write:
            self.candidates[replacement.path] = replacement.data

    async def test(self, transaction: str, replacements: tuple[Replacement, ...]) -> Tested:
        await self._call("test")
        return Tested(transaction, 0, (), 0, (), True, "")

    def install(self, replacement: Replacement) -> None:
        self._call_now("install")
        self.kept[replacement.path] = self.disk[replacement.path]
        self.disk[replacement.path] = self.candidates.pop(replacement.path)

    def put_back(self, path: str, sha256: str) -> None:
        self._call_now("put_back")
        self.disk[path] = self.kept.pop(path)

    def discard(self, path: str) -> None:
        self._call_now("discard")
        self.candidates.pop(path, None)
        self.kept.pop(path, None)

    async def reload(self, limit: float, *, undo: bool) -> str:
        await self._call("reload")
        self.loaded = dict(self.disk)
        self.keepalived = replace(self.keepalived, loaded=self.keepalived.loaded + 1)
        return ""

    async def restart(self, limit: float) -> str:
        await self._call("restart")
        return "restarted"

    def how_started(self) -> StartedBy:
        self._call_now("how_started")
        return StartedBy("keepalived.service", ())

    async def guard(self, limit: float) -> None:
        await self._call("guard")
        self.guarded = True

    def dismiss_guard(self) -> None:
        self.calls.append("dismiss_guard")
        self.guarded = False

    async def halt(self, how: str, start: StartedBy) -> None:
        await self._call(how)
        self.runs = False

    async def start_again(self, start: StartedBy) -> str:
        await self._call("start_again")
        if self.runs:
            return ""
        self.runs, self.loaded = True, dict(self.disk)
        return "keepalived was started again"

    def log(self, line: str) -> None:
        self.syslog.append(line)

    def close(self) -> None:
        self.closed = True
