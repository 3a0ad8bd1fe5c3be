"""Lay another build of keepalived over a Director's image: a folder as `make install` leaves it, with what it needs.

Only what runs is taken: `sbin/keepalived`, and the shared libraries that the Director's own system may lack. Nothing of it is
kept beyond the lab. Not for: building one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from lvstui.lab.errors import LabError

PROGRAM = "sbin/keepalived"
_IN_THE_DIRECTOR = "usr/sbin/keepalived"


def check(folder: str) -> Path:
    """Return the program in that folder; raises LabError, before anything is started, when it cannot be used."""
    program = Path(folder, PROGRAM)
    if not program.is_file():
        raise LabError(f"{folder} has no {PROGRAM}: give a folder as `make install` leaves it; nothing was started.")
    if not os.access(program, os.X_OK):
        raise LabError(f"{program} cannot be executed; nothing was started.")
    libraries(program)
    return program


def libraries(program: Path) -> list[Path]:
    """Return the shared libraries that the program is loaded with here; raises LabError when one is missing."""
    done = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        if "not a dynamic executable" in done.stderr + done.stdout:
            return []
        raise LabError(f"{program} is no program of this machine: {done.stderr.strip()}")
    missing = [line.split()[0] for line in done.stdout.splitlines() if line.endswith("not found")]
    if missing:
        raise LabError(f"{program} needs {', '.join(missing)}, which this machine has not; nothing was started.")
    words = (word for line in done.stdout.splitlines() for word in line.split())
    return [Path(word) for word in words if word.startswith("/")]


def stage(folder: str, target: Path) -> None:
    """Put into `target`, a folder of the lab, what is to be laid over the Director's root."""
    program = check(folder)
    for source, place in [(program, _IN_THE_DIRECTOR), *((one, str(one).lstrip("/")) for one in libraries(program))]:
        copy = target / place
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
