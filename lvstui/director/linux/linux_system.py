"""Implement the `System` port over this machine's kernel, processes and files.

`event_watch` follows what happens, `write_access` has the lock and the journal. Not for: decisions, and when something is read.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import socket
import sys
import syslog
import time
from typing import Callable, List, Optional, Tuple

from ..clocks import read_clocks
from ..journal import JournalEntry, LeftJournal, StartedBy
from ..protocol.change_messages import Replacement, Tested
from ..protocol.checker_messages import Checkers
from ..protocol.file_messages import Files
from ..protocol.host_messages import Host, Sysctls
from ..protocol.ipvs_messages import Connections, SampleConnections, SyncDaemons
from ..protocol.keepalived_messages import Keepalived, LoadedConfiguration
from ..protocol.link_messages import Hello, Missing
from ..protocol.vrrp_messages import Adverts, Vrrp
from ..system import Event, IpvsTable, NamespaceChanged, NotRunning, Refused
from .event_watch import EventWatch
from .files import candidate
from .files.config_files import ConfigFiles
from .guard_process import GuardProcess
from .host import HostReader
from .ipvs import connections
from .ipvs.ipvs_reader import IpvsReader
from .keepalived import candidate_test, halt
from .keepalived import reload as reloading
from .keepalived.daemon import Daemon
from .keepalived.keepalived_reader import KeepalivedReader
from .namespaces import enter, network_of
from .sysctls import read_sysctls
from .write_access import WriteAccess

_LOG_PATIENCE = 2.0  # seconds that the log is given to tell of the end of a reload
_ENDING = 5.0  # seconds that a daemon which ends is given for it
_STEP = 0.05  # seconds


class LinuxSystem:
    """The real machine. One per agent; synchronous reads take milliseconds."""

    def __init__(self, config: str = "", wanted: str = "") -> None:
        """Read this machine. `config`: keepalived's file while it does not run; its own command line says it while it runs.

        Of several keepalived the one that is called `wanted` is meant, or else the one with that file.
        """
        self._root = os.geteuid() == 0
        self._keepalived = KeepalivedReader(config, wanted)
        self._missing = self._enter()  # before anything is opened
        self._ipvs = IpvsReader()
        self._host = HostReader()
        self._files = ConfigFiles()
        self._access = WriteAccess(self._keepalived, self._root)
        self._events = EventWatch(self._keepalived)
        self._guard = GuardProcess(config, wanted)

    def _enter(self) -> Tuple[Missing, ...]:
        """Enter keepalived's network namespace; return what cannot be seen where that is not possible."""
        self._keepalived.read()
        daemon = self._keepalived.daemon
        self._network = network_of("self")
        if daemon is None or daemon.parent.network in (self._network, ""):
            return ()
        name = daemon.parent.namespace or daemon.parent.network
        try:
            if not self._root:
                raise PermissionError(0, "it needs root, or sudo without a password")
            enter(f"/proc/{daemon.process.pid}/ns/net")
        except OSError as error:
            why = f"keepalived runs in the network namespace {name}, which cannot be entered: {error.strerror}"
            return (Missing("IPVS, addresses, adverts and sysctls", why),)
        self._network = daemon.parent.network
        return ()

    # --- reads ---

    def hello(self) -> Hello:
        if self._keepalived.ambiguous is not None:
            raise self._keepalived.ambiguous
        missing: List[Missing] = [*self._missing, *self._ipvs.missing(), *self._host.missing()]
        if not self._root:
            missing.append(Missing("writing", "it needs root, or sudo without a password"))
        try:
            user = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            user = f"uid {os.geteuid()}"
        clocks = read_clocks()
        return Hello(
            at=clocks.monotonic,
            wall=clocks.wall,
            hostname=socket.gethostname(),
            user=user,
            root=self._root,
            kernel=os.uname().release,
            python=".".join(map(str, sys.version_info[:3])),
            missing=tuple(missing),
        )

    def read_ipvs(self) -> IpvsTable:
        self._ipvs.look_in(self._keepalived.ipvs_namespace)
        return self._ipvs.read()

    def read_host(self) -> Host:
        return self._host.read()

    def read_sysctls(self) -> Sysctls:
        return read_sysctls(self._keepalived.ipvs_namespace)

    def read_sync_daemons(self) -> SyncDaemons:
        return self._ipvs.read_daemons()

    def read_keepalived(self) -> Keepalived:
        known = self._keepalived.read()
        daemon = self._keepalived.daemon
        here = ("", self._network)
        if daemon is not None and self._root and not self._missing and daemon.parent.network not in here:
            raise NamespaceChanged(
                f"keepalived runs in another network namespace now: {known.namespace or 'the first one'}"
            )
        return known

    def read_loaded(self) -> Optional[LoadedConfiguration]:
        return self._keepalived.copy

    async def read_vrrp(self) -> Vrrp:
        if self._root:
            dump = await self._keepalived.vrrp()
        else:
            dump = Vrrp(time.monotonic(), (), "only root may ask keepalived for its VRRP state")
        self._events.vrrp_runs(dump.instances)
        return dump

    def read_adverts(self) -> Optional[Adverts]:
        return self._events.read_adverts()

    async def read_checkers(self) -> Checkers:
        if not self._root:
            return Checkers(time.monotonic(), (), "only root may ask keepalived for its checkers' state")
        return await self._keepalived.checkers()

    def read_files(self, patterns: Tuple[str, ...]) -> Files:
        return self._files.read(self._keepalived.config, patterns)

    async def sample_connections(self, wanted: SampleConnections) -> Connections:
        return await connections.sample(wanted, namespace=self._keepalived.ipvs_namespace)

    async def watch(self, tell: Callable[[Event], None]) -> None:
        await self._events.run(tell)

    def watch_packets(self, seconds: float) -> None:
        self._events.watch_packets(seconds)

    # --- writes ---

    async def lock(self) -> None:
        await self._access.lock()

    def unlock(self) -> None:
        self._access.unlock()

    def left(self) -> Optional[LeftJournal]:
        return self._access.left()

    def write_journal(self, entry: Optional[JournalEntry]) -> None:
        self._access.write_journal(entry)

    def stage(self, replacement: Replacement, *, write: bool) -> None:
        if write:
            candidate.write(replacement)
        else:
            candidate.check(replacement.path, replacement.sha256)

    async def test(self, transaction: str, replacements: Tuple[Replacement, ...]) -> Tested:
        return await candidate_test.test(self._running(), transaction, replacements)

    def install(self, replacement: Replacement) -> None:
        candidate.swap(replacement)

    def put_back(self, path: str, sha256: str) -> None:
        candidate.put_back(path, sha256)

    def discard(self, path: str) -> None:
        candidate.discard(path)

    async def reload(self, limit: float, *, undo: bool) -> str:
        try:
            await self._reload(limit)
        except Refused:
            if not undo or await self._runs():
                raise
            await reloading.start(self._access.unit)
            return "keepalived had ended, and was started again with them"
        return ""

    async def restart(self, limit: float) -> str:
        daemon = self._running()
        await reloading.restart(daemon.unit)
        end = time.monotonic() + limit
        while (now := self._keepalived.look()) is None or now.process.pid == daemon.process.pid or not now.vrrp:
            if time.monotonic() > end:
                raise Refused(f"keepalived did not run again within {limit:.0f} s")
            await asyncio.sleep(_STEP)
        self._keepalived.loaded_now()
        return "keepalived was restarted"

    async def _reload(self, limit: float) -> None:
        daemon = self._running()
        asked = time.monotonic()
        tells = self._events.has_log and self._keepalived.says_complete()
        patience = _LOG_PATIENCE if tells else 0.0
        await reloading.reload(daemon, lambda: self._keepalived.completed > asked, patience, limit)
        self._keepalived.loaded_now()

    async def _runs(self) -> bool:
        """Return True if keepalived still runs after the time that a daemon which ends needs for it."""
        end = time.monotonic() + _ENDING
        while self._keepalived.look() is not None:
            if time.monotonic() > end:
                return True
            await asyncio.sleep(_STEP)
        return False

    def how_started(self) -> StartedBy:
        return halt.how_started(self._running())

    async def guard(self, limit: float) -> None:
        await self._guard.start(limit, self._access.unit)

    def dismiss_guard(self) -> None:
        self._guard.dismiss()

    async def halt(self, how: str, start: StartedBy) -> None:
        await halt.halt(self._running(), how, start.unit)

    async def start_again(self, start: StartedBy) -> str:
        return await halt.start_again(start, self._keepalived.look)

    def log(self, line: str) -> None:
        syslog.openlog("lvstui", syslog.LOG_PID, syslog.LOG_DAEMON)
        syslog.syslog(syslog.LOG_NOTICE, "".join(one if one.isprintable() else " " for one in line))

    def close(self) -> None:
        self._access.unlock()
        self._ipvs.close()

    def _running(self) -> Daemon:
        daemon = self._keepalived.look()
        if daemon is None:
            raise NotRunning("keepalived does not run on this Director: start it")
        return daemon
