"""Read keepalived's own copy of the configuration that it has loaded. Not for what it says.

From 2.2.0 on the parent writes every line that it reads into a file without a name, from which its children read it, and keeps
that file open: what is in it is what is loaded, whatever lies on the disk, and when it was last written is when keepalived
last read its files, whatever is logged and wherever. It is opened anew through /proc, so keepalived's own place in it stays.
"""

from __future__ import annotations

import os
import stat
import time
from typing import List, Optional, Tuple

from ...protocol.keepalived_messages import LoadedConfiguration
from ..process import ProcessIdentity

_NAME = "/memfd:/keepalived/consolidated_configuration"
_DELETED = " (deleted)"  # a file on a disk, where memory files are not allowed, or keepalived is told to use none
_OPENS = b"# "  # a file's first line in it
_MAX = 32 * 1024 * 1024  # bytes
Signature = Tuple[int, ...]
_NO_COPY = "this keepalived keeps no copy of what it has loaded (versions before 2.2 do not)"
_OBSERVER = "only root may see what keepalived has loaded"


class LoadedCopy:
    """A reader that remembers what it has read for as long as keepalived does not write it anew."""

    def __init__(self) -> None:
        self._signature: Signature = ()
        self._known: Optional[LoadedConfiguration] = None
        self._path = ""  # where it was last

    def read(self, parent: Optional[ProcessIdentity]) -> Optional[LoadedConfiguration]:
        """Return what is loaded, or why that cannot be seen; None while keepalived does not run, or is at writing it."""
        if parent is None:
            self._known = None
            return None
        try:
            found = _still_at(self._path, parent.pid) or _find(parent.pid)
        except OSError:
            return self._nothing(parent, _OBSERVER)
        if found is None:
            return self._nothing(parent, _NO_COPY)
        path, known = found
        self._path = path
        signature = (parent.pid, parent.start, known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns)
        if signature == self._signature and self._known is not None:
            return self._known
        try:
            with open(path, "rb") as file:
                data = file.read(_MAX)
                after = os.fstat(file.fileno())
        except OSError as error:
            return self._nothing(parent, f"keepalived's copy of what it has loaded cannot be read: {error.strerror}")
        if (after.st_size, after.st_mtime_ns) != (known.st_size, known.st_mtime_ns) or not _whole(data):
            return self._known if self._known is not None and self._known.pid == parent.pid else None
        self._signature = signature
        self._known = LoadedConfiguration(time.monotonic(), known.st_mtime, parent.pid, parent.start, data, None)
        return self._known

    def _nothing(self, parent: ProcessIdentity, why: str) -> LoadedConfiguration:
        known = self._known
        if known is None or (known.pid, known.start, known.error) != (parent.pid, parent.start, why):
            self._signature = ()
            known = self._known = LoadedConfiguration(time.monotonic(), 0.0, parent.pid, parent.start, b"", why)
        return known


def _still_at(path: str, pid: int) -> Optional[Tuple[str, os.stat_result]]:
    """Return the copy where it was last; None where it is not there: a look at one descriptor instead of all, every second."""
    try:
        if path.startswith(f"/proc/{pid}/") and os.readlink(path).startswith(_NAME):
            return path, os.stat(path)
    except OSError:
        pass  # keepalived has opened another one
    return None


def _find(pid: int) -> Optional[Tuple[str, os.stat_result]]:
    """Return where the copy is. Raises OSError: it may not be looked at."""
    others: List[str] = []
    for name in sorted(os.listdir(f"/proc/{pid}/fd"), key=int):
        path = f"/proc/{pid}/fd/{name}"
        try:
            target = os.readlink(path)
        except FileNotFoundError:
            continue
        if target.startswith(_NAME):
            return path, os.stat(path)
        if target.endswith(_DELETED):
            others.append(path)
    for path in others:
        try:
            known = os.stat(path)
            if stat.S_ISREG(known.st_mode) and _begins_as_one(path):
                return path, known
        except OSError:
            continue
    return None


def _begins_as_one(path: str) -> bool:
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        return file.read(len(_OPENS)) == _OPENS


def _whole(data: bytes) -> bool:
    """Return True if its last line ends the main file. keepalived writes in pieces of 4 kB: until then it may be at it."""
    return data.endswith(b"!\n") or data.startswith(b"#!")
