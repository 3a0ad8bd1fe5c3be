"""Hold the steps of a change as they are shown, what they may take, and how it ended. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

STEPS = ("stage", "test", "install", "verify", "confirm")
StepState = Literal["waiting", "running", "done", "failed"]
Kind = Literal["done", "refused", "unreachable", "rolled back", "undecided"]
NOT_IN_TIME = 6  # the exit code of what was made, but did not come to its end in the time given (decision 0011)
EXIT_CODES: Mapping[Kind, int] = {"done": 0, "refused": 1, "unreachable": 3, "rolled back": 4, "undecided": 5}


@dataclass(frozen=True)
class Limits:
    """Limit what each step may take, in seconds."""

    stage: float = 130.0  # `keepalived -t` alone may take 60, twice
    reload: float = 300.0  # of keepalived, each; 97 s were seen on a large table
    verify: float = 15.0  # after the reload is over
    confirm: float = 20.0
    silence: float = 30.0  # without a frame from the console, then the agent rolls back by itself
    back: float = 30.0  # for a lost Director to come back and show how it was left

    @property
    def install(self) -> float:
        """Return the seconds for the agent's own reload, and the one of the old files when that has failed."""
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
    waited_s: float = 0.0  # by one that runs, and for which something has to be said


class SeenTakeover(NamedTuple):
    """Hold what was seen of a virtual router that a change moved from one Director to another."""

    instance: str
    director: str  # that is MASTER now
    gap_s: float | None  # without a MASTER; below 0: with two for so long. None: the times are not known
    uncertainty_s: float | None  # of `gap_s`, by the Directors' clocks
    readings: int  # meanwhile, of all Directors together
    empty_readings: int  # of these, without a MASTER

    @property
    def without(self) -> bool:
        """Return True if it was without a MASTER, as far as that can be told."""
        if self.gap_s is None or self.uncertainty_s is None:
            return self.empty_readings > 0
        return self.gap_s > self.uncertainty_s


@dataclass(frozen=True)
class Outcome:
    kind: Kind
    exit_code: int
    text: str
    directors: Mapping[str, str]  # how each Director was left
    takeovers: tuple[SeenTakeover, ...] = ()  # where the change moved VRRP instances
