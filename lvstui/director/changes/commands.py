"""Define what a transaction asks of the machine: the state machine decides, and its driver performs these commands."""

from __future__ import annotations

from typing import Any, Generator, NamedTuple, Optional, Tuple, Union

from ..journal import JournalEntry, StartedBy
from ..protocol.change_messages import Replacement
from ..protocol.message_registry import FromAgent
from ..system import Refused


class Abandoned(Exception):
    """The console does not wait for the outcome any more: undo."""


FAILED = (Refused, Abandoned)


class Lock(NamedTuple):
    """Take the lock against every other lvstui."""


class Unlock(NamedTuple):
    """Release the lock."""


class ReadLeftJournal(NamedTuple):
    """Read what another agent left here. Answer: Optional[LeftJournal]."""


class Write(NamedTuple):
    """Write the candidate next to the file."""

    replacement: Replacement


class CheckHash(NamedTuple):
    """Check that the file is still what it was."""

    replacement: Replacement


class Journal(NamedTuple):
    """Write a line of the journal, as of now, on the disk before what it tells of is done; None: remove the journal."""

    entry: Optional[JournalEntry]


class Test(NamedTuple):
    """Run `keepalived -t` on the staged files. Answer: Tested."""

    transaction: str
    replacements: Tuple[Replacement, ...]


class Swap(NamedTuple):
    """Put the candidate into the file's place."""

    replacement: Replacement


class PutBack(NamedTuple):
    """Put the kept old file back."""

    path: str
    sha256: str  # of the new file, which is to be there


class Discard(NamedTuple):
    """Remove what lies next to the file."""

    path: str


class Reload(NamedTuple):
    """Make keepalived read its files. Answer: what is worth saying of it, or ""."""

    limit: float  # seconds
    undo: bool  # of the old files: not to be abandoned
    restart: bool = False  # stop it and start it again


class HowStarted(NamedTuple):
    """Find out how keepalived is started again. Answer: StartedBy. Refused where that cannot be known."""


class StartGuard(NamedTuple):
    """Have a process of its own undo what the journal tells of when this agent ends, or hangs for `limit` seconds."""

    limit: float


class DismissGuard(NamedTuple):
    """Let the guard go: there is nothing to undo."""


class Halt(NamedTuple):
    """Stop or kill keepalived, and wait until it is gone."""

    how: str
    start: StartedBy


class StartAgain(NamedTuple):
    """Start keepalived unless it runs, and wait until it does. Answer: what was done, or ""."""

    start: StartedBy


class WriteSyslog(NamedTuple):
    """Write a line to the Director's syslog."""

    line: str


class Say(NamedTuple):
    """Send a message to the console."""

    message: FromAgent


Command = Union[
    Lock, Unlock, ReadLeftJournal, CheckHash, Write, Journal, Test, Swap, PutBack, Discard, Reload, HowStarted, StartGuard,
    DismissGuard, Halt, StartAgain, WriteSyslog, Say,
]  # fmt: skip
Steps = Generator[Command, Any, None]


def sentences(*parts: str) -> str:
    """Return some sentences as one text; empty ones are left out."""
    return ". ".join(part.rstrip(".") for part in parts if part)
