"""What an operator wants changed, in the words of the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lvstui.cluster.history import Record

Action = Literal["drain", "restore", "weight", "add", "remove", "undo"]


@dataclass(frozen=True)
class Target:
    virtual_server: str  # "tcp/10.10.0.20:80", "group/web"
    real_server: str  # "192.168.211.13:8081"


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
