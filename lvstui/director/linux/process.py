"""Read what /proc tells of a process, and run short-lived commands. Not for what keepalived is."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

_TICKS = os.sysconf("SC_CLK_TCK")
_PR_SET_PDEATHSIG = 1
_PIECE = 16 * 1024  # bytes


class ProcessIdentity(NamedTuple):
    """One life of a process: a pid alone may be another's later."""

    pid: int
    parent: int
    start: int  # clock ticks since boot


def contents(path: str) -> bytes:
    """Return a small file of /proc whole. Raises OSError.

    Python's file objects make up to twelve system calls for this, and the agent reads some thirty such files in each look.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = piece = os.read(descriptor, _PIECE)
        while piece:
            piece = os.read(descriptor, _PIECE)
            data += piece
        return data
    finally:
        os.close(descriptor)


def look(pid: int) -> ProcessIdentity:
    """Return the process of a pid. Raises OSError when there is none (a zombie is none)."""
    fields = contents(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    if fields[0] in (b"Z", b"X"):
        raise ProcessLookupError(f"process {pid} has ended")
    return ProcessIdentity(pid, int(fields[1]), int(fields[19]))


def command_line(pid: int) -> List[str]:
    """Return the words of a command line. Raises OSError."""
    return [os.fsdecode(word) for word in contents(f"/proc/{pid}/cmdline").rstrip(b"\0").split(b"\0")]


def started(process: ProcessIdentity) -> float:
    """Return when a process was started, as wall-clock time."""
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + process.start / _TICKS


def namespace(pid: str, kind: str) -> str:
    """Return the identity of a namespace of a process, "" when it may not be known."""
    try:
        return os.readlink(f"/proc/{pid}/ns/{kind}")
    except OSError:
        return ""


def waits_for_signal(pid: int, number: int) -> bool:
    """Return True if the process waits for that signal: by a handler, or, blocked, by a signalfd(2) as keepalived does."""
    wanted = 1 << (number - 1)
    try:
        lines = contents(f"/proc/{pid}/status").splitlines()
    except OSError:
        return False
    masks = [line.split()[1] for line in lines if line.startswith((b"SigBlk:", b"SigCgt:"))]
    return any(int(mask, 16) & wanted for mask in masks)


def end_with_parent() -> Callable[[], None]:
    """Return a preexec_fn with which the child is ended when the agent ends, even by kill -9: for one that runs for ever."""
    import ctypes  # not before a child is needed: it takes a busy Director long

    prctl = ctypes.CDLL(None).prctl

    def preexec() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    return preexec


async def run(argv: Sequence[str], limit: float) -> Tuple[int, bytes, bytes]:
    """Run a command; return its status (negative: a signal) and outputs. Raises OSError, asyncio.TimeoutError after `limit` s.

    It ends by itself, and so needs no `end_with_parent`, with which Python copies the whole process to start it.
    """
    child = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C", "PATH": path()},
    )
    try:
        out, err = await asyncio.wait_for(child.communicate(), limit)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return child.returncode or 0, out, err


def program(name: str) -> Optional[str]:
    """Return where a program is; None: nowhere in `path`."""
    places = (os.path.join(folder, name) for folder in path().split(":") if folder)
    return next((place for place in places if os.path.isfile(place) and os.access(place, os.X_OK)), None)


def path() -> str:
    """Return the folders in which programs are looked for."""
    return os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"
