"""Define what is told of the keepalived daemon: its processes, the configuration that it has loaded, and its log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, Optional, Tuple


class DaemonProcess(NamedTuple):
    """One of keepalived's processes, as the kernel shows it.

    keepalived's processes are loops that take each signal within milliseconds: one that leaves a signal waiting is busy for
    long, or hangs. A stopped one does nothing at all, and takes no signal either.
    """

    role: str  # "parent", "vrrp", "checkers"
    pid: int
    start: int  # clock ticks since boot: with the pid, one life of a process
    stopped: bool  # by a signal, or by a debugger
    deaf_since: Optional[float]  # CLOCK_MONOTONIC since when a signal waits that it has not taken; None: none does


class FoundDaemon(NamedTuple):
    """One of several keepalived daemons of a machine, by what an operator may name it."""

    pid: int
    config: str  # absolute path of its main file
    instance: str  # `instance` of its configuration, or ""
    namespace: str  # its network namespace, where that is another than the machine's own, or ""
    unit: str  # the systemd unit that it runs under, or ""


@dataclass(frozen=True)
class Keepalived:
    """The daemon: whether it runs, which one, and how it is run. `error` when that cannot be known."""

    at: float
    running: bool
    pid: int  # the parent's; 0 when not running
    vrrp_pid: int
    checkers_pid: int
    started: float  # wall; 0.0 when not running
    version: str  # "2.2.7"; "" unknown
    config: str  # absolute path of the main file, from -f or the default
    config_id: str  # -i, or the short hostname
    manager: str  # "systemd" or "signal": how it is reloaded
    loaded: float  # wall of its last (re)load as far as it is known; 0.0 unknown
    error: Optional[str]
    processes: Tuple[DaemonProcess, ...] = ()  # those that are known, the parent first
    # How `loaded` is known: its own "copy"; its "log"; "start": since then nothing would have told of a reload.
    loaded_from: str = "log"
    instance: str = ""  # `instance` of its configuration
    namespace: str = ""  # its network namespace, where that is another than the machine's own


@dataclass(frozen=True)
class LoadedConfiguration:
    """keepalived's own copy of what it has loaded: every line of every file, as its parent read them, without comments.

    `error` where it cannot be seen: keepalived before 2.2, or an account without root.
    """

    at: float
    wall: float  # when keepalived wrote it: its last (re)load
    pid: int  # of the parent that wrote it
    start: int  # clock ticks since boot: with the pid, one life of a process
    data: bytes
    error: Optional[str]


READS_FILES = re.compile(r"Reloading|Starting Keepalived|Got SIGHUP")  # in a line of its log: it reads its files now


class LogLine(NamedTuple):
    """A line of keepalived's log."""

    wall: float
    identifier: str  # "Keepalived", "Keepalived_vrrp", "Keepalived_healthcheckers"
    text: str


@dataclass(frozen=True)
class Log:
    """Lines of keepalived's log, oldest first. The first one is the recent past (history), then as they come."""

    at: float
    source: str  # "journald", a file's path, or "" when there is none
    history: bool
    lines: Tuple[LogLine, ...]
    error: Optional[str]
