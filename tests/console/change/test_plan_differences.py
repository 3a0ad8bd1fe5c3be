"""What differs between two plans of the same intent."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.cluster.plan.plan import make
from lvstui.console.change.plan_differences import PlanDifference, PlanDifferenceKind, plan_differences
from tests.support.pair import PATH, drain, facts, pair, text

PLAN = make(drain(), pair())
ASKS = replace(PLAN, guards=(*PLAN.guards, Guard(GuardKind.PENDING, "ask", "something is not loaded")))


def test_each_kind_of_difference() -> None:
    assert plan_differences(PLAN, PLAN) == ()
    other = replace(PLAN, directors=PLAN.directors[::-1], guards=ASKS.guards)
    assert plan_differences(PLAN, other) == (
        PlanDifference(PlanDifferenceKind.ORDER, "director1"),
        PlanDifference(PlanDifferenceKind.OBJECTION, "pending"),
    )
    assert plan_differences(ASKS, PLAN) == (PlanDifference(PlanDifferenceKind.NO_OBJECTION, "pending"),)
    first = PLAN.directors[0]
    weights = tuple(replace(one, weight_before=9) for one in first.predictions)
    kernel = replace(PLAN, directors=(replace(first, predictions=weights), *PLAN.directors[1:]))
    assert plan_differences(PLAN, kernel) == (PlanDifference(PlanDifferenceKind.KERNEL, first.name),)


def test_a_file_that_another_hand_changed() -> None:
    changed = make(drain(), [facts("director1", "MASTER", "# x\n" + text()), facts("director2", "BACKUP")])
    assert plan_differences(PLAN, changed) == (PlanDifference(PlanDifferenceKind.FILE, "director1", PATH),)
