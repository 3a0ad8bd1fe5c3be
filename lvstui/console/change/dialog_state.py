"""Hold what the dialog of a change knows, and decide what may be applied. Sans-IO: drafts, steps and a clock in.

                   ┌──────── typed ────────┐
                   ↓                       │
    OPENING ──→ PLANNING ── planned ──→ PLANNED ── applied ──→ RUNNING ── done ────→ DONE
            typed  │                       │                       └───── failed ──→ FAILED
                   ├── refused ────→ REFUSED
                   └── incomplete ─→ INCOMPLETE

What was typed is planned anew from any of the four phases in the middle, and each second a plan that may be outdated is made
again: so each of PLANNED, REFUSED and INCOMPLETE may follow on each. RUNNING follows on PLANNED alone, and only through `apply`.

Not for: drawing it, its keys (see `screen`), nor its words (see `text`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.outcome import StepView
from lvstui.cluster.plan.plan import Plan
from lvstui.console.change.draft import Draft
from lvstui.console.change.plan_differences import PlanDifference, plan_differences

CHEAP = 0.1  # seconds; a plan that takes no longer is made again each second, for the connections that it tells
SELDOM = 10  # times as long as a costly one took to make: so often the dialog looks whether it is outdated
READING = 1.0  # seconds that a plan which changed by itself is on the screen before it can be applied


class DialogPhase(Enum):
    """A stage that the dialog of a change has come to."""

    OPENING = auto()
    PLANNING = auto()  # what was typed; until that is done there is nothing that could be applied
    PLANNED = auto()
    REFUSED = auto()
    INCOMPLETE = auto()  # something is still to be typed
    RUNNING = auto()
    DONE = auto()
    FAILED = auto()


class DialogEvent(Enum):
    """An event that moves the dialog of a change on."""

    TYPED = auto()
    PLANNED = auto()
    REFUSED = auto()
    INCOMPLETE = auto()
    APPLIED = auto()
    DONE = auto()
    FAILED = auto()


_ASKING = {
    DialogEvent.TYPED: DialogPhase.PLANNING,
    DialogEvent.PLANNED: DialogPhase.PLANNED,
    DialogEvent.REFUSED: DialogPhase.REFUSED,
    DialogEvent.INCOMPLETE: DialogPhase.INCOMPLETE,
}
DIALOG_MOVES: Mapping[DialogPhase, Mapping[DialogEvent, DialogPhase]] = {
    DialogPhase.OPENING: {DialogEvent.TYPED: DialogPhase.PLANNING},
    DialogPhase.PLANNING: _ASKING,
    DialogPhase.PLANNED: {**_ASKING, DialogEvent.APPLIED: DialogPhase.RUNNING},
    DialogPhase.REFUSED: _ASKING,
    DialogPhase.INCOMPLETE: _ASKING,
    DialogPhase.RUNNING: {DialogEvent.DONE: DialogPhase.DONE, DialogEvent.FAILED: DialogPhase.FAILED},
    DialogPhase.DONE: {},
    DialogPhase.FAILED: {},
}
ASKING = frozenset({DialogPhase.PLANNING, DialogPhase.PLANNED, DialogPhase.REFUSED, DialogPhase.INCOMPLETE})
ANSWERED = ASKING - {DialogPhase.PLANNING}


class Obstacle(Enum):
    """A reason why what is on the screen is not applied now."""

    PLANNING = auto()
    NO_PLAN = auto()
    OUTDATED = auto()  # the Directors are not as they were when it was made
    UNREAD = auto()  # it is not on the screen, or changed by itself a moment ago
    GUARDS = auto()  # they refuse, or their words are not typed
    OVER = auto()  # it runs, or has ended


class QuitWarning(Enum):
    """A way in which the Directors are left if the console is quit while a change runs."""

    WITHOUT_FOLLOW_UP = auto()  # all have confirmed; what was added waits to be raised
    ROLLED_BACK = auto()


class IllegalDialogMove(Exception):
    """An event that cannot happen in a phase, or a plan that may not be applied now: a defect of the screen."""


class DialogState:
    """The dialog of one change: its phase, its plan, what the operator has read of it, and what may be done."""

    def __init__(self, basis: Callable[[Sequence[Target]], object], applies_at: float | None = None) -> None:
        """Begin with nothing planned.

        `basis` returns what a plan is made from now. `applies_at`: when it is applied by itself (monotonic); None: never.
        """
        self._basis = basis
        self.phase = DialogPhase.OPENING
        self.draft: Draft | None = None
        self.read: Plan | None = None
        """The last plan that could be read on the screen."""
        self.changed: tuple[tuple[PlanDifference, ...], float] | None = None
        """Hold what changed by itself since it was typed, and when (wall clock)."""
        self.steps: tuple[StepView, ...] = ()
        self.applies_at = applies_at
        self.held_up = False  # it was to be applied by itself, and will not be
        self._look_from = 0.0  # is it outdated: not before then
        self._read_from = 0.0  # the plan on the screen can be applied from then on
        self._started = 0.0
        self._warned = False

    def _move(self, event: DialogEvent) -> None:
        after = DIALOG_MOVES[self.phase].get(event)
        if after is None:
            raise IllegalDialogMove(f"{event.name} cannot happen in {self.phase.name}")
        self.phase = after

    # --- what is known ---

    @property
    def plan(self) -> Plan | None:
        return self.draft.plan if self.draft is not None else None

    @property
    def asking(self) -> bool:
        """Return True while it can be typed in, and applied or left."""
        return self.phase in ASKING

    @property
    def answered(self) -> bool:
        """Return True if it is known what comes of what is typed."""
        return self.phase in ANSWERED

    @property
    def over(self) -> bool:
        return self.phase in (DialogPhase.DONE, DialogPhase.FAILED)

    @property
    def readable(self) -> bool:
        """Return True if a plan is on the screen, be it the one of before what was typed last."""
        return self.plan is not None or (self.phase is DialogPhase.PLANNING and self.read is not None)

    def is_outdated(self) -> bool:
        """Return True if the Directors are not as they were when the plan was made."""
        return self.draft is None or self._basis(self.draft.targets) != self.draft.basis

    # --- planning ---

    def type(self) -> None:
        """Drop the plan: something else was typed."""
        self._move(DialogEvent.TYPED)
        self.draft = self.changed = None

    def answer(self, draft: Draft) -> None:
        """Take what came of planning what was typed."""
        if draft.plan is not None:
            self._move(DialogEvent.PLANNED)
        elif draft.refusal:
            self._move(DialogEvent.REFUSED)
        else:
            self._move(DialogEvent.INCOMPLETE)
        self.draft = draft

    def renew(self, old: Draft, draft: Draft, now: float, wall: float) -> bool:
        """Take the draft of the intent of `old`, made again. Return True if it is another one.

        It comes too late where the old one is being applied, or has been replaced.
        """
        if self.phase not in ANSWERED or self.draft is not old:
            return False
        self.answer(draft)
        if old.plan is not None and draft.plan is not None:
            found = plan_differences(old.plan, draft.plan)
            if found:
                self.changed = (found, wall)
                self._read_from = now + READING
        return replace(old, seconds=0, basis=None) != replace(draft, seconds=0, basis=None)

    def wants_renewal(self, now: float) -> bool:
        """Return True if the plan is to be made again now: a cheap one always, a costly one when it is outdated."""
        if self.phase not in ANSWERED or self.draft is None:
            return False
        if self.draft.seconds < CHEAP:
            return True
        if now < self._look_from:
            return False
        self._look_from = now + SELDOM * self.draft.seconds
        return self.is_outdated()

    def show(self) -> None:
        """Note that what is known is on the screen now, and can be read."""
        self.read = self.plan or self.read

    # --- applying ---

    def count_down(self, now: float) -> bool:
        """Return True if its time has come to be applied by itself. Whatever stands in its way ends the countdown."""
        if self.applies_at is None or self.phase not in ANSWERED:
            return False
        if self.plan is None or self.plan.blocking(frozenset()):
            self.applies_at, self.held_up = None, True
            return False
        return now >= self.applies_at

    def awaited_but_for_reason(self, intent: Intent | None) -> Plan | None:
        """Return the plan that was read, where the one that is being made differs from it in its reason alone."""
        if self.phase is not DialogPhase.PLANNING or intent is None or self.read is None:
            return None
        same = replace(intent, reason="") == replace(self.read.intent, reason="")
        return self.read if same else None

    def compare(self, read: Plan, now: float) -> None:
        """Ask for another look at the plan that is there now, where it says anything else than the one that was read."""
        if self.plan is not None and plan_differences(read, self.plan):
            self._read_from = now + READING

    def obstacle(self, intent: Intent | None, overrides: frozenset[str], now: float) -> Obstacle | None:
        """Return why the plan of `intent`, which is typed now, may not be applied. None: it may."""
        if not self.asking:
            return Obstacle.PLANNING if self.phase is DialogPhase.OPENING else Obstacle.OVER
        if self.phase is DialogPhase.PLANNING:
            return Obstacle.PLANNING
        if self.plan is None:
            return Obstacle.NO_PLAN
        if self.plan.intent != intent:
            return Obstacle.PLANNING
        if self.is_outdated():
            return Obstacle.OUTDATED
        if self.plan != self.read or now < self._read_from:
            return Obstacle.UNREAD
        return Obstacle.GUARDS if self.plan.blocking(overrides) else None

    def apply(self, intent: Intent | None, overrides: frozenset[str], now: float) -> Plan:
        """Return the plan, which runs from now on. Raises IllegalDialogMove if it may not be applied."""
        obstacle = self.obstacle(intent, overrides, now)
        if obstacle is not None or self.plan is None:
            raise IllegalDialogMove(f"not applied: {obstacle}")
        self._move(DialogEvent.APPLIED)
        self._started = now
        return self.plan

    # --- running ---

    def running_for(self, now: float) -> float:
        """Return for how many seconds it has been running."""
        return now - self._started

    def progress(self, steps: tuple[StepView, ...]) -> bool:
        """Take the steps as they are now. Return True if they are others than before."""
        changed, self.steps = steps != self.steps, steps
        return changed

    def end(self, *, done: bool) -> None:
        self._move(DialogEvent.DONE if done else DialogEvent.FAILED)

    def warn_of_quitting(self) -> QuitWarning | None:
        """Return what the operator must be told before the console is quit. None: nothing, or it has been told."""
        if self.phase is not DialogPhase.RUNNING or self._warned:
            return None
        self._warned = True
        confirmed = [step.state == "done" for step in self.steps if step.step == "confirm"]
        if confirmed and all(confirmed) and any(step.step == "alive" for step in self.steps):
            return QuitWarning.WITHOUT_FOLLOW_UP
        return QuitWarning.ROLLED_BACK
