"""Read the configuration's files when stat says that they changed. Nothing is parsed here."""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import stat
import time
from typing import Dict, List, Tuple

from ...protocol.file_messages import File, Files, Match

_MAX = 16 * 1024 * 1024  # bytes; a configuration of 250,000 lines has 8 MB
Signature = Tuple[int, ...]
_LACKING = {errno.ENOENT: "missing", errno.EISDIR: "irregular"}


class ConfigFiles:
    """Keep what was read of each file, for as long as its stat stays the same."""

    def __init__(self) -> None:
        self._known: Dict[str, Tuple[Signature, File]] = {}

    def read(self, main: str, patterns: Tuple[str, ...]) -> Files:
        """Return the main file and all that the patterns match."""
        matches = tuple(_match(pattern) for pattern in patterns)
        paths = dict.fromkeys([main, *(path for match in matches for path in match.paths)])
        files = {path: self._read(path) for path in paths}
        self._known = {path: known for path, known in self._known.items() if path in files}
        return Files(time.monotonic(), main, tuple(files.values()), matches, None)

    def _read(self, path: str) -> File:
        try:
            with open(path, "rb", opener=_opener) as file:
                known = os.fstat(file.fileno())
                signature = (known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns)
                cached = self._known.get(path)
                if cached is not None and cached[0] == signature:
                    return cached[1]
                if not stat.S_ISREG(known.st_mode):
                    return _unreadable(path, "it is not a regular file", "irregular")
                if known.st_size > _MAX:
                    return _unreadable(path, f"it has {known.st_size} bytes, more than {_MAX} are not read")
                data = file.read(_MAX + 1)
        except OSError as error:
            return _unreadable(path, error.strerror or str(error), _LACKING.get(error.errno or 0, ""))
        mode = stat.S_IMODE(known.st_mode)
        digest = hashlib.sha256(data).hexdigest()
        result = File(path, data, digest, known.st_mtime, known.st_uid, known.st_gid, mode, None, known.st_ctime)
        self._known[path] = (signature, result)
        return result


def matching(pattern: str) -> Tuple[str, ...]:
    """Return what keepalived's include takes: regular files without any x bit, in the order of glob(3)."""
    return _match(pattern).paths


def _match(pattern: str) -> Match:
    found: List[str] = []
    executable: List[str] = []
    for path in sorted(glob.glob(pattern), key=os.fsencode):
        try:
            mode = os.stat(path).st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode):
            (executable if mode & 0o111 else found).append(tidy(path))
    return Match(pattern, tuple(found), tuple(executable))


def tidy(path: str) -> str:
    """Return the path without `.` and `..`, which patch(1) refuses: what was included as `parts/../b` is `b`.

    Behind a link to a folder `..` is another folder than it looks. Then it is the name that the kernel comes to.
    """
    plain = os.path.normpath(path)
    if ".." in path.split("/") and os.path.realpath(path) != os.path.realpath(plain):
        return os.path.realpath(path)
    return plain


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)  # a FIFO in the place of a file must not hang the agent


def _unreadable(path: str, why: str, lacking: str = "") -> File:
    return File(path, b"", "", 0.0, 0, 0, 0, why, 0.0, lacking)
