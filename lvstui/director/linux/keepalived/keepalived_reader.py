"""Read keepalived as the console shows it: which daemon runs, and what it says of itself when asked.

Keeps what may be known only once per life of the daemon (its version) and when it last read its files.
"""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import time
from dataclasses import replace
from typing import Any, Dict, Optional, Tuple

from ...protocol.checker_messages import Checkers
from ...protocol.keepalived_messages import READS_FILES, Keepalived, LoadedConfiguration, Log, LogLine
from ...protocol.vrrp_messages import Vrrp, VrrpInstance
from ...system import Ambiguous, Unavailable
from ..namespaces import network_of, path_of
from ..process import ProcessIdentity, run, started, waits_for_signal
from ..vrrp import vrrp_dump, vrrp_text_dump
from . import checker_dump
from .daemon import DEFAULT_CONFIG, Daemon, alive, children, find
from .daemon_search import parent
from .dumps import dump, names
from .loaded_copy import LoadedCopy
from .placement import Placement, placement
from .responsiveness import JSON, Responsiveness

_SCAN = 1.0  # seconds between looks at all processes while it does not run
_ASK = 10.0  # seconds
_CLOCK_SET = 1.0  # seconds by which the wall clock was set if a process appears to have begun at another time
_VERSION = re.compile(rb"Keepalived v(\d+\.\d+\.\d+)")
_REFUSED = re.compile(r"New config failed validation")
_COMPLETE = re.compile(r"(Reload|Startup) complete")


