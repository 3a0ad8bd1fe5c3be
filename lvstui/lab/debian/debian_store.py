"""Make things of Debian packages with mmdebstrap, once each, and keep them in the user's cache.

Installs nothing on the host. A thing is made beside its place and renamed into it, so what is interrupted leaves no half of
it, and two that make it at once make it once.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from lvstui.lab.errors import LabError


def store() -> Path:
    """Return the folder that all of it is in."""
    return Path(platformdirs.user_cache_dir("lvstui")) / "lab"


def kept(path: Path, make: Callable[[Path], None]) -> Path:
    """Return `path` of the store; if nothing is there, `make(fresh)` makes it at `fresh` first."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(path.with_suffix(".lock")):
        if not path.exists():
            with tempfile.TemporaryDirectory(prefix=".building-", dir=path.parent) as folder:
                fresh = Path(folder, "made")
                make(fresh)
                os.replace(fresh, path)
    return path


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def mmdebstrap(options: list[str], release: str, made: Path, *, target: str) -> None:
    """Run it for that release, writing to `target` ("-" for nothing); raises LabError unless `made` is there after it."""
    command = ["mmdebstrap", "--quiet", *options, release, target]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0 or not made.exists():
        raise LabError(_explain(release, done.stderr))


def _explain(release: str, output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith(("E:", "Err:", "mke2fs:"))] or lines[-5:]
    last = "\n  ".join(reasons[-5:])
    return (
        f"mmdebstrap could not build Debian {release}; nothing was kept. It said:\n  {last}\n"
        "It needs a Debian mirror that this machine's apt can reach, and about 600 MB in the temporary folder."
    )
