"""A process that looks like keepalived to the kernel: its name, its children, its signals, its copy of its configuration.

Not for: tests.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tests.support.waiting import LIMIT_S

_CODE = """
import os, signal, sys
copy = os.environ.get("COPY")
if copy is not None:
    memory = os.memfd_create("/keepalived/consolidated_configuration")
    os.write(memory, copy.encode())
vrrp = {signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2}
pids = []
for name in os.environ.get("CHILDREN", "").split():
    signal.pthread_sigmask(signal.SIG_SETMASK, vrrp if name == "vrrp" else {signal.SIGHUP, signal.SIGUSR1})
    pid = os.fork()
    if pid == 0:
        signal.pause()
        os._exit(0)
    pids.append(pid)
print(*pids, file=sys.stderr, flush=True)
sys.stdin.readline()
for pid in pids:
    os.kill(pid, signal.SIGKILL)
"""


@contextlib.contextmanager
def keepalived(
    folder: Path, *words: str, copy: str | None = None, children: str = "", output: Path | None = None
) -> Iterator[tuple[int, list[int]]]:
    """The pid of the parent, and those of its children, in order. `words` are its command line."""
    program = folder / "keepalived"
    if not program.exists():
        shutil.copy(os.path.realpath(sys.executable), program)
        (folder / "code.py").write_text(_CODE)
    more = {"CHILDREN": children, "PYTHONHOME": sys.base_prefix}
    if copy is not None:
        more["COPY"] = copy
    with contextlib.ExitStack() as opened:
        parent = subprocess.Popen(
            [program, folder / "code.py", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if output is None else opened.enter_context(output.open("a")),
            stderr=subprocess.PIPE,
            env={**os.environ, **more},
            cwd=folder,
            text=True,
        )
        assert parent.stdin is not None and parent.stderr is not None
        try:
            yield parent.pid, _pids(parent.stderr)
        finally:
            parent.communicate("\n", timeout=LIMIT_S)


def _pids(said: IO[str]) -> list[int]:
    """The first line of numbers alone; an interpreter that starts on a busy machine may say something before it."""
    told: list[str] = []
    for line in said:
        told.append(line)
        if all(word.isdecimal() for word in line.split()):
            return [int(word) for word in line.split()]
    raise AssertionError(f"it ended: {told}")
