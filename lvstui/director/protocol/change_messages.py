"""Define the messages of a change: what the console orders, how each step went, and what was left unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Optional, Tuple


class Replacement(NamedTuple):
    """A file of a change: what it is, and what it is to be."""

    path: str
    sha256: str  # of the file that is to be replaced
    data: bytes  # the whole new file


@dataclass(frozen=True)
class Stage:
    """Take the lock, check the hashes, write the candidates next to the files, test them. Answers: Step stage, Tested, Step test.

    `unchanged` are the other files of the configuration with their hashes: they must still be what was read.
    `deadline` is the number of seconds without any message of the console after which the agent rolls back by itself.
    """

    transaction: str
    replacements: Tuple[Replacement, ...]
    unchanged: Tuple[Replacement, ...]  # with empty data
    deadline: float
    title: str  # what is changed, by whom and why: for the Director's syslog, and for whoever finds the change open
    by: str
    reason: str = ""
    drill: bool = False  # it is undone by whoever finds it, when its console is gone, and is never confirmed


@dataclass(frozen=True)
class Interrupt:
    """Stop keepalived, or kill it, for a drill; start it again after `hold` seconds, at a Resume, or when nobody asks any more.

    Answers: Step interrupt, and when it runs again Step resume. `silence` is the number of seconds without any message of the
    console after which it is started by itself.
    """

    transaction: str
    how: str  # "stop": in order; "kill": kill -9 of all its processes
    hold: float
    silence: float
    title: str
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Resume:
    """Start the keepalived that was interrupted, now. Answers: Step resume."""

    transaction: str


@dataclass(frozen=True)
class Tested:
    """The answers of `keepalived -t` for the staged files and for those in force.

    Messages are as printed, in order. `isolated`: run in a mount and PID namespace of its own with the candidate in the
    live file's place; otherwise the answer is worth less, and `note` says why.
    """

    transaction: str
    status: int
    messages: Tuple[str, ...]
    status_in_force: int
    messages_in_force: Tuple[str, ...]
    isolated: bool
    note: str


@dataclass(frozen=True)
class Install:
    """Swap the staged files in, reload keepalived, wait until it has read them. Answers: Step install."""

    transaction: str
    limit: float = (
        300.0  # seconds that a reload is given, the one of a roll-back too: thousands of real servers take minutes
    )
    restart: bool = False  # stop keepalived and start it again instead: another Director takes over from one that ends


@dataclass(frozen=True)
class Confirm:
    """Do not roll back by itself any more: every Director is verified. Answers: Step confirm.

    Until Close or RollBack it stays written down, so that a console that is killed between the Directors is found out.
    """

    transaction: str


@dataclass(frozen=True)
class Close:
    """Every Director has confirmed: forget the old files. Answers: Step close."""

    transaction: str


@dataclass(frozen=True)
class RollBack:
    """Undo what the transaction did so far, reload if it was installed, release the lock. Answers: Step roll back."""

    transaction: str


@dataclass(frozen=True)
class Step:
    """The end of a step of a transaction. `ok` False: it did not happen; `detail` says why and how things were left."""

    transaction: str
    step: str  # "stage", "test", "install", "confirm", "close", "roll back", "settle", "interrupt", "resume"
    ok: bool
    detail: str
    undone: bool = True  # of a step that is not ok: everything is as it was before the change


class LeftFile(NamedTuple):
    """A file of a change that was left unfinished."""

    path: str
    holds: str  # "old", "new", "another" (changed by another hand), "nothing" (it cannot be read)
    kept: str  # where the old file is kept beside it; "" when it is not


class LeftChange(NamedTuple):
    """A change that was left unfinished."""

    transaction: str
    title: str
    by: str
    when: float  # wall
    files: Tuple[LeftFile, ...]
    note: str  # what its agent could still say; "" when it was killed
    confirmed: bool  # it was verified on every Director, but not closed


@dataclass(frozen=True)
class Unfinished:
    """A change of an agent that was killed, or could not undo it, which the operator has to settle.

    `change` None: there is nothing, or `error` says why it cannot be known. Until it is settled every Stage is refused.
    """

    at: float
    change: Optional[LeftChange]
    error: Optional[str]
    busy: str = ""  # the transaction that another agent there is at
    undone: Optional[LeftChange] = None  # a drill that was undone without its console; its note says how. Told once


@dataclass(frozen=True)
class Settle:
    """End a change that was left unfinished. Answers: Step settle.

    `keep`: the files stay as they are; otherwise the old ones are put back. Either way keepalived reads them.
    """

    transaction: str
    keep: bool
    limit: float = 300.0  # seconds that the reload is given
