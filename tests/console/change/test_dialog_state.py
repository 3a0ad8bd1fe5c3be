"""The dialog of a change without its screen: its phases, what may be applied, the countdown, and who quits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.cluster.plan.outcome import StepState, StepView
from lvstui.cluster.plan.plan import Plan, make
from lvstui.console.change.dialog_state import (
    DIALOG_MOVES,
    READING,
    DialogEvent,
    DialogPhase,
    DialogState,
    IllegalDialogMove,
    Obstacle,
    QuitWarning,
)
from lvstui.console.change.draft import Draft
from lvstui.console.change.plan_differences import PlanDifference, PlanDifferenceKind
from tests.support.pair import PATH, drain, facts, pair, text

NOTHING_TYPED: frozenset[str] = frozenset()
INTENT = drain()
PLAN = make(INTENT, pair())
BY_ANOTHER_HAND = make(INTENT, [facts("director1", "MASTER", "# x\n" + text()), facts("director2", "BACKUP")])
ASKS = replace(PLAN, guards=(*PLAN.guards, Guard(GuardKind.PENDING, "ask", "something is not loaded")))
REFUSED, INCOMPLETE = Draft(refusal="no"), Draft(missing="the weight")


class Directors:
    """What a plan would be made from now."""

    def __init__(self) -> None:
        self.basis = "as it was"

    def __call__(self, targets: Sequence[Target]) -> object:
        return self.basis, tuple(targets)


def draft(plan: Plan, basis: str = "as it was", seconds: float = 0.0) -> Draft:
    return Draft(plan.intent.targets, (basis, plan.intent.targets), plan, seconds=seconds)


def planned(plan: Plan = PLAN, seconds: float = 0.0, applies_at: float | None = None) -> tuple[DialogState, Directors]:
    """The dialog when its first plan is on the screen."""
    directors = Directors()
    state = DialogState(directors, applies_at)
    state.type()
    state.answer(draft(plan, seconds=seconds))
    state.show()
    return state, directors


# --- the phases ---

TO = {
    DialogPhase.PLANNING: (DialogEvent.TYPED,),
    DialogPhase.PLANNED: (DialogEvent.TYPED, DialogEvent.PLANNED),
    DialogPhase.REFUSED: (DialogEvent.TYPED, DialogEvent.REFUSED),
    DialogPhase.INCOMPLETE: (DialogEvent.TYPED, DialogEvent.INCOMPLETE),
}


def put(phase: DialogPhase) -> DialogState:
    """Return a dialog that went the way to this phase."""
    state = DialogState(Directors())
    for event in TO.get(phase, ()):
        happen(state, event)
    if phase in (DialogPhase.RUNNING, DialogPhase.DONE, DialogPhase.FAILED):
        state, _ = planned()
        happen(state, DialogEvent.APPLIED)
    if phase is DialogPhase.DONE or phase is DialogPhase.FAILED:
        state.end(done=phase is DialogPhase.DONE)
    assert state.phase is phase
    return state


def happen(state: DialogState, event: DialogEvent) -> None:
    if event is DialogEvent.TYPED:
        state.type()
    elif event is DialogEvent.APPLIED:
        state.apply(INTENT, NOTHING_TYPED, 0.0)
    elif event in (DialogEvent.DONE, DialogEvent.FAILED):
        state.end(done=event is DialogEvent.DONE)
    else:
        drafts = {DialogEvent.PLANNED: draft(PLAN), DialogEvent.REFUSED: REFUSED, DialogEvent.INCOMPLETE: INCOMPLETE}
        state.answer(drafts[event])
        state.show()


@pytest.mark.parametrize(("phase", "event"), product(DialogPhase, DialogEvent), ids=lambda one: one.name)
def test_each_event_leads_where_the_table_says_or_changes_nothing(phase: DialogPhase, event: DialogEvent) -> None:
    state = put(phase)
    if event in DIALOG_MOVES[phase]:
        happen(state, event)
        assert state.phase is DIALOG_MOVES[phase][event]
    else:
        before = dict(vars(state))
        with pytest.raises(IllegalDialogMove):
            happen(state, event)
        assert vars(state) == before


def test_only_a_plan_leads_to_a_change_and_its_ends_are_ends() -> None:
    before = [phase for phase, moves in DIALOG_MOVES.items() if DialogPhase.RUNNING in moves.values()]
    assert before == [DialogPhase.PLANNED]
    assert DIALOG_MOVES[DialogPhase.DONE] == DIALOG_MOVES[DialogPhase.FAILED] == {}


# --- what may be applied ---


def test_a_plan_that_was_read_is_applied_once() -> None:
    state, _ = planned()
    assert state.obstacle(INTENT, NOTHING_TYPED, 0.0) is None
    assert state.apply(INTENT, NOTHING_TYPED, 5.0) is PLAN
    assert state.running_for(8.0) == 3.0
    assert state.obstacle(INTENT, NOTHING_TYPED, 9.0) is Obstacle.OVER
    with pytest.raises(IllegalDialogMove):
        state.apply(INTENT, NOTHING_TYPED, 9.0)


@pytest.mark.parametrize(
    ("answer", "obstacle"),
    [(None, Obstacle.PLANNING), (REFUSED, Obstacle.NO_PLAN), (INCOMPLETE, Obstacle.NO_PLAN)],
    ids=["being made", "refused", "incomplete"],
)
def test_without_a_plan_nothing_is_applied(answer: Draft | None, obstacle: Obstacle) -> None:
    state, _ = planned()
    state.type()
    if answer is not None:
        state.answer(answer)
    assert state.obstacle(INTENT, NOTHING_TYPED, 0.0) is obstacle
    with pytest.raises(IllegalDialogMove):
        state.apply(INTENT, NOTHING_TYPED, 0.0)


def test_an_outdated_plan_is_not_applied_until_it_was_made_anew_and_read() -> None:
    state, directors = planned()
    old = state.draft
    assert old is not None
    directors.basis = "another"
    assert state.obstacle(INTENT, NOTHING_TYPED, 0.0) is Obstacle.OUTDATED
    with pytest.raises(IllegalDialogMove):
        state.apply(INTENT, NOTHING_TYPED, 0.0)
    assert state.renew(old, draft(BY_ANOTHER_HAND, "another"), 10.0, 1000.0)
    assert state.changed == ((PlanDifference(PlanDifferenceKind.FILE, "director1", PATH),), 1000.0)
    assert state.obstacle(INTENT, NOTHING_TYPED, 10.0) is Obstacle.UNREAD
    assert state.obstacle(INTENT, NOTHING_TYPED, 99.0) is Obstacle.UNREAD  # it never came to the screen
    state.show()
    with pytest.raises(IllegalDialogMove):
        state.apply(INTENT, NOTHING_TYPED, 10.0)
    assert state.apply(INTENT, NOTHING_TYPED, 10.0 + READING) is BY_ANOTHER_HAND


def test_a_plan_that_is_the_same_when_made_anew_need_not_be_read_again() -> None:
    state, directors = planned()
    old = state.draft
    assert old is not None
    directors.basis = "another"
    assert not state.renew(old, draft(PLAN, "another", seconds=3.0), 10.0, 1000.0)
    assert state.obstacle(INTENT, NOTHING_TYPED, 10.0) is None


def test_one_made_anew_that_was_begun_before_the_directors_changed_is_outdated_too() -> None:
    state, directors = planned()
    old = state.draft
    assert old is not None
    directors.basis = "another"
    state.renew(old, draft(PLAN, "as it was"), 10.0, 1000.0)
    assert state.obstacle(INTENT, NOTHING_TYPED, 99.0) is Obstacle.OUTDATED


@pytest.mark.parametrize("meanwhile", ["typed", "planned", "applied", "ended"])
def test_one_made_anew_that_comes_too_late_is_not_taken(meanwhile: str) -> None:
    state, _ = planned()
    old = state.draft
    assert old is not None
    if meanwhile in ("typed", "planned"):
        state.type()
    if meanwhile == "planned":
        state.answer(draft(make(drain(reason="disks"), pair())))
    if meanwhile in ("applied", "ended"):
        state.apply(INTENT, NOTHING_TYPED, 0.0)
    if meanwhile == "ended":
        state.end(done=True)
    before = dict(vars(state))
    assert not state.renew(old, draft(BY_ANOTHER_HAND), 10.0, 1000.0)
    assert vars(state) == before


def test_the_plan_of_anything_else_than_what_is_typed_is_not_applied() -> None:
    state, _ = planned()
    for typed in (None, drain(reason="disks"), drain("192.168.211.13:8081")):
        assert state.obstacle(typed, NOTHING_TYPED, 0.0) is Obstacle.PLANNING
        with pytest.raises(IllegalDialogMove):
            state.apply(typed, NOTHING_TYPED, 0.0)


def test_a_guard_that_asks_wants_its_name() -> None:
    state, _ = planned(ASKS)
    assert state.obstacle(INTENT, frozenset({"last-server"}), 0.0) is Obstacle.GUARDS
    assert state.apply(INTENT, frozenset({"pending"}), 0.0) is ASKS


# --- what was typed last ---


def test_a_plan_is_waited_for_where_its_reason_alone_is_another() -> None:
    state, _ = planned()
    assert state.awaited_but_for_reason(drain(reason="disks")) is None  # nothing is being made
    state.type()
    assert state.readable
    assert state.awaited_but_for_reason(drain(reason="disks")) is PLAN
    assert state.awaited_but_for_reason(drain("192.168.211.13:8081")) is None
    assert state.awaited_but_for_reason(None) is None


def test_what_else_it_says_than_the_one_that_was_read_is_read_first() -> None:
    state, _ = planned()
    state.type()
    state.answer(draft(BY_ANOTHER_HAND))
    state.show()
    state.compare(PLAN, 10.0)
    assert state.obstacle(INTENT, NOTHING_TYPED, 10.0) is Obstacle.UNREAD
    state.type()
    state.answer(draft(PLAN))
    state.show()
    state.compare(PLAN, 20.0)
    assert state.obstacle(INTENT, NOTHING_TYPED, 20.0) is None


def test_what_is_typed_is_no_plan_until_one_could_be_read() -> None:
    state = DialogState(Directors())
    state.type()
    assert not state.readable
    state.answer(INCOMPLETE)
    state.show()
    assert not state.readable


# --- each second, and at the end ---


def test_a_cheap_plan_is_made_again_each_second_and_a_costly_one_seldom_and_when_outdated() -> None:
    state, _ = planned()
    assert state.wants_renewal(1.0) and state.wants_renewal(2.0)
    state, directors = planned(seconds=2.0)
    assert not state.wants_renewal(100.0)
    directors.basis = "another"
    assert not state.wants_renewal(119.9)  # ten times as long as it took
    assert state.wants_renewal(120.0)
    state.type()
    assert not state.wants_renewal(999.0)


def test_its_time_comes_unless_something_stands_in_its_way() -> None:
    state, _ = planned(applies_at=60.0)
    assert not state.count_down(59.9)
    assert state.count_down(60.0)
    state, _ = planned(ASKS, applies_at=60.0)
    assert not state.count_down(60.0)
    assert state.held_up and state.applies_at is None
    assert not state.count_down(61.0)


def test_while_it_is_planned_the_countdown_waits() -> None:
    state, _ = planned(applies_at=60.0)
    state.type()
    assert not state.count_down(60.0) and not state.held_up
    state.answer(REFUSED)
    assert not state.count_down(60.0) and state.held_up


@pytest.mark.parametrize(
    ("steps", "warning"),
    [
        ({"stage": "done"}, QuitWarning.ROLLED_BACK),
        ({"confirm": "running"}, QuitWarning.ROLLED_BACK),
        ({"confirm": "done"}, QuitWarning.ROLLED_BACK),
        ({"confirm": "done", "alive": "running"}, QuitWarning.WITHOUT_FOLLOW_UP),
    ],
    ids=str,
)
def test_who_quits_a_change_is_warned_once(steps: dict[str, StepState], warning: QuitWarning) -> None:
    state, _ = planned()
    assert state.warn_of_quitting() is None
    state.apply(INTENT, NOTHING_TYPED, 0.0)
    told = tuple(StepView("director1", step, how, "") for step, how in steps.items())
    assert state.progress(told) and not state.progress(told)
    assert state.warn_of_quitting() is warning
    assert state.warn_of_quitting() is None
