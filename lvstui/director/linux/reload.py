"""Makes keepalived read its files, and waits until it has. Not for whether the kernel then shows what was meant.

keepalived's processes are single-threaded loops that take pending signals in the order of their numbers, SIGHUP (1) before
SIGUSR1 (10), and handle what follows from them first in, first out. So a dump that the parent was asked for after the SIGHUP
comes after it has read its files and passed the signal on, and a dump of the checkers child that is asked for after that
comes when the child has loaded them. That holds for 2.1 to 2.4, whatever is logged and wherever, but for a daemon that checks
its files itself first (reload_check_config): there the verification of the kernel has to wait. From 2.2 on the log says
"Reload complete" by itself, and nobody has to be asked.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Callable

from ..system import NotRunning, Refused, Unavailable
from .daemon import Daemon, alive, children
from .dumps import dump
from .process import run

_SYSTEMCTL = 60.0  # seconds
_STEP = 0.05  # seconds


async def reload(daemon: Daemon, loaded: Callable[[], bool], log_patience: float, limit: float) -> None:
    """`loaded` tells whether the log has said that the reload is complete; it is given `log_patience` seconds for that.

    Raises Refused: what happened instead.
    """
    await _ask(daemon)
    end = time.monotonic() + limit
    barrier = asyncio.ensure_future(_barrier(daemon, log_patience))
    try:
        while not loaded() and not barrier.done():
            _still_there(daemon)
            if time.monotonic() > end:
                raise Refused(f"keepalived had not finished its reload after {limit:.0f} s, and still runs")
            await asyncio.sleep(_STEP)
        if not loaded():
            await barrier
    finally:
        barrier.cancel()
    _still_there(daemon)


async def _ask(daemon: Daemon) -> None:
    if not daemon.unit:
        try:
            os.kill(daemon.process.pid, signal.SIGHUP)
        except OSError as error:
            raise Refused(f"keepalived (process {daemon.process.pid}) cannot be signalled: {error.strerror}") from None
        return
    await _systemctl("reload", daemon.unit)


async def start(unit: str) -> None:
    """A daemon that has ended, again. Raises Refused."""
    if not unit:
        raise NotRunning("keepalived does not run any more, and no systemd to start it: start it")
    await _systemctl("reset-failed", unit)  # it may have been tried too often
    await _systemctl("start", unit)


async def _systemctl(verb: str, unit: str) -> None:
    try:
        status, out, err = await run(["systemctl", "--no-ask-password", verb, unit], _SYSTEMCTL)
    except asyncio.TimeoutError:
        raise Refused(f"systemctl {verb} {unit} had not ended after {_SYSTEMCTL:.0f} s") from None
    except OSError as error:
        raise Refused(f"systemctl cannot be run: {error.strerror}") from None
    if status != 0:
        said = (err or out).decode("utf-8", "replace").strip().partition("\n")[0]
        raise Refused(f"systemctl {verb} {unit} ended with status {status}: {said}")


async def _barrier(daemon: Daemon, wait: float) -> None:
    """Until every process has come round its loop once after the SIGHUP; `wait` first, for each dump is a line in the log."""
    await asyncio.sleep(wait)
    await _turn(daemon, daemon.process.pid, "keepalived_parent*.data")
    for child, name in ((daemon.vrrp, "keepalived.data"), (daemon.checkers, "keepalived_check*.data")):
        if child:
            # Twice: adverts of a MASTER are sent, and queued, before its VRRP child begins to read.
            await _turn(daemon, child, name)
            await _turn(daemon, child, name)


async def _turn(daemon: Daemon, pid: int, pattern: str) -> None:
    while True:
        try:
            await dump(pid, signal.SIGUSR1, pattern)
            return
        except Unavailable:
            _still_there(daemon)  # busy for longer than the dump's patience


def _still_there(daemon: Daemon) -> None:
    if not alive(daemon):
        raise Refused(f"keepalived (process {daemon.process.pid}) ended when it was reloaded")
    now = children(daemon)
    for name, before, after in (("VRRP", daemon.vrrp, now.vrrp), ("checkers", daemon.checkers, now.checkers)):
        if before and before != after:
            raise Refused(f"keepalived's {name} process ({before}) ended when it was reloaded")
