"""A console in a process of its own, which kills itself with -9 the moment a step begins.

python -m tests.support.killed_console LAB_FOLDER DIRECTOR STEP
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from lvstui.lab.lab import Lab
from tests.support import faulted_session


async def _run(lab: Lab, director: str, step: str) -> None:
    async with faulted_session.scene(lab, limits=faulted_session.PATIENT) as scene:
        plan = scene.drain()
        scene.on(director, step, lambda: os.kill(os.getpid(), signal.SIGKILL))
        await scene.make(plan)


if __name__ == "__main__":
    folder, director, step = sys.argv[1:]
    asyncio.run(_run(Lab.attach(Path(folder)), director, step))
