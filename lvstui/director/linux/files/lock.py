"""Let one writer at a time onto a Director: a flock on the configuration's folder (decision 0003).

It leaves no file, and ends with its owner.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pwd
import time

from ...journal import change_in_words
from ...system import Refused
from ..process import look, started
from . import journal_file

_TRIES, _AGAIN = 3, 0.05  # times, seconds


class FolderLock:
    """The lock on one folder, as this process has it."""

    def __init__(self) -> None:
        self._descriptor = -1

    @property
    def held(self) -> bool:
        return self._descriptor >= 0

    async def take(self, folder: str, journal_path: str) -> None:
        """Take the lock. Raises Refused: who holds it, and for what if its journal tells."""
        for _ in range(_TRIES):
            if self.try_to_take(folder):
                return
            await asyncio.sleep(_AGAIN)  # another agent that only looks for what was left holds it for a moment
        raise Refused(
            f"another change is being made on this Director{_what(journal_path)}, by {_holder(os.stat(folder))}"
        )

    def try_to_take(self, folder: str) -> bool:
        """Return True if the lock was free and is now held. Raises Refused when it cannot be had at all."""
        self.release()
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise Refused(f"{folder} cannot be locked: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _what(path: str) -> str:
    try:
        entry = journal_file.read(path)
    except Refused:
        return ""
    return "" if entry is None else f": {change_in_words(entry)}"


def _holder(folder: os.stat_result) -> str:
    device = f"{os.major(folder.st_dev):02x}:{os.minor(folder.st_dev):02x}:{folder.st_ino}"
    try:
        with open("/proc/locks", encoding="ascii") as file:
            for line in file:
                fields = line.split()
                if "->" not in fields and fields[1] == "FLOCK" and fields[5] == device:
                    return _who(int(fields[4]))
    except (OSError, ValueError, IndexError):
        pass  # then it stays unknown
    return "a process that this one cannot see"


def _who(pid: int) -> str:
    try:
        process = look(pid)
        with open(f"/proc/{pid}/loginuid", encoding="ascii") as file:
            login = int(file.read())
        uid = login if login < 0xFFFFFFFF else os.stat(f"/proc/{pid}").st_uid
    except (OSError, ValueError):
        return f"process {pid}"
    try:
        user = pwd.getpwuid(uid).pw_name
    except KeyError:
        user = f"uid {uid}"
    return f"{user} (process {pid}, since {time.strftime('%H:%M:%S', time.localtime(started(process)))})"
