"""What an operator wants changed, in the words of the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Target:
    virtual_server: str  # "tcp/10.10.0.20:80", "group/web"
    real_server: str  # "192.168.211.13:8081"


@dataclass(frozen=True)
class Intent:
    """The same edit on every Director. `when` and `by` go into the drained weight's comment and the audit log."""

    action: Literal["drain", "restore", "weight"]
    targets: tuple[Target, ...]
    weight: int | None  # with "weight" only
    by: str  # "ana@ops1"
    when: datetime  # local time of the operator
    reason: str = ""
