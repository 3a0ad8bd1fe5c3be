"""Hold what an operator wants changed, and what was changed, which an undo takes back. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lvstui.cluster.identity.target import Target
from lvstui.cluster.observed.files.installed import Installed

Action = Literal["drain", "restore", "weight", "add", "remove", "undo", "handover", "takeback"]


@dataclass(frozen=True)
class WeightChange:
    """A real server's weight in a Director's file, before and after the change. None: it was, or is, not there."""

    virtual_server: str
    real_server: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class PriorityChange:
    """A VRRP instance's priority in a Director's file, before and after the change."""

    instance: str
    before: int
    after: int


@dataclass(frozen=True)
class DirectorRecord:
    name: str
    diff: str  # of all its files; bytes that are no UTF-8 as surrogate escapes
    weights: tuple[WeightChange, ...]
    left: str  # how the Director was left
    installed: Installed | None = None  # None: it was not verified, or an earlier lvstui wrote the record
    priorities: tuple[PriorityChange, ...] = ()


@dataclass(frozen=True)
class ChangeRecord:
    """One change. A real server that was added at weight 0 and then raised is one change too: `diff` is that of both."""

    id: str
    wall: float  # seconds since the epoch, on the operator's machine, when it ended
    by: str  # "ana"
    host: str  # "ops1": where from
    action: Action | Literal["settle", "drill"]
    title: str
    reason: str
    targets: tuple[Target, ...]
    overrides: tuple[str, ...]  # the guards that were overridden
    outcome: str  # "done", "refused", "unreachable", "rolled back", "undecided"
    text: str
    directors: tuple[DirectorRecord, ...]


@dataclass(frozen=True)
class Intent:
    """The same edit on every Director; a handover or takeback on one. `when` and `by` go into the comment and the audit log."""

    action: Action
    targets: tuple[Target, ...]
    weight: int | None  # with "weight"; with "add" too, where None is that of the real server it is modelled on
    by: str  # "ana@ops1"
    when: datetime  # local time of the operator
    reason: str = ""
    like: str | None = None  # with "add": the real server to model it on; None: the last that is written out
    undo: ChangeRecord | None = None  # with "undo": the change to take back
    director: str | None = None  # with "handover" and "takeback": whose instances
    by_stop: bool = False  # with "handover": keepalived is restarted there, as the other one does not preempt

    @property
    def of_instances(self) -> bool:
        """Return True if it is about VRRP instances, not real servers."""
        if self.undo is not None:
            return any(one.priorities for one in self.undo.directors)
        return self.action in ("handover", "takeback")


def undo_of(record: ChangeRecord, by: str, when: datetime, reason: str = "") -> Intent:
    """Return the intent that takes a change back."""
    return Intent("undo", record.targets, None, by, when, reason, undo=record)