class KeepalivedReader:
    """A reader of the keepalived on this Director."""

    def __init__(self, config: str = "", wanted: str = "") -> None:
        """Serve the daemon that is meant. `config`: its file while none runs; of several, `wanted` or that file says which."""
        self._config = config or (wanted if wanted.startswith("/") else "")
        self._wanted = wanted
        self._last: Optional[Daemon] = None  # the last one that ran
        self.ambiguous: Optional[Ambiguous] = None  # while it cannot be told which is meant
        self.daemon: Optional[Daemon] = None
        self.completed = 0.0  # CLOCK_MONOTONIC of the last line that said that a reload is complete; 0.0 none
        self.copy: Optional[LoadedConfiguration] = None  # as of the last read
        self._copies = LoadedCopy()
        self.placement = Placement()
        self._responsiveness = Responsiveness()
        self._version = ""
        self._asked = False  # the daemon's program, for its version
        self._begun: Optional[Tuple[ProcessIdentity, float]] = None  # wall
        self._scanned = float("-inf")
        self._logs = False  # its log is followed: it tells of each reload
        self._loaded = 0.0  # wall
        self._before = 0.0

    def look(self) -> Optional[Daemon]:
        """Return the daemon of now."""
        if self.daemon is not None and alive(self.daemon):
            self.daemon = children(self.daemon)
            return self.daemon
        now = time.monotonic()
        if self.daemon is None and now - self._scanned < _SCAN:
            return None
        self._scanned = now
        self._asked = False
        try:
            self.daemon, self.ambiguous = find(self._wanted, self._config, self._last), None
        except Ambiguous as several:
            self.daemon, self.ambiguous = None, several
        self._last = self.daemon or self._last
        return self.daemon

    def read(self) -> Keepalived:
        """Return what is known of the daemon."""
        daemon = self.look()
        now = time.monotonic()
        before = self.copy
        self.copy = self._copies.read(None if daemon is None else daemon.process)
        if daemon is not None and (
            self.copy is not before or daemon.parent.network != network_of(str(daemon.process.pid))
        ):
            daemon = self._placed(daemon)
        if daemon is None:
            short = socket.gethostname().partition(".")[0]
            version = self._version
            why = None if self.ambiguous is None else str(self.ambiguous)
            return Keepalived(now, False, 0, 0, 0, 0.0, version, self.config, short, "signal", 0.0, why)
        begun = self._began(daemon.process)
        loaded, source = self._load_time(begun)
        return Keepalived(
            at=now,
            running=True,
            pid=daemon.process.pid,
            vrrp_pid=daemon.vrrp,
            checkers_pid=daemon.checkers,
            started=begun,
            version=self._version,
            config=self.config,
            config_id=daemon.config_id,
            manager="systemd" if daemon.unit else "signal",
            loaded=loaded,
            error=None,
            processes=self._responsiveness.look(
                (("parent", daemon.process.pid), ("vrrp", daemon.vrrp), ("checkers", daemon.checkers))
            ),
            loaded_from=source,
            instance=daemon.parent.instance,
            namespace=daemon.parent.namespace,
        )

    @property
    def config(self) -> str:
        """Return the main file of the daemon of the last look; while none runs, the one that was named, or the last one's."""
        if self.daemon is not None:
            return self.daemon.config
        return self._config or (DEFAULT_CONFIG if self._last is None else self._last.config)

    def _placed(self, daemon: Daemon) -> Daemon:
        """Return the daemon with what its configuration, of a reload or its start, says of where it is."""
        self.placement = placement(self.copy)
        try:
            self.daemon = daemon._replace(parent=parent(daemon.process))
        except OSError:
            return daemon  # it has just ended
        return self.daemon

    @property
    def ipvs_namespace(self) -> str:
        """Return the path of the network namespace of its IPVS table; "" where it is its own."""
        name = self.placement.ipvs_namespace
        return "" if name is None else path_of(name)

    def _began(self, process: ProcessIdentity) -> float:
        """Return when the process was started, by the wall clock: the same for as long as it lives and that clock is not set.

        Two clocks are read one after the other to tell it, and each look finds another fraction of a second.
        """
        now = started(process)
        if self._begun is None or self._begun[0] != process or abs(now - self._begun[1]) >= _CLOCK_SET:
            self._begun = (process, round(now, 1))
        return self._begun[1]

    def _load_time(self, begun: float) -> Tuple[float, str]:
        """Return when it last read its files, and how that is known."""
        if self.copy is not None and self.copy.error is None:
            return self.copy.wall, "copy"
        if self._logs or self._loaded > begun:
            return max(self._loaded, begun), "log"
        return begun, "start"

    async def ask_program(self) -> bool:
        """Ask its program for the version, once per life; return True if there is something new."""
        daemon = self.daemon
        if daemon is None or self._asked:
            return False
        self._asked = True
        for program in (daemon.program, "keepalived"):
            try:
                _, out, err = await run([program, "-v"], _ASK)
            except (OSError, asyncio.TimeoutError):
                continue
            found = _VERSION.search(err + out)
            if found:
                self._version = found.group(1).decode("ascii")
                return True
        return False

    def log_said(self, log: Log) -> None:
        """Note the lines of the log that tell when the files were read."""
        self._logs = log.error is None
        for line in log.lines:
            if READS_FILES.search(line.text):
                self._before, self._loaded = self._loaded, _latest(line, log)
            elif _REFUSED.search(line.text):
                self._loaded = self._before
            elif _COMPLETE.search(line.text) and not log.history:
                self.completed = time.monotonic()

    def loaded_now(self) -> None:
        """Note that a reload that was asked for is over, whatever the log says."""
        self._loaded = max(self._loaded, time.time())

    def says_complete(self) -> bool:
        """Return True if this version logs the end of a reload."""
        return self._version != "" and tuple(map(int, self._version.split("."))) >= (2, 2, 0)

    async def vrrp(self) -> Vrrp:
        """Ask it for its VRRP instances."""
        at = time.monotonic()
        nothing = Vrrp(at, (), None)
        daemon = self.look()
        if daemon is None:
            return replace(nothing, error="keepalived does not run")
        if not daemon.vrrp:
            return replace(nothing, error="keepalived has no VRRP process")
        try:
            known, text = await self._vrrp_instances(daemon)
            if not text and self._is_asked_more(known):
                text = await self._vrrp_text(daemon)
            return replace(nothing, instances=known, **_told_in(text))
        except Unavailable as error:
            return replace(nothing, error=str(error))
        except ValueError as error:
            return replace(nothing, error=f"keepalived's VRRP dump cannot be understood: {error}")

    async def _vrrp_instances(self, daemon: Daemon) -> Tuple[Tuple[VrrpInstance, ...], bytes]:
        """Return the instances, and its dump for people if that was read for them. Raises Unavailable, ValueError."""
        if waits_for_signal(daemon.vrrp, JSON):
            return vrrp_dump.instances(await dump(daemon.vrrp, JSON, names("json", self.placement))), b""
        # Built without JSON: the same is in the dumps for people.
        text = await dump(daemon.vrrp, signal.SIGUSR1, names("", self.placement))
        return vrrp_text_dump.instances(text, await dump(daemon.vrrp, signal.SIGUSR2, ("keepalived.stats",))), text

    def _is_asked_more(self, known: Tuple[VrrpInstance, ...]) -> bool:
        """Return True if the dump for people tells more: an instance is in FAULT, or may have a priority by what it tracks."""
        copy = self.copy
        tracks = copy is not None and copy.error is None and b"track_" in copy.data
        return tracks or any(one.state == "FAULT" or one.priority != one.base_priority for one in known)

    async def _vrrp_text(self, daemon: Daemon) -> bytes:
        try:
            return await dump(daemon.vrrp, signal.SIGUSR1, names("", self.placement))
        except Unavailable:
            return b""  # the instances are known all the same

    async def checkers(self) -> Checkers:
        """Ask it for its checkers."""
        at = time.monotonic()
        nothing = Checkers(at, (), None)
        daemon = self.look()
        if daemon is None:
            return replace(nothing, error="keepalived does not run")
        if not daemon.checkers:
            return replace(nothing, error="keepalived has no checkers process")
        try:
            text = await dump(daemon.checkers, signal.SIGUSR1, names("_check", self.placement))
            virtual_servers, real_servers = checker_dump.read(text)
            return Checkers(at, real_servers, None, virtual_servers, checker_dump.group_fwmarks(text))
        except Unavailable as error:
            return replace(nothing, error=str(error))
        except ValueError as error:
            return replace(nothing, error=f"keepalived's checker dump cannot be understood: {error}")


def _told_in(text: bytes) -> Dict[str, Any]:
    """Return what the dump for people alone tells, by the fields of Vrrp; nothing where it cannot be understood."""
    try:
        return {"faults": vrrp_text_dump.faults(text), "tracked": vrrp_text_dump.tracked(text)} if text else {}
    except ValueError:
        return {}


def _latest(line: LogLine, log: Log) -> float:
    """Return a line's time; a log file's are whole seconds, so what it tells of happened up to one second later."""
    return line.wall if log.source == "journald" or line.wall % 1 else min(time.time(), line.wall + 1.0)
