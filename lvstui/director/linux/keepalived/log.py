"""Follow keepalived's log: journald where there is one, a file otherwise. Not for what its lines mean.

The first Log is the recent past; then lines as they come. The child process that follows journald ends with the agent.
"""

from __future__ import annotations

import asyncio
import os
import stat
import time
from dataclasses import replace
from typing import Callable, List, NamedTuple, Optional, Tuple

from ...protocol.keepalived_messages import Log, LogLine
from ..process import end_with_parent, path, program
from .daemon import Daemon
from .log_formats import from_file, from_journal, of_daemon, with_plain_identifier

HISTORY = 200  # lines
_HISTORY_BYTES = 256 * 1024
_LINE = 1024 * 1024  # bytes of one JSON entry
_STEP = 0.1  # seconds between looks at a file
_SYSLOGS = ("/var/log/keepalived.log", "/var/log/syslog", "/var/log/messages", "/var/log/daemon.log")
_IDENTIFIERS = ("Keepalived", "Keepalived_vrrp", "Keepalived_healthcheckers")
_NO_LOG = (
    f"no log of keepalived was found (no journald, no --log-file, none of {', '.join(_SYSLOGS)}): why a check failed, or an "
    "instance went to another state, is not seen; that it did, is"
)
Tell = Callable[[Log], None]


class LogSource(NamedTuple):
    """Tell where a daemon logs. Equal ones are the same log."""

    journal: bool
    unit: str  # whose lines are meant; "" where no unit runs it
    files: Tuple[Tuple[str, str], ...]  # where it is no journal: paths, with the identifier of lines that name none
    suffix: Optional[str] = None  # of the identifiers of that daemon's lines; None: of any keepalived's
    why_none: str = ""  # what was seen of a log that cannot be followed


def log_source(daemon: Optional[Daemon]) -> LogSource:
    """Return the daemon's own log file, its standard output, the journal, or syslog's file: the first that there is."""
    own = None if daemon is None else daemon.option("log-file")
    suffix = None if daemon is None else daemon.parent.suffix
    if own is not None:
        return LogSource(False, "", tuple(_own_files(own, suffix or "")))
    output, why = ("", "") if daemon is None else _standard_output(daemon)
    if output:
        return LogSource(False, "", ((output, "Keepalived"),))
    unit = "" if daemon is None else daemon.unit
    if daemon is not None and daemon.option("no-syslog") is not None and not unit:
        return LogSource(False, "", (), suffix, why)
    if program("journalctl") and any(map(os.path.isdir, ("/run/log/journal", "/var/log/journal"))):
        return LogSource(True, unit, (), suffix)
    syslogs = [(name, "Keepalived") for name in _SYSLOGS if os.access(name, os.R_OK)]
    return LogSource(False, "", tuple(syslogs[:1]), suffix, why)


async def follow(where: LogSource, tell: Tell) -> None:
    """Follow a log until cancelled."""
    if where.journal:
        await _follow_journal(where, tell)
    elif where.files:
        await _follow_files(where, tell)
    else:
        tell(Log(time.monotonic(), "", True, (), where.why_none or _NO_LOG))
        await asyncio.Event().wait()


def _standard_output(daemon: Daemon) -> Tuple[str, str]:
    """Return the file that it logs to as its standard output, or why that cannot be followed; "" where it does not."""
    if daemon.option("log-console") is None or daemon.option("dont-fork") is None:
        return "", ""
    path = f"/proc/{daemon.process.pid}/fd/1"
    try:
        known, target = os.stat(path), os.readlink(path)
    except OSError:
        return "", f"{_NO_LOG}; it logs to its standard output, which cannot be looked at"
    if not stat.S_ISREG(known.st_mode):
        return "", f"{_NO_LOG}; it logs to its standard output, which is no file ({target})"
    try:
        same = os.path.samestat(os.stat(target), known)
    except OSError:
        same = False
    return (target if same else path), ""


# --- journald ---


