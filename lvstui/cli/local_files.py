"""Read keepalived's files on this machine. Not for: those of a Director, which its agent reads."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence

from lvstui.director.linux.files.config_files import matching


class LocalFiles:
    """A Reader of this machine's files."""

    def glob(self, pattern: str) -> Sequence[str]:
        """Return the regular files without an x bit that match, in byte order."""
        return matching(pattern)

    def read(self, path: str) -> bytes:
        """Return all of it; raises OSError, also for a pipe that nobody writes to, which would never end."""
        with open(path, "rb", opener=_without_waiting) as file:
            kind = os.fstat(file.fileno()).st_mode
            if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind) or file.isatty()):
                raise OSError(errno.EINVAL, "it is a device, not a file", path)
            os.set_blocking(file.fileno(), True)
            data = file.read()
            if not data and stat.S_ISFIFO(kind):
                raise OSError(errno.EPIPE, "it is a pipe, and nobody writes to it", path)
            return data


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)
