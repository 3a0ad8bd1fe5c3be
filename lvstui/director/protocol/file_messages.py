"""Define what is told of the files of keepalived's configuration, as they are on the disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional, Tuple


class File(NamedTuple):
    """A file of the configuration, as it is on the disk. `error` when it could not be read; `data` is then empty."""

    path: str
    data: bytes
    sha256: str  # hexadecimal
    mtime: float
    uid: int
    gid: int
    mode: int  # permission bits
    error: Optional[str]
    ctime: float = 0.0  # of the last change of any kind: neither a copy nor a rename can set it back
    lacking: str = ""  # "missing", or "irregular": it is no regular file


class Match(NamedTuple):
    """The paths that a pattern stands for now, as glob(3) sorts them: regular files without any x bit."""

    pattern: str
    paths: Tuple[str, ...]
    executable: Tuple[str, ...] = ()  # regular files that it would stand for, but for their x bits


@dataclass(frozen=True)
class Files:
    """The configuration: keepalived's main file and all that the watched patterns match. Sent whole when one changes."""

    at: float
    main: str
    files: Tuple[File, ...]
    matches: Tuple[Match, ...]
    error: Optional[str]
