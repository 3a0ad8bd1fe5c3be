"""One Director's part in a change: where it stands, what it has shown since, and how it is left. State, no decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lvstui.cluster.facts import Facts
from lvstui.cluster.plan import DirectorPlan
from lvstui.director.messages import Files, Hello, Ipvs, Message, Tested, Unfinished, Vrrp

STEPS = ("stage", "test", "install", "verify", "confirm")
StepState = Literal["waiting", "running", "done", "failed"]
Kind = Literal["done", "refused", "unreachable", "rolled back", "undecided"]
NOT_IN_TIME = 6  # the exit code of what was made, but did not come to its end in the time given
EXIT_CODES: Mapping[Kind, int] = {"done": 0, "refused": 1, "unreachable": 3, "rolled back": 4, "undecided": 5}
Phase = Literal[
    "waiting",  # for the others' locks
    "stage",
    "staged",
    "install",
    "verify",
    "verified",
    "confirm",
    "confirmed",
    "close",  # every Director has confirmed
    "changed",  # the end: the new files
    "roll back",
    "away",  # the link was lost after an install was asked for; it may come back and show how it was left
    "closed",  # the end: as `left` says
]
ENDS = ("changed", "closed")
ROLLED_BACK = ("stage", "staged", "install", "verify", "verified", "confirm", "confirmed")  # when another fails


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


@dataclass
class Side:
    plan: DirectorPlan
    before: Facts
    phase: Phase = "waiting"
    tested: Tested | None = None
    limit: float = 0.0  # the time at which the phase has taken too long; 0.0: no limit
    ask_at: float = 0.0
    touched: bool = False  # an install was asked for
    installed: bool = False
    left: str = "unchanged"
    certain: bool = True  # that `left` is known
    reopened: bool = False  # its agent is another one: what the old one left is settled, not closed
    busy: str = ""  # the change that another agent there is at
    shown: set[str] = field(default_factory=set)  # what a Director has sent since it was asked, or since it came back
    steps: dict[str, tuple[StepState, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.plan.name

    def begin(self, phase: Phase, limit: float) -> None:
        self.phase, self.limit = phase, limit
        if phase not in ("away", "close"):
            self.steps[phase] = ("running", "")

    def end(self, phase: Phase, left: str, *, certain: bool = True) -> None:
        self.phase, self.limit, self.left, self.certain = phase, 0.0, left, certain

    def mark(self, state: StepState, text: str) -> None:
        """Whatever was running has ended so."""
        for step, (old, _) in self.steps.items():
            if old == "running":
                self.steps[step] = (state, text)

    def show(self, message: Message) -> None:
        """Remember that it came, and whose change another agent there is at."""
        if isinstance(message, Hello):
            self.shown.clear()
        if isinstance(message, Unfinished):
            self.busy = message.busy
        if not isinstance(message, Ipvs) or message.full:
            self.shown.add(type(message).__name__)

    def sampled(self) -> bool:
        """Have its kernel and its VRRP been read since it was asked?"""
        wanted = {Ipvs.__name__}
        if any(state is not None for state in self.before.vrrp.values()):
            wanted.add(Vrrp.__name__)
        return wanted <= self.shown

    def returned(self, transaction: str) -> bool:
        """Has a new agent there told all that says how the change was left, and is the old agent gone?"""
        wanted = {kind.__name__ for kind in (Hello, Ipvs, Files, Unfinished)}
        return wanted <= self.shown and self.busy != transaction

    def views(self) -> list[StepView]:
        """Every step, in the order in which they are to happen."""
        more = ("roll back",) if "roll back" in self.steps else ()
        return [StepView(self.name, step, *self.steps.get(step, ("waiting", ""))) for step in (*STEPS, *more)]


def outcome(title: str, sides: Sequence[Side], failure: tuple[Kind, str] | None) -> Outcome:
    """Of a change that is over on every Director; `failure` is what stopped it."""
    left = {side.name: side.left for side in sides}
    changed = [side for side in sides if side.phase == "changed"]
    if len(changed) == len(sides):
        return Outcome("done", 0, f"{title}: done on every Director, and verified in their kernels", left)
    kind, text = failure or ("undecided", "the change did not end as it should")
    if changed or not all(side.certain for side in sides):
        kind = "undecided"
    elif any(side.touched for side in sides):
        kind = "rolled back"
    return Outcome(kind, EXIT_CODES[kind], text, left)
