"""A Director as the agent sees it: the `System` port over this machine's kernel, processes and files."""

from __future__ import annotations

import asyncio
import os
import pwd
import socket
import sys
import syslog
import time
from typing import TYPE_CHECKING, Callable, List, Optional, Tuple

from ..journal import Entry, Left
from ..messages import (
    Adverts,
    Checkers,
    Connections,
    Files,
    Hello,
    Host,
    Keepalived,
    Log,
    Missing,
    Network,
    Replacement,
    SampleConnections,
    Sysctls,
    Tested,
    Vrrp,
    VrrpInstance,
)
from ..system import Changed, Event, IpvsTable, NotRunning, Refused
from . import candidate, configtest, connections, journal
from . import reload as reloading
from .daemon import DEFAULT_CONFIG, Daemon
from .files import ConfigFiles
from .host import HostReader
from .ipvs import IpvsReader
from .keepalived import Watched
from .lock import FolderLock
from .log import follow
from .network import watch_network
from .process import started
from .sysctls import read_sysctls

if TYPE_CHECKING:
    from .adverts import AdvertListener

_LOG_PATIENCE = 2.0  # seconds that the log is given to tell of the end of a reload
_RELOOK = 1.0  # seconds
_PARTING = 0.5  # seconds
_ENDING = 5.0  # seconds that a daemon which ends is given for it
_STEP = 0.05  # seconds
_CLOCKS = 1.0  # seconds between a process's start as /proc tells it and the wall clock, at most


