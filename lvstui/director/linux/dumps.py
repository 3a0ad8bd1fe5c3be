"""Asks a child of keepalived for its dump with a signal, and waits until it is whole. Not for what is in it.

keepalived writes a dump under a temporary name, renames it to its own name while it is still empty, and fills it: it is whole
when it is new and the child has closed it. The file stays where keepalived always leaves it, as after anybody's signal.
"""

from __future__ import annotations

import asyncio
import glob
import os
import stat
from typing import Dict, List, Tuple

from ..system import Unavailable

PATIENCE = 5.0  # seconds for a dump to appear
_STEP = 0.01  # seconds between looks
_MAX = 64 * 1024 * 1024  # bytes
Identity = Tuple[int, int]  # device and inode: two dumps in a row never share it


async def dump(pid: int, number: int, pattern: str) -> bytes:
    """The dump that the child writes on the signal, by the glob pattern of its name. Raises Unavailable."""
    folders = _folders(pid)
    before = {path: identity for folder in folders for path, identity in _look(folder, pattern, pid).items()}
    try:
        os.kill(pid, number)
    except OSError as error:
        raise Unavailable(f"keepalived's process {pid} cannot be asked for its state: {error.strerror}") from None
    for _ in range(int(PATIENCE / _STEP)):
        await asyncio.sleep(_STEP)
        for folder in folders:
            for path, identity in _look(folder, pattern, pid).items():
                if before.get(path) != identity and not _writes(pid, identity):
                    return _read(path, identity)
        if not _exists(pid):
            raise Unavailable(f"keepalived's process {pid} ended before it told its state")
    where = " or ".join(folders)
    raise Unavailable(
        f"keepalived's process {pid} wrote no {pattern} in {where} within {PATIENCE:.0f} s of signal {number}"
    )


def _folders(pid: int) -> List[str]:
    """Seen through the process: /tmp may be its own (PrivateTmp)."""
    folders = ["/tmp"]  # where keepalived writes them
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            for variable in file.read().split(b"\0"):
                if variable.startswith(b"TMPDIR=/"):
                    folders.insert(0, os.fsdecode(variable[7:]))
    except OSError:
        pass  # then it is /tmp, or the dump will be missed and said so
    return [f"/proc/{pid}/root{folder}" for folder in folders]


def _look(folder: str, pattern: str, pid: int) -> Dict[str, Identity]:
    """Only what the daemon's own user wrote: anybody may put a file into /tmp."""
    found: Dict[str, Identity] = {}
    try:
        owner = os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return found
    for path in glob.glob(f"{glob.escape(folder)}/{pattern}"):
        try:
            known = os.lstat(path)
        except OSError:
            continue
        if stat.S_ISREG(known.st_mode) and known.st_uid == owner:
            found[path] = (known.st_dev, known.st_ino)
    return found


def _exists(pid: int) -> bool:
    return os.path.exists(f"/proc/{pid}")


def _writes(pid: int, identity: Identity) -> bool:
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                open_file = os.stat(f"/proc/{pid}/fd/{name}")
            except OSError:
                continue
            if (open_file.st_dev, open_file.st_ino) == identity:
                return True
    except OSError:
        return False
    return False


def _read(path: str, identity: Identity) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        known = os.fstat(descriptor)
        if (known.st_dev, known.st_ino) != identity:
            raise Unavailable(f"{path} was replaced while it was read")
        return file.read(_MAX)
