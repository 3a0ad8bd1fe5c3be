"""Guard a drill: wait until its agent is gone, and then undo it as the next agent would. A process of its own on the Director.

The agent dismisses it when the drill is over. An agent that hangs for too long is killed first: what it had begun is not to
wait for it. Not for: how it is started (see `linux.guard_process`).
"""

from __future__ import annotations

import asyncio
import base64
import os
import select
import signal
import sys
import time
from typing import List, Optional

from .changes.driver import ChangeDriver
from .changes.recovery import Recover
from .changes.transaction import Transaction
from .journal import LeftJournal, undoes_itself
from .linux.guard_process import DISMISSED, READY
from .linux.linux_system import LinuxSystem
from .linux.process import look
from .protocol.message_registry import FromAgent
from .system import Refused

_TRIES, _AGAIN = 120, 0.5  # times, seconds: a new agent of the same console may be at it
_WORD = 64  # bytes


def main(words: List[str]) -> None:
    """Guard until dismissed. `words`: the bundle, the limit in seconds, the agent's pid and its start, which keepalived."""
    _, limit, pid, start, which = words
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    config, wanted = base64.b64decode(which).decode().split("\0")
    system = LinuxSystem(config, wanted)
    os.write(1, READY)
    _close(1)
    if not _dismissed(float(limit), int(pid), int(start)):
        asyncio.run(_undo(system))
    os._exit(0)


def _dismissed(limit: float, pid: int, start: int) -> bool:
    """Wait for the agent's word, or its end. Return True if it needs no guard any more."""
    end = time.monotonic() + limit
    while True:
        wait = end - time.monotonic()
        if wait <= 0:
            _kill(pid, start)
            return False
        if select.select([0], [], [], wait)[0]:
            return os.read(0, _WORD) == DISMISSED


def _kill(pid: int, start: int) -> None:
    """Kill an agent that hangs."""
    try:
        if look(pid).start == start:
            os.kill(pid, signal.SIGKILL)
    except OSError:
        pass  # it is gone


async def _undo(system: LinuxSystem) -> None:
    said: List[FromAgent] = []
    driver = ChangeDriver(system, said.append, time.monotonic)
    for _ in range(_TRIES):
        await driver.perform(Transaction().receive(Recover()))
        if not _left(system):
            return
        await asyncio.sleep(_AGAIN)


def _left(system: LinuxSystem) -> bool:
    """Return True if there is something that was not undone yet, and may still be."""
    left: Optional[LeftJournal]
    try:
        left = system.left()
    except Refused:
        return True
    return left is not None and (left.busy or undoes_itself(left))


def _close(descriptor: int) -> None:
    """Let what may be closed at the other end be closed."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, descriptor)
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115