class LinuxSystem:
    """The real machine. One per agent; synchronous reads take milliseconds."""

    def __init__(self, config: str = DEFAULT_CONFIG) -> None:
        """`config`: keepalived's file while it does not run; while it runs, its own command line says it."""
        self._root = os.geteuid() == 0
        self._ipvs = IpvsReader()
        self._host = HostReader()
        self._keepalived = Watched(config)
        self._files = ConfigFiles()
        self._lock = FolderLock()
        self._main = config  # as of the last daemon that was seen
        self._unit = ""  # that keepalived ran under when the lock was taken
        self._writing = False  # a journal of this agent is open
        self._has_log = False
        self._instances: Tuple[VrrpInstance, ...] = ()  # of the last dump that had any
        self._where = asyncio.Event()  # that VRRP runs may have changed
        self._listener: Optional[AdvertListener] = None

    # --- reads ---

    def hello(self) -> Hello:
        missing: List[Missing] = [*self._ipvs.missing(), *self._host.missing()]
        if not self._root:
            why = "it needs root, or sudo without a password"
            missing += [Missing("writing", why), Missing("VRRP and checker state", why)]
        try:
            user = pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            user = f"uid {os.geteuid()}"
        return Hello(
            at=time.monotonic(),
            wall=time.time(),
            hostname=socket.gethostname(),
            user=user,
            root=self._root,
            kernel=os.uname().release,
            python=".".join(map(str, sys.version_info[:3])),
            missing=tuple(missing),
        )

    def read_ipvs(self) -> IpvsTable:
        return self._ipvs.read()

    def read_host(self) -> Host:
        return self._host.read()

    def read_sysctls(self) -> Sysctls:
        return read_sysctls()

    def read_keepalived(self) -> Keepalived:
        return self._keepalived.read()

    async def read_vrrp(self) -> Vrrp:
        if self._root:
            dump = await self._keepalived.vrrp()
        else:
            dump = Vrrp(time.monotonic(), (), "only root may ask keepalived for its VRRP state")
        self._instances = dump.instances or self._instances
        self._where.set()
        return dump

    def read_adverts(self) -> Optional[Adverts]:
        return None if self._listener is None else self._listener.read()

    async def read_checkers(self) -> Checkers:
        if not self._root:
            return Checkers(time.monotonic(), (), "only root may ask keepalived for its checkers' state")
        return await self._keepalived.checkers()

    def read_files(self, patterns: Tuple[str, ...]) -> Files:
        return self._files.read(self._keepalived.read().config, patterns)

    async def sample_connections(self, wanted: SampleConnections) -> Connections:
        return await connections.sample(wanted)

    async def watch(self, tell: Callable[[Event], None]) -> None:
        def log(message: Log) -> None:
            self._has_log = message.error is None
            self._keepalived.log_said(message)
            tell(message)

        def network(state: Network) -> None:
            tell(state)
            if self._instances:
                self._where.set()

        parts = [
            asyncio.ensure_future(part)
            for part in (watch_network(network), self._watch_daemon(tell), self._follow_log(log), self._listen(tell))
        ]
        try:
            await asyncio.gather(*parts)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.wait(parts, timeout=_PARTING)

    async def _watch_daemon(self, tell: Callable[[Event], None]) -> None:
        """A process that ends is known at once, by its pidfd; one that begins, at the next tick."""
        while True:
            daemon = self._keepalived.look()
            if await self._keepalived.ask_program():
                tell(Changed("keepalived"))
            if daemon is None:
                await asyncio.sleep(_RELOOK)
            else:
                await _one_ended(daemon)
                tell(Changed("keepalived"))

    async def _follow_log(self, tell: Callable[[Log], None]) -> None:
        """Again when another daemon runs: it may log elsewhere."""
        daemon = self._keepalived.look()
        await follow(daemon, tell)

    async def _listen(self, tell: Callable[[Event], None]) -> None:
        """To adverts, after the first dump: it says where, and nothing else has to wait for it."""
        await self._where.wait()
        from .adverts import AdvertListener

        self._listener = AdvertListener()
        listening = asyncio.ensure_future(self._listener.run(tell))
        try:
            while True:
                self._where.clear()
                self._listener.join(self._instances)
                await self._where.wait()
        finally:
            listening.cancel()
            await asyncio.wait([listening])

    # --- writes ---

    async def lock(self) -> None:
        if not self._root:
            raise Refused("changes need root, or sudo without a password")
        where = self._place()
        daemon = self._keepalived.look()
        self._unit = "" if daemon is None else daemon.unit
        await self._lock.take(where.folder, where.journal)

    def unlock(self) -> None:
        self._writing = False
        self._lock.release()

    def left(self) -> Optional[Left]:
        where = self._place()
        if not self._root or self._writing or not os.path.lexists(where.journal):
            return None
        probe = FolderLock()
        busy = not self._lock.held and not probe.try_to_take(where.folder)
        try:
            entry = journal.read(where.journal)
            if entry is None:
                return None
            daemon = self._keepalived.look()
            restarted = daemon is not None and started(daemon.process) > entry.when + _CLOCKS
            return Left(entry, tuple(map(candidate.left, entry.files)), restarted, busy)
        finally:
            probe.release()

    def write_journal(self, entry: Optional[Entry]) -> None:
        path = self._place().journal
        if entry is None:
            journal.forget(path)
        else:
            journal.write(path, entry)
        self._writing = entry is not None

    def _place(self) -> candidate.Place:
        daemon = self._keepalived.look()
        if daemon is not None:
            self._main = daemon.config
        return candidate.place(self._main)

    def stage(self, replacement: Replacement, *, write: bool) -> None:
        if write:
            candidate.write(replacement)
        else:
            candidate.check(replacement.path, replacement.sha256)

    async def test(self, transaction: str, replacements: Tuple[Replacement, ...]) -> Tested:
        return await configtest.test(self._running(), transaction, replacements)

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
            await reloading.start(self._unit)
            return "keepalived had ended, and was started again with them"
        return ""

    async def _reload(self, limit: float) -> None:
        daemon = self._running()
        asked = time.monotonic()
        tells = self._has_log and self._keepalived.says_complete()
        patience = _LOG_PATIENCE if tells else 0.0
        await reloading.reload(daemon, lambda: self._keepalived.completed > asked, patience, limit)
        self._keepalived.loaded_now()

    async def _runs(self) -> bool:
        """Still, after the time that a daemon which ends needs for it."""
        end = time.monotonic() + _ENDING
        while self._keepalived.look() is not None:
            if time.monotonic() > end:
                return True
            await asyncio.sleep(_STEP)
        return False

    def log(self, line: str) -> None:
        syslog.openlog("lvstui", syslog.LOG_PID, syslog.LOG_DAEMON)
        syslog.syslog(syslog.LOG_NOTICE, "".join(one if one.isprintable() else " " for one in line))

    def close(self) -> None:
        self._lock.release()
        self._ipvs.close()

    def _running(self) -> Daemon:
        daemon = self._keepalived.look()
        if daemon is None:
            raise NotRunning("keepalived does not run on this Director: start it")
        return daemon


async def _one_ended(daemon: Daemon) -> None:
    """Until the parent or a child of the daemon has ended."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    descriptors: List[int] = []
    try:
        for pid in (daemon.process.pid, daemon.vrrp, daemon.checkers):
            if pid:
                descriptors.append(os.pidfd_open(pid))
                loop.add_reader(descriptors[-1], ended.set)
        await ended.wait()
    except OSError:
        await asyncio.sleep(_RELOOK)  # it has ended already, or this kernel has no pidfds: the tick sees it
    finally:
        for descriptor in descriptors:
            loop.remove_reader(descriptor)
            os.close(descriptor)
