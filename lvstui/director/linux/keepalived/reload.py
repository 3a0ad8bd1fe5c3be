"""Make keepalived read its files, and wait until it has. Not for whether the kernel then shows what was meant.

keepalived's processes are single-threaded loops that take pending signals in the order of their numbers, SIGHUP (1) before
SIGUSR1 (10), and handle what follows from them first in, first out. So a dump that the parent was asked for after the SIGHUP
comes after it has read its files and passed the signal on, and a dump of the checkers child that is asked for after that
comes when the child has loaded them. That holds for 2.1 to 2.4, whatever is logged and wherever, but for a daemon that checks
its files itself first (reload_check_config): there the verification of the kernel has to wait. From 2.2 on the log says
"Reload complete" by itself, and nobody has to be asked.

A keepalived that ended at the reload is started again, by systemd alone (decision 0008).
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Callable, Dict, Sequence

from ...system import NotRunning, Refused, Unavailable
from ..process import run
from .daemon import Daemon, alive, children
from .dumps import dump, names
from .loaded_copy import LoadedCopy
from .placement import placement
from .responsiveness import STOPPED, condition

_SYSTEMCTL = 60.0  # seconds
_STEP = 0.05  # seconds
_LOOK = 1.0  # seconds between looks for a process that is stopped
_STOPPED = 10.0  # seconds; a debugger stops one for a moment


async def reload(daemon: Daemon, loaded: Callable[[], bool], log_patience: float, limit: float) -> None:
    """Reload; `loaded` returns True once the log has said that it is complete, and is given `log_patience` seconds for that.

    Raises Refused: what happened instead.
    """
    await _ask(daemon)
    end = time.monotonic() + limit
    standstill = _Standstill(daemon)
    barrier = asyncio.ensure_future(_barrier(daemon, log_patience))
    try:
        while not loaded() and not barrier.done():
            _still_there(daemon)
            standstill.look()
            if time.monotonic() > end:
                raise Refused(f"keepalived had not finished its reload after {limit:.0f} s, and still runs")
            await asyncio.sleep(_STEP)
        if not loaded():
            await barrier
    finally:
        barrier.cancel()
    _still_there(daemon)


class _Standstill:
    """A watch for a process that is stopped, and will not read anything however long it is waited for."""

    def __init__(self, daemon: Daemon) -> None:
        self._processes = (
            ("main process", daemon.process.pid),
            ("VRRP process", daemon.vrrp),
            ("checkers process", daemon.checkers),
        )
        self._since: Dict[int, float] = {}
        self._next = 0.0

    def look(self) -> None:
        """Raise Refused when one has been stopped for so long."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _LOOK
        for name, pid in self._processes:
            if not pid or not _stopped(pid):
                self._since.pop(pid, None)
            elif now - self._since.setdefault(pid, now) >= _STOPPED:
                raise Refused(
                    f"keepalived's {name} ({pid}) is stopped, so it does not read its files: continue it (kill -CONT)"
                )


def _stopped(pid: int) -> bool:
    try:
        return condition(pid).state in STOPPED
    except OSError:
        return False


async def _ask(daemon: Daemon) -> None:
    if not daemon.unit:
        try:
            os.kill(daemon.process.pid, signal.SIGHUP)
        except OSError as error:
            raise Refused(f"keepalived (process {daemon.process.pid}) cannot be signalled: {error.strerror}") from None
        return
    await systemctl("reload", daemon.unit)


async def start(unit: str) -> None:
    """Start a daemon that has ended. Raises Refused."""
    if not unit:
        raise NotRunning("keepalived does not run any more, and no systemd to start it: start it")
    try:
        await systemctl("reset-failed", unit)  # it may have been tried too often
    except Refused:
        pass  # systemd has unloaded a unit that nobody enabled and that has ended: nothing to reset, and it can be started
    await systemctl("start", unit)


async def restart(unit: str) -> None:
    """Stop the daemon and start it again. Raises Refused."""
    if not unit:
        raise Refused("keepalived does not run under systemd here, so it cannot be restarted")
    await systemctl("restart", unit)


async def systemctl(verb: str, unit: str) -> None:
    """Have systemd do it, and wait until it is done. Raises Refused."""
    await carry_out(["systemctl", "--no-ask-password", verb, unit], _SYSTEMCTL, f"systemctl {verb} {unit}")


async def carry_out(argv: Sequence[str], limit: float, name: str) -> None:
    """Run a command, and wait until it is done. Raises Refused: in `name`'s words, what happened instead."""
    try:
        status, out, err = await run(argv, limit)
    except asyncio.TimeoutError:
        raise Refused(f"{name} had not ended after {limit:.0f} s") from None
    except OSError as error:
        raise Refused(f"{argv[0]} cannot be run: {error.strerror}") from None
    if status != 0:
        said = (err or out).decode("utf-8", "replace").strip().partition("\n")[0]
        raise Refused(f"{name} ended with status {status}: {said}")


async def _barrier(daemon: Daemon, wait: float) -> None:
    """Wait until every process has been round its loop after the SIGHUP; `wait` first: each dump is a line in the log."""
    await asyncio.sleep(wait)
    await _wait_for_dump(daemon, daemon.process.pid, "_parent")
    for child, kind in ((daemon.vrrp, ""), (daemon.checkers, "_check")):
        if child:
            # Twice: adverts of a MASTER are sent, and queued, before its VRRP child begins to read.
            await _wait_for_dump(daemon, child, kind)
            await _wait_for_dump(daemon, child, kind)


async def _wait_for_dump(daemon: Daemon, pid: int, kind: str) -> None:
    while True:
        # The parent writes its copy first: the dump may be in another place from now on.
        placed = placement(LoadedCopy().read(daemon.process))
        try:
            await dump(pid, signal.SIGUSR1, names(kind, placed))
            return
        except Unavailable:
            _still_there(daemon)  # busy for longer than the dump's patience
            await asyncio.sleep(_STEP)  # a stopped one is not asked, and nothing else would give way


def _still_there(daemon: Daemon) -> None:
    if not alive(daemon):
        raise Refused(f"keepalived (process {daemon.process.pid}) ended when it was reloaded")
    now = children(daemon)
    for name, before, after in (("VRRP", daemon.vrrp, now.vrrp), ("checkers", daemon.checkers, now.checkers)):
        if before and before != after:
            raise Refused(f"keepalived's {name} process ({before}) ended when it was reloaded")
