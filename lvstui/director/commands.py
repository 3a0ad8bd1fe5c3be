"""What a transaction asks of the machine: the vocabulary between the state machine, which decides, and its driver, which acts."""

from __future__ import annotations

from typing import Any, Generator, NamedTuple, Optional, Tuple, Union

from .journal import Entry
from .messages import FromAgent, Replacement
from .system import Refused


class Abandoned(Exception):
    """Nobody waits for the outcome any more: undo."""


FAILED = (Refused, Abandoned)


class Lock(NamedTuple):
    pass


class Unlock(NamedTuple):
    pass


class Look(NamedTuple):
    """For what another agent left here. Answers: Optional[Left]."""


class Write(NamedTuple):
    """The candidate beside the file."""

    replacement: Replacement


class Check(NamedTuple):
    """That the file is still what it was."""

    replacement: Replacement


class Journal(NamedTuple):
    """Written, and on the disk, before what it tells of is done; None: removed."""

    entry: Optional[Entry]


class Test(NamedTuple):
    transaction: str
    replacements: Tuple[Replacement, ...]


class Swap(NamedTuple):
    replacement: Replacement


class PutBack(NamedTuple):
    path: str
    sha256: str  # of the new file, which is to be there


class Discard(NamedTuple):
    path: str


class Reload(NamedTuple):
    """Answers: what is worth saying of it, or ""."""

    limit: float  # seconds
    undo: bool  # of the old files: not to be abandoned


class Record(NamedTuple):
    """A line for the Director's syslog."""

    line: str


class Say(NamedTuple):
    message: FromAgent


Command = Union[Lock, Unlock, Look, Check, Write, Journal, Test, Swap, PutBack, Discard, Reload, Record, Say]
Steps = Generator[Command, Any, None]


def sentences(*parts: str) -> str:
    """Some sentences as one text; empty ones are left out."""
    return ". ".join(part.rstrip(".") for part in parts if part)
