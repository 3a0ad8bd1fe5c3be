"""Stop keepalived or kill it, as a drill does, and start it again: through systemd where it runs it, otherwise by hand.

Not for: when that is done (see `changes.interruption`), nor a reload (see `reload`).
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Callable, Optional

from ...journal import StartedBy
from ...system import Refused
from ..process import ProcessIdentity, command_line, look, namespace
from . import reload
from .daemon import Daemon

_END = 60.0  # seconds that keepalived is given to end; it takes VIPs and virtual servers away first
_START = 60.0  # seconds until its processes are there
_STOP = 10.0  # seconds; the parent gives its children 5 s to end (core/main.c)
_STEP = 0.02  # seconds


def how_started(daemon: Daemon) -> StartedBy:
    """Return how it is started again. Raises Refused where that cannot be known, or is not ours to do."""
    if daemon.unit:
        return StartedBy(daemon.unit, ())
    program, pid = daemon.on_disk, daemon.process.pid
    if program is None:
        raise Refused(
            "the program that keepalived was started from is not on the disk any more: it could not be started again"
        )
    if namespace(str(pid), "mnt") != namespace("self", "mnt"):
        raise Refused(
            "keepalived runs in a mount namespace of its own, and without systemd: it could not be started again"
        )
    if daemon.option("dont-fork") is not None:
        raise Refused(
            "keepalived was started with --dont-fork, and not by systemd: whoever started it would start it again, or end with it"
        )
    try:
        argv = command_line(pid)
    except OSError as error:
        raise Refused(f"keepalived's command line cannot be read: {error.strerror}") from None
    return StartedBy("", (program, *argv[1:]))


async def halt(daemon: Daemon, how: str, unit: str) -> None:
    """Stop or kill it, and wait until every process of it is gone. Raises Refused: what happened instead."""
    processes = [daemon.process, *daemon.known]
    if how == "kill":
        _kill(daemon)
    elif unit:
        await reload.systemctl("stop", unit)
    else:
        _signal(daemon.process.pid, signal.SIGTERM)
    end = time.monotonic() + _END
    while left := [one for one in processes if _there(one)]:
        if time.monotonic() > end:
            raise Refused(f"keepalived (process {left[0].pid}) had not ended {_END:.0f} s after it was asked to")
        await asyncio.sleep(_STEP)


def _kill(daemon: Daemon) -> None:
    """Kill all of it at once: the parent, stopped first, neither starts its children again nor tells them to give VIPs away."""
    _signal(daemon.process.pid, signal.SIGSTOP)
    for child in daemon.known:
        try:
            os.kill(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has ended
    _signal(daemon.process.pid, signal.SIGKILL)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except OSError as error:
        raise Refused(f"keepalived (process {pid}) cannot be signalled: {error.strerror}") from None


def _there(process: ProcessIdentity) -> bool:
    try:
        return look(process.pid) == process
    except OSError:
        return False


async def start_again(start: StartedBy, now: Callable[[], Optional[Daemon]]) -> str:
    """Start it unless it runs, and wait until its processes are there; `now` gives the daemon of now. Raises Refused.

    One that is just being stopped, by who was killed meanwhile, still has its processes: it is seen to the end.
    """
    before = now()
    if start.unit:
        await reload.start(start.unit)  # does nothing where it runs, and waits for a stop that goes on
    elif await _stays(before):
        return ""
    elif start.argv:
        await reload.carry_out(start.argv, _START, start.argv[0])  # it becomes a daemon by itself
    else:
        raise Refused("it is not known how keepalived was started: start it")
    end = time.monotonic() + _START
    while (daemon := now()) is None or not daemon.known:
        if time.monotonic() > end:
            raise Refused(f"keepalived was started, but does not run {_START:.0f} s later: look into its log")
        await asyncio.sleep(0.1)
    return "" if before is not None and daemon.process == before.process else "keepalived was started again"


async def _stays(daemon: Optional[Daemon]) -> bool:
    """Return True if it runs and does not end within the time that a stop takes."""
    if daemon is None or not daemon.known:
        return False
    end = time.monotonic() + _STOP
    while time.monotonic() < end:
        if not _there(daemon.process):  # it ends last
            return False
        await asyncio.sleep(_STEP)
    return all(map(_there, daemon.known))
