"""Compare two plans of the same intent: return, as facts, what is another thing in the newer one.

What comes and goes by itself, as connections do, is none. Not for: the words (see `text`).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from lvstui.cluster.plan.plan import DirectorPlan, Plan

GRAVE = ("ask", "refuse")  # the levels of the guards that keep a plan from being applied


class PlanDifferenceKind(Enum):
    """A kind of difference between two plans of the same intent."""

    FILE = auto()  # another hand changed it
    KERNEL = auto()  # it shows other weights
    ORDER = auto()  # another Director comes first
    OBJECTION = auto()  # a guard speaks against it, and did not before
    NO_OBJECTION = auto()  # the other way round


class PlanDifference(NamedTuple):
    """A difference, and the Director or the guard that it is about."""

    kind: PlanDifferenceKind
    name: str
    path: str = ""  # of the file


def plan_differences(old: Plan, new: Plan) -> tuple[PlanDifference, ...]:
    """Return what the new plan says that the old one did not."""
    found: list[PlanDifference] = []
    before = {director.name: director for director in old.directors}
    for director in new.directors:
        if director.name in before:
            found += _of_a_director(before[director.name], director)
    if [one.name for one in old.directors] != [one.name for one in new.directors]:
        found.append(PlanDifference(PlanDifferenceKind.ORDER, new.directors[0].name))
    held, raised = ({guard.kind for guard in plan.guards if guard.level in GRAVE} for plan in (old, new))
    found += [PlanDifference(PlanDifferenceKind.OBJECTION, name) for name in sorted(raised - held)]
    found += [PlanDifference(PlanDifferenceKind.NO_OBJECTION, name) for name in sorted(held - raised)]
    return tuple(found)


def _of_a_director(old: DirectorPlan, new: DirectorPlan) -> Iterator[PlanDifference]:
    hashes = {one.path: one.sha256 for one in (*old.replacements, *old.unchanged)}
    for one in (*new.replacements, *new.unchanged):
        if hashes.get(one.path, one.sha256) != one.sha256:
            yield PlanDifference(PlanDifferenceKind.FILE, new.name, one.path)
    if old.predictions != new.predictions:
        yield PlanDifference(PlanDifferenceKind.KERNEL, new.name)
