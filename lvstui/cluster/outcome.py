"""The words of a change: its steps as they are shown, what they may take, and how it ended. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

STEPS = ("stage", "test", "install", "verify", "confirm")
StepState = Literal["waiting", "running", "done", "failed"]
Kind = Literal["done", "refused", "unreachable", "rolled back", "undecided"]
NOT_IN_TIME = 6  # the exit code of what was made, but did not come to its end in the time given
EXIT_CODES: Mapping[Kind, int] = {"done": 0, "refused": 1, "unreachable": 3, "rolled back": 4, "undecided": 5}


@dataclass(frozen=True)
class Limits:
    """What each step may take, in seconds."""

    stage: float = 130.0  # `keepalived -t` alone may take 60, twice
    reload: float = 300.0  # of keepalived, each; 97 s were seen on a large table
    verify: float = 15.0  # after the reload is over
    confirm: float = 20.0
    silence: float = 30.0  # without a frame from the console, then the agent rolls back by itself
    back: float = 30.0  # for a lost Director to come back and show how it was left

    @property
    def install(self) -> float:
        """The agent's own reload, and the one of the old files when that has failed."""
        return 2 * self.reload + 20

    @property
    def roll_back(self) -> float:
        return self.reload + 20


@dataclass(frozen=True)
class StepView:
    director: str
    step: str  # one of STEPS, or "roll back"
    state: StepState
    text: str


@dataclass(frozen=True)
class Outcome:
    kind: Kind
    exit_code: int
    text: str
    directors: Mapping[str, str]  # how each Director was left
