"""Ask a child of keepalived for its dump with a signal, and wait until it is whole. Not for what is in it.

keepalived writes a dump under a temporary name, renames it to its own name while it is still empty, and fills it: it is whole
when it is new and the child has closed it. The file stays where keepalived always leaves it, as after anybody's signal.
"""

from __future__ import annotations

import asyncio
import glob
import os
import stat
from typing import Dict, List, Sequence, Tuple

from ...system import Unavailable
from .placement import Placement
from .responsiveness import STOPPED, condition

PATIENCE = 5.0  # seconds for a dump to appear
_STEP = 0.01  # seconds between looks
_AGAIN = 1.0  # seconds after which it is asked again: a signal that comes together with SIGHUP is lost in the reload
_MOST = 2  # times that it is asked: each is a line in its log
_MAX = 64 * 1024 * 1024  # bytes
_ANYWHERE = Placement()
Identity = Tuple[int, int]  # device and inode
Version = Tuple[
    Identity, int
]  # and when it was changed, ns: of three dumps in a row, the last may get the inode of the first


def names(kind: str, placed: Placement = _ANYWHERE) -> Tuple[str, ...]:
    """Return where a dump may be, as glob patterns: "" VRRP's, "_check", "_parent"; "json".

    A name without a folder is in the folder for temporary files. keepalived puts the kind, and with `data_use_instance` its
    instance and its namespace, before the extension of its own name or of that which `state_dump_file` gives.
    """
    if kind == "json":
        return ("keepalived.json", *([placed.json_dump] if placed.json_dump else []))
    folder, name = os.path.split(placed.state_dump)
    stem, dot, extension = (name or "keepalived.data").rpartition(".")
    stem, extension = (stem, dot + extension) if dot else (extension, "")
    where = f"{glob.escape(folder)}/" if folder.startswith("/") else ""
    stem, extension = glob.escape(stem), glob.escape(extension)
    return (f"{where}{stem}{kind}{extension}", f"{where}{stem}{kind}.*{extension}")


async def dump(pid: int, number: int, patterns: Sequence[str]) -> bytes:
    """Return the dump that the child writes on the signal, wherever one of these `names` says. Raises Unavailable."""
    places = _places(pid, patterns)
    before = await _settled(places, pid)
    asked, written = 0, False  # how often; is it being written
    for step in range(int(PATIENCE / _STEP)):
        if step % int(_AGAIN / _STEP) == 0 and asked < _MOST and not written:
            asked += _ask(pid, number)
        await asyncio.sleep(_STEP)
        new = [(path, version[0]) for path, version in _look(places, pid).items() if before.get(path) != version]
        for path, identity in new:
            if not _writes(pid, identity):
                return _read(path, identity)
        written = bool(new)
        if not _exists(pid):
            raise Unavailable(f"keepalived's process {pid} ended before it told its state")
    raise Unavailable(f"keepalived's process {pid} wrote no {places[0]} within {PATIENCE:.0f} s of signal {number}")


async def _settled(places: Sequence[str], pid: int) -> Dict[str, Version]:
    """Return the dumps of before, as they are when the child writes to none: another agent may have asked for one just now."""
    for _ in range(int(PATIENCE / _STEP)):
        found = _look(places, pid)
        if not any(_writes(pid, identity) for identity, _ in found.values()):
            break
        await asyncio.sleep(_STEP)
    return found


def _ask(pid: int, number: int) -> bool:
    """Send the signal, unless it still waits to be taken: a real-time one queues, and each would be answered in the end.

    Return True if it was sent. Raises Unavailable.
    """
    try:
        seen = condition(pid)
        if seen.state in STOPPED:
            raise Unavailable(
                f"keepalived's process {pid} is stopped: it tells nothing until it is continued (kill -CONT {pid})"
            )
        if seen.waiting >> (number - 1) & 1:
            return False
    except (ValueError, IndexError):
        pass  # an odd kernel: ask all the same
    except OSError:
        raise Unavailable(f"keepalived's process {pid} ended before it told its state") from None
    try:
        os.kill(pid, number)
    except OSError as error:
        raise Unavailable(f"keepalived's process {pid} cannot be asked for its state: {error.strerror}") from None
    return True


def _places(pid: int, patterns: Sequence[str]) -> List[str]:
    """Return the patterns as seen through the process: /tmp may be its own (PrivateTmp)."""
    root = f"/proc/{pid}/root"
    whole = [root + pattern for pattern in patterns if pattern.startswith("/")]
    folders = _folders(pid)
    return whole + [
        f"{root}{glob.escape(folder)}/{pattern}"
        for folder in folders
        for pattern in patterns
        if not pattern.startswith("/")
    ]


def _folders(pid: int) -> List[str]:
    folders = ["/tmp"]  # where keepalived writes them
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            for variable in file.read().split(b"\0"):
                if variable.startswith(b"TMPDIR=/"):
                    folders.insert(0, os.fsdecode(variable[7:]))
    except OSError:
        pass  # then it is /tmp, or the dump will be missed and said so
    return folders


def _look(places: Sequence[str], pid: int) -> Dict[str, Version]:
    """Return the files that the daemon's own user wrote: anybody may put a file into /tmp."""
    found: Dict[str, Version] = {}
    try:
        owner = os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return found
    for path in (path for place in places for path in glob.glob(place)):
        try:
            known = os.lstat(path)
        except OSError:
            continue
        if stat.S_ISREG(known.st_mode) and known.st_uid == owner:
            found[path] = ((known.st_dev, known.st_ino), known.st_ctime_ns)
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
