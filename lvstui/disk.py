"""keepalived's files as they lie on this machine. Not for: those of a Director, which its agent reads."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Sequence


class Disk:
    """A Reader of this machine's files."""

    def glob(self, pattern: str) -> Sequence[str]:
        """The regular files without an x bit that match, in byte order."""
        return [path for path in sorted(glob.glob(pattern), key=os.fsencode) if _included(path)]

    def read(self, path: str) -> bytes:
        with open(path, "rb") as file:
            return file.read()


def _included(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and not mode & 0o111