async def _follow_journal(where: LogSource, tell: Tell) -> None:
    unit = where.unit or "keepalived.service"
    matches = [f"_SYSTEMD_UNIT={unit}", f"UNIT={unit}"]
    if not where.unit:  # otherwise they would be those of other units too
        matches += [f"SYSLOG_IDENTIFIER={name}{where.suffix or ''}" for name in _IDENTIFIERS]
    command = ["journalctl", "--quiet", "--no-pager", "--output=json"]
    filters = " + ".join(matches).split(" ")
    begun = time.time()

    def tell_plainly(log: Log) -> None:
        tell(
            replace(log, lines=tuple(with_plain_identifier(line, where.suffix) for line in log.lines))
            if where.suffix
            else log
        )

    cursor = await _journal_history([*command, f"--lines={HISTORY}", *filters], tell_plainly)
    while True:
        since = f"--after-cursor={cursor}" if cursor else f"--since=@{begun:.0f}"
        cursor, error = await _journal_lines(
            [*command, "--follow", "--lines=all", since, *filters], cursor, tell_plainly
        )
        tell(Log(time.monotonic(), "journald", False, (), error or "journalctl ended; it is started again"))
        await asyncio.sleep(1.0)


async def _journal_history(argv: List[str], tell: Tell) -> str:
    child = await _spawn(argv, None)
    out, err = await child.communicate()
    read = [from_journal(line) for line in out.splitlines()]
    lines = tuple(line for line, _ in read if line is not None)
    error = err.decode("utf-8", "replace").strip() if child.returncode and not lines else None
    tell(Log(time.monotonic(), "journald", True, lines, error or None))
    return read[-1][1] if read else ""


async def _journal_lines(argv: List[str], cursor: str, tell: Tell) -> Tuple[str, str]:
    child = await _spawn(argv, end_with_parent())
    assert child.stdout is not None and child.stderr is not None
    try:
        while True:
            line = await child.stdout.readline()
            if not line:
                return cursor, (await child.stderr.read()).decode("utf-8", "replace").strip()
            entry, at = from_journal(line)
            cursor = at or cursor
            if entry is not None:
                tell(Log(time.monotonic(), "journald", False, (entry,), None))
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def _spawn(argv: List[str], preexec: Optional[Callable[[], None]]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=preexec,
        limit=_LINE,
        env={**os.environ, "LC_ALL": "C", "PATH": path()},
    )


# --- files ---


class _Tail:
    """One file, through rotation and truncation. `identifier` is that of lines which name none."""

    def __init__(self, name: str, identifier: str, suffix: Optional[str]) -> None:
        self._suffix = suffix
        self._name = name
        self._identifier = identifier
        self._inode = 0
        self._offset = 0
        self._rest = b""

    def read(self, past: bool) -> List[LogLine]:
        """Return what is new; with `past`, the last lines that are there."""
        try:
            with open(self._name, "rb") as file:
                known = os.fstat(file.fileno())
                if known.st_ino != self._inode or known.st_size < self._offset:
                    self._inode, self._offset, self._rest = known.st_ino, 0, b""
                if past:
                    self._offset = max(0, known.st_size - _HISTORY_BYTES)
                if known.st_size == self._offset:
                    return []
                file.seek(self._offset)
                data = self._rest + file.read(_HISTORY_BYTES)
                self._offset = file.tell()
        except OSError:
            return []
        *whole, self._rest = data.split(b"\n")
        read = [from_file(line, self._identifier, time.time()) for line in whole]
        return [line for line in (of_daemon(line, self._suffix) for line in read) if line is not None]


async def _follow_files(where: LogSource, tell: Tell) -> None:
    tails = [_Tail(name, identifier, where.suffix) for name, identifier in where.files]
    log_path = where.files[0][0]
    past = sorted((line for tail in tails for line in tail.read(past=True)), key=lambda line: line.wall)
    tell(Log(time.monotonic(), log_path, True, tuple(past[-HISTORY:]), None))
    while True:
        await asyncio.sleep(_STEP)
        new = sorted((line for tail in tails for line in tail.read(past=False)), key=lambda line: line.wall)
        if new:
            tell(Log(time.monotonic(), log_path, False, tuple(new), None))


def _own_files(option: str, suffix: str) -> List[Tuple[str, str]]:
    """Return the log files of keepalived's processes, which write one each, named after them."""
    folder, base = os.path.split(option or "keepalived.log")
    stem, dot, extension = base.rpartition(".")
    stem, extension = (stem, dot + extension) if dot else (extension, "")
    names = (("", "Keepalived"), ("_vrrp", "Keepalived_vrrp"), ("_healthcheckers", "Keepalived_healthcheckers"))
    return [(os.path.join(folder or "/tmp", stem + part + suffix + extension), name) for part, name in names]
