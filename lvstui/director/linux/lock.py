"""One writer at a time on a Director: a flock on the configuration's folder. It leaves no file, and ends with its owner."""

from __future__ import annotations

import fcntl
import os
import pwd
import time

from ..system import Refused
from .process import look, started


class FolderLock:
    def __init__(self) -> None:
        self._descriptor = -1

    def take(self, folder: str) -> None:
        """Raises Refused: who holds it."""
        self.release()
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise Refused(f"{folder} cannot be locked: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            known = os.fstat(descriptor)
            os.close(descriptor)
            raise Refused(f"another change is being made on this Director, by {_holder(known)}") from None
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


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
