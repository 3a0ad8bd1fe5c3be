"""Follows keepalived's log: journald where there is one, a file otherwise. Not for what its lines mean.

The first Log is the recent past; then lines as they come. The child process that follows journald ends with the agent.
"""

from __future__ import annotations

import asyncio
import os
import time
from typing import Callable, List, Optional, Tuple

from ..messages import Log, LogLine
from .daemon import Daemon
from .log_lines import from_file, from_journal
from .process import end_with_parent, path, program

HISTORY = 200  # lines
_HISTORY_BYTES = 256 * 1024
_LINE = 1024 * 1024  # bytes of one JSON entry
_STEP = 0.1  # seconds between looks at a file
_SYSLOGS = ("/var/log/keepalived.log", "/var/log/syslog", "/var/log/messages", "/var/log/daemon.log")
_IDENTIFIERS = ("Keepalived", "Keepalived_vrrp", "Keepalived_healthcheckers")
Tell = Callable[[Log], None]


async def follow(daemon: Optional[Daemon], tell: Tell) -> None:
    """Until cancelled."""
    own = None if daemon is None else daemon.option("log-file")
    if own is not None:
        await _follow_files(_own_files(own), tell)
    elif program("journalctl") and any(map(os.path.isdir, ("/run/log/journal", "/var/log/journal"))):
        await _follow_journal(daemon, tell)
    else:
        await _follow_files([(name, "Keepalived") for name in _SYSLOGS if os.access(name, os.R_OK)][:1], tell)


# --- journald ---


async def _follow_journal(daemon: Optional[Daemon], tell: Tell) -> None:
    unit = daemon.unit if daemon is not None and daemon.unit else "keepalived.service"
    matches = [f"_SYSTEMD_UNIT={unit}", f"UNIT={unit}", *(f"SYSLOG_IDENTIFIER={name}" for name in _IDENTIFIERS)]
    command = ["journalctl", "--quiet", "--no-pager", "--output=json"]
    filters = " + ".join(matches).split(" ")
    begun = time.time()
    cursor = await _journal_history([*command, f"--lines={HISTORY}", *filters], tell)
    while True:
        since = f"--after-cursor={cursor}" if cursor else f"--since=@{begun:.0f}"
        cursor, error = await _journal_lines([*command, "--follow", "--lines=all", since, *filters], cursor, tell)
        tell(Log(time.monotonic(), "journald", False, (), error or "journalctl ended; it is started again"))
        await asyncio.sleep(1.0)


async def _journal_history(argv: List[str], tell: Tell) -> str:
    child = await _spawn(argv)
    out, err = await child.communicate()
    read = [from_journal(line) for line in out.splitlines()]
    lines = tuple(line for line, _ in read if line is not None)
    error = err.decode("utf-8", "replace").strip() if child.returncode and not lines else None
    tell(Log(time.monotonic(), "journald", True, lines, error or None))
    return read[-1][1] if read else ""


async def _journal_lines(argv: List[str], cursor: str, tell: Tell) -> Tuple[str, str]:
    child = await _spawn(argv)
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


async def _spawn(argv: List[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=end_with_parent(),
        limit=_LINE,
        env={**os.environ, "LC_ALL": "C", "PATH": path()},
    )


# --- files ---


class _Tail:
    """One file, through rotation and truncation. `identifier` is that of lines which name none."""

    def __init__(self, name: str, identifier: str) -> None:
        self._name = name
        self._identifier = identifier
        self._inode = 0
        self._offset = 0
        self._rest = b""

    def read(self, past: bool) -> List[LogLine]:
        """What is new; with `past`, the last lines that are there."""
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
        return [line for line in read if line is not None]


async def _follow_files(names: List[Tuple[str, str]], tell: Tell) -> None:
    if not names:
        why = f"no log of keepalived was found: no journald, no --log-file, none of {', '.join(_SYSLOGS)} can be read"
        tell(Log(time.monotonic(), "", True, (), why))
        await asyncio.Event().wait()
    tails = [_Tail(name, identifier) for name, identifier in names]
    source = names[0][0]
    past = sorted(line for tail in tails for line in tail.read(past=True))
    tell(Log(time.monotonic(), source, True, tuple(past[-HISTORY:]), None))
    while True:
        await asyncio.sleep(_STEP)
        new = sorted((line for tail in tails for line in tail.read(past=False)), key=lambda line: line.wall)
        if new:
            tell(Log(time.monotonic(), source, False, tuple(new), None))


def _own_files(option: str) -> List[Tuple[str, str]]:
    """keepalived's processes write a file each, named after them."""
    folder, base = os.path.split(option or "keepalived.log")
    stem, dot, extension = base.rpartition(".")
    stem, extension = (stem, dot + extension) if dot else (extension, "")
    names = (("", "Keepalived"), ("_vrrp", "Keepalived_vrrp"), ("_healthcheckers", "Keepalived_healthcheckers"))
    return [(os.path.join(folder or "/tmp", stem + part + extension), name) for part, name in names]
