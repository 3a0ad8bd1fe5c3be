"""Start the guard of a drill: a process of its own that undoes the drill when this agent ends, however that comes.

It runs out of the same bundle as the agent, in memory, in a session of its own, and under systemd in a unit of its own, so that
neither the end of the SSH connection nor that of the login's session ends it. It lives at one end of a pipe: when the other end
closes, the agent is gone. Not for: what it does then (see `drill_guard`).
"""

from __future__ import annotations

import asyncio
import base64
import os
import subprocess
import sys
import zipimport
from typing import List, Optional, Sequence

from ..system import Refused
from .process import look, program

READY, DISMISSED = b"ready\n", b"dismissed\n"
_PATIENCE = 60.0  # seconds until it is at its post
_CODE = (
    "import sys;sys.path.insert(0,sys.argv[1]);from lvstui.director.boot import prepare;prepare(sys.argv[1]);"
    "from lvstui.director.drill_guard import main;main(sys.argv[1:])"
)
_WHAT = "--description=lvstui: undoes a drill when its agent is gone"


class GuardProcess:
    """The guard of this agent, while there is one. `config`, `wanted`: which keepalived, as the agent was told."""

    def __init__(self, config: str, wanted: str) -> None:
        self._words = base64.b64encode("\0".join((config, wanted)).encode()).decode("ascii")
        self._child: Optional[subprocess.Popen[bytes]] = None

    async def start(self, limit: float, unit: str) -> None:
        """Start it, and wait until it is at its post. Raises Refused."""
        agent = look(os.getpid())
        words = [f"{limit:.0f}", str(agent.pid), str(agent.start), self._words]
        scope = program("systemd-run") if unit else None
        if scope is not None:
            name = f"--unit=lvstui-drill-{agent.pid}-{agent.start}"
            if await self._begin([scope, "--scope", "--quiet", "--collect", _WHAT, name, "--"], words):
                return
        if not await self._begin([], words):
            raise Refused("the process that would start keepalived again, were this agent to die, could not be started")

    def dismiss(self) -> None:
        """Let it go: there is nothing to undo."""
        child, self._child = self._child, None
        if child is None or child.stdin is None:
            return
        try:
            child.stdin.write(DISMISSED)
            child.stdin.close()
        except OSError:
            pass  # it was killed
        try:
            child.wait(1.0)
        except subprocess.TimeoutExpired:
            pass  # it ends by itself

    async def _begin(self, before: Sequence[str], words: List[str]) -> bool:
        try:
            child = _spawn([*before, sys.executable, "-IBSc", _CODE], words)
        except OSError:
            return False
        assert child.stdout is not None
        try:
            said = await asyncio.wait_for(asyncio.to_thread(child.stdout.readline), _PATIENCE)
        except asyncio.TimeoutError:
            said = b""
        if said != READY:
            child.kill()
            child.wait()
            return False
        child.stdout.close()
        self._child = child
        return True


def _spawn(argv: List[str], words: List[str]) -> subprocess.Popen[bytes]:
    """Start it with its own copy of the bundle's descriptor. Raises OSError, Refused."""
    bundle = _bundle()
    return subprocess.Popen(
        [*argv, bundle, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
        pass_fds=[int(os.path.basename(bundle))], start_new_session=True, cwd="/",
    )  # fmt: skip


def _bundle() -> str:
    """Return where this code came from: the bundle, as a file in memory. Raises Refused."""
    loader = __spec__.loader if __spec__ is not None else None
    if not isinstance(loader, zipimport.zipimporter):
        raise Refused("this agent was not started out of its bundle, so nobody could undo a drill for it")
    return loader.archive
