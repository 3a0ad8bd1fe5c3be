"""A guard's verdict on a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "ask", "refuse"]


@dataclass(frozen=True)
class Guard:
    """A verdict. "ask" stops the change until its name is given (`--override NAME`, or typed); "refuse" stops it for good."""

    name: str
    level: Level
    text: str
    director: str | None = None
