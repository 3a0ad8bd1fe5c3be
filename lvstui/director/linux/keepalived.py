"""The daemon as the console is told of it: is it there, which, and what it says of itself when asked.

Keeps what may be known only once per life of the daemon (its version) and when it last read its files.
"""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import time
from dataclasses import replace
from typing import Optional

from ..messages import Checkers, Keepalived, Log, LogLine, Vrrp
from ..system import Unavailable
from .checker_dump import real_servers
from .daemon import DEFAULT_CONFIG, Daemon, alive, children, find
from .dumps import dump
from .process import run, started, takes
from .vrrp_dump import instances

_SCAN = 5.0  # seconds between looks at all processes while no pid file leads to the daemon
_ASK = 10.0  # seconds
_JSON = signal.SIGRTMIN + 2  # SIGJSON in lib/signals.h, and nothing else, in every version that has it
_VERSION = re.compile(rb"Keepalived v(\d+\.\d+\.\d+)")
_READS = re.compile(r"Reloading|Starting Keepalived|Got SIGHUP")
_REFUSED = re.compile(r"New config failed validation")
_COMPLETE = re.compile(r"(Reload|Startup) complete")


class Watched:
    """keepalived on this Director."""

    def __init__(self, config: str = DEFAULT_CONFIG) -> None:
        self._config = config  # while it does not run
        self.daemon: Optional[Daemon] = None
        self.completed = 0.0  # CLOCK_MONOTONIC of the last line that said that a reload is complete; 0.0 none
        self._version = ""
        self._asked = False  # the daemon's program, for its version
        self._scanned = float("-inf")
        self._loaded = 0.0  # wall
        self._before = 0.0

    def look(self) -> Optional[Daemon]:
        """The daemon of now."""
        if self.daemon is not None and alive(self.daemon):
            self.daemon = children(self.daemon)
            return self.daemon
        now = time.monotonic()
        scan = now - self._scanned >= _SCAN
        if scan:
            self._scanned = now
        self.daemon = find(scan)
        self._asked = False
        return self.daemon

    def read(self) -> Keepalived:
        daemon = self.look()
        now = time.monotonic()
        if daemon is None:
            short = socket.gethostname().partition(".")[0]
            version = self._version
            return Keepalived(now, False, 0, 0, 0, 0.0, version, self._config, short, "signal", 0.0, None)
        begun = round(started(daemon.process), 1)
        return Keepalived(
            at=now,
            running=True,
            pid=daemon.process.pid,
            vrrp_pid=daemon.vrrp,
            checkers_pid=daemon.checkers,
            started=begun,
            version=self._version,
            config=daemon.config,
            config_id=daemon.config_id,
            manager="systemd" if daemon.unit else "signal",
            loaded=max(self._loaded, begun),
            error=None,
        )

    async def ask_program(self) -> bool:
        """Its version, once per life; says whether there is something new."""
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
        """Lines of the log tell when the files were read."""
        for line in log.lines:
            if _READS.search(line.text):
                self._before, self._loaded = self._loaded, _latest(line, log)
            elif _REFUSED.search(line.text):
                self._loaded = self._before
            elif _COMPLETE.search(line.text) and not log.history:
                self.completed = time.monotonic()

    def loaded_now(self) -> None:
        """A reload that was asked for is over, whatever the log says."""
        self._loaded = max(self._loaded, time.time())

    def says_complete(self) -> bool:
        """Does this version log the end of a reload?"""
        return self._version != "" and tuple(map(int, self._version.split("."))) >= (2, 2, 0)

    async def vrrp(self) -> Vrrp:
        at = time.monotonic()
        nothing = Vrrp(at, (), None)
        daemon = self.look()
        if daemon is None:
            return replace(nothing, error="keepalived does not run")
        if not daemon.vrrp:
            return replace(nothing, error="keepalived has no VRRP process")
        if not takes(daemon.vrrp, _JSON):
            return replace(
                nothing, error="this keepalived is built without JSON: its VRRP state can only be seen in its log"
            )
        try:
            return replace(nothing, instances=instances(await dump(daemon.vrrp, _JSON, "keepalived.json")))
        except Unavailable as error:
            return replace(nothing, error=str(error))
        except ValueError as error:
            return replace(nothing, error=f"keepalived's JSON dump cannot be understood: {error}")

    async def checkers(self) -> Checkers:
        at = time.monotonic()
        nothing = Checkers(at, (), None)
        daemon = self.look()
        if daemon is None:
            return replace(nothing, error="keepalived does not run")
        if not daemon.checkers:
            return replace(nothing, error="keepalived has no checkers process")
        try:
            text = await dump(daemon.checkers, signal.SIGUSR1, "keepalived_check*.data")
            return replace(nothing, real_servers=real_servers(text))
        except Unavailable as error:
            return replace(nothing, error=str(error))
        except ValueError as error:
            return replace(nothing, error=f"keepalived's checker dump cannot be understood: {error}")


def _latest(line: LogLine, log: Log) -> float:
    """A log file's times are whole seconds: what it tells of happened up to one second later."""
    return line.wall if log.source == "journald" or line.wall % 1 else min(time.time(), line.wall + 1.0)
