"""Hold a guest to a share of a processor, as if the machine were slower: it is stopped for a while whenever it has used more.

python -m lvstui.lab.processor_share KERNEL SHARE FOLDER     ends with the guest whose kernel has that process id

The kernel's process alone is stopped. The guest's own processes are traced by it, cannot do anything that needs a kernel
meanwhile, and must not be sent a signal: the kernel would take it for one of theirs. This needs no root and no cgroup.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from lvstui.lab.errors import LabError
from lvstui.lab.machine import alive

VARIABLE = "LVSTUI_LAB_SHARE"
_LEAST = 0.05
_LOOK_S = 0.02
_SAVED_S = 0.1  # of a processor that it may use at once after it was idle


def wanted() -> float:
    """Return the share of a processor that each guest may use, 1 unless the environment says less. Raises LabError."""
    text = os.environ.get(VARIABLE, "1")
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not _LEAST <= share <= 1:
        raise LabError(f"{VARIABLE}={text}: the share is from {_LEAST:g} to 1; nothing was started.")
    return share


class Account:
    """Hold what a guest may still use, in seconds of a processor; below zero it has to wait."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._left = _SAVED_S

    def due(self, passed_s: float, used_s: float) -> bool:
        """Return True if the guest may go on, after so many seconds in which it has used so many."""
        self._left = min(_SAVED_S, self._left + self._share * passed_s) - used_s
        return self._left > 0


def _used(kernel: int, seen: dict[int, int]) -> float:
    """Return the seconds of a processor that the guest's processes have used since `seen`, which is brought up to date."""
    children = Path(f"/proc/{kernel}/task/{kernel}/children").read_text().split()
    before = dict(seen)
    seen.clear()
    for pid in (kernel, *map(int, children)):
        try:
            seen[pid] = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        except OSError:
            continue  # it has ended
    return sum(now - before.get(pid, 0) for pid, now in seen.items()) / 1e9


def hold(kernel: int, share: float, directory: Path) -> None:
    """Stop the guest and let it go on until it has ended."""
    account, seen, last, stopped = Account(share), dict[int, int](), time.monotonic(), False
    try:
        _used(kernel, seen)
        while alive(kernel, directory):
            time.sleep(_LOOK_S)
            now = time.monotonic()
            due = account.due(now - last, _used(kernel, seen))
            last = now
            if due is stopped:
                os.kill(kernel, signal.SIGCONT if due else signal.SIGSTOP)
                stopped = not due
    except (FileNotFoundError, ProcessLookupError):
        pass  # the guest has ended


if __name__ == "__main__":
    hold(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
