"""Notice a process of keepalived that is stopped, or leaves a signal waiting. Not for what to make of it.

keepalived blocks its signals and reads them from a descriptor in its loop, so a signal that it has not taken stays in the
kernel's mask of pending ones: looking there costs a read of /proc, asks keepalived nothing and writes nothing into its log.
"""

from __future__ import annotations

import signal
import time
from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple

from ...protocol.keepalived_messages import DaemonProcess
from ..process import contents, look

STOPPED = ("T", "t")
JSON = signal.SIGRTMIN + 2  # SIGJSON in lib/signals.h, and nothing else, in every version that has it
# What each of its processes reads. Others, which it only blocks, may wait for good.
_READ = (signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGTERM, JSON)
_MASK = sum(1 << (number - 1) for number in _READ)
APPARENT = 1.0  # seconds for which any process may be too busy to take a signal


class Condition(NamedTuple):
    """Hold what the kernel shows of a process at one moment."""

    state: str  # a letter, as ps(1) prints it
    waiting: int  # the mask of signals that it has not taken, of those that keepalived reads


def condition(pid: int) -> Condition:
    """Return a process's condition. Raises OSError when there is no such process, or nothing of it may be seen."""
    state, waiting = "", 0
    for line in contents(f"/proc/{pid}/status").splitlines():
        if line.startswith(b"State:"):
            state = line.split()[1].decode("ascii")
        elif line.startswith((b"SigPnd:", b"ShdPnd:")):
            waiting |= int(line.split()[1], 16)
    return Condition(state, waiting & _MASK)


class Responsiveness:
    """The time since when each process has left a signal waiting."""

    def __init__(self) -> None:
        self._since: Dict[Tuple[int, int], float] = {}  # by pid and start

    def look(self, roles: Iterable[Tuple[str, int]]) -> Tuple[DaemonProcess, ...]:
        """Return the processes of now, of those (role, pid): pids of 0, and those that have ended, are left out."""
        now = time.monotonic()
        found: List[DaemonProcess] = []
        since: Dict[Tuple[int, int], float] = {}
        for role, pid in roles:
            try:
                start, seen = look(pid).start, condition(pid)
            except (OSError, ValueError, IndexError):
                continue
            if seen.waiting:
                since[pid, start] = self._since.get((pid, start), now)
            found.append(
                DaemonProcess(role, pid, start, seen.state in STOPPED, _apparent(since.get((pid, start)), now))
            )
        self._since = since
        return tuple(found)


def _apparent(since: Optional[float], now: float) -> Optional[float]:
    return since if since is not None and now - since >= APPARENT else None
