"""One Director's part in a change: where it stands, what it has shown since, and how it is left. State, no decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from lvstui.cluster.facts import Facts
from lvstui.cluster.outcome import EXIT_CODES, STEPS, Kind, Limits, Outcome, StepState, StepView
from lvstui.cluster.plan import DirectorPlan
from lvstui.director.messages import (
    Close,
    Files,
    FromConsole,
    Hello,
    Ipvs,
    Message,
    RollBack,
    Settle,
    Tested,
    Unfinished,
    Vrrp,
)

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

    def close(self, transaction: str, limits: Limits, now: float) -> FromConsole:
        """Every Director has confirmed."""
        self.begin("close", now + (limits.roll_back if self.reopened else limits.confirm))
        return Settle(transaction, True, limits.reload) if self.reopened else Close(transaction)

    def roll_back(self, transaction: str, limits: Limits, now: float) -> FromConsole:
        self.begin("roll back", now + limits.roll_back)
        return Settle(transaction, False, limits.reload) if self.reopened else RollBack(transaction)

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
