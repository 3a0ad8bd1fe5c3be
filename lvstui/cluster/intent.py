"""What an operator wants changed, in the words of the file; and what was changed, which an undo takes back. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Action = Literal["drain", "restore", "weight", "add", "remove", "undo"]


@dataclass(frozen=True)
class Target:
    virtual_server: str  # "tcp/10.10.0.20:80", "group/web"
    real_server: str  # "192.168.211.13:8081"


@dataclass(frozen=True)
class Weighed:
    """A real server's weight in a Director's file, before and after the change. None: it was, or is, not there."""

    virtual_server: str
    real_server: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class DirectorRecord:
    name: str
    diff: str  # of all its files; bytes that are no UTF-8 as surrogate escapes
    weights: tuple[Weighed, ...]
    left: str  # how the Director was left


@dataclass(frozen=True)
class Record:
    """One change. A real server that was added at weight 0 and then raised is one change too: `diff` is that of both."""

    id: str
    wall: float  # seconds since the epoch, on the operator's machine, when it ended
    by: str  # "ana"
    host: str  # "ops1": where from
    action: Action | Literal["settle"]
    title: str
    reason: str
    targets: tuple[Target, ...]
    overrides: tuple[str, ...]  # the guards that were overridden
    outcome: str  # "done", "refused", "unreachable", "rolled back", "undecided"
    text: str
    directors: tuple[DirectorRecord, ...]


@dataclass(frozen=True)
class Intent:
    """The same edit on every Director. `when` and `by` go into the drained weight's comment and the audit log."""

    action: Action
    targets: tuple[Target, ...]
    weight: int | None  # with "weight"; with "add" too, where None is that of the real server it is modelled on
    by: str  # "ana@ops1"
    when: datetime  # local time of the operator
    reason: str = ""
    like: str | None = None  # with "add": the real server to model it on; None: the last that is written out
    undo: Record | None = None  # with "undo": the change to take back


def undo_of(record: Record, by: str, when: datetime, reason: str = "") -> Intent:
    """The intent that takes a change back."""
    return Intent("undo", record.targets, None, by, when, reason, undo=record)
