"""Make the record of a plan that was carried out. Pure.

Not for: what is read in the records of before (see `plan.record`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.plan.intent import ChangeRecord, DirectorRecord, WeightChange
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import Plan


def record(
    plan: Plan, outcome: Outcome, *, id: str, wall: float, overrides: frozenset[str], raised: Plan | None = None
) -> ChangeRecord:
    """Return the record of a plan that was carried out. `raised` is the second half of an add, when it was done."""
    by, _, host = plan.intent.by.rpartition("@")
    asked = {guard.kind for guard in plan.guards if guard.level == "ask"}
    later = {} if raised is None else {one.name: one for one in raised.directors}
    return ChangeRecord(
        id=id,
        wall=wall,
        by=by or host,
        host=host if by else "",
        action=plan.intent.action,
        title=plan.title,
        reason=plan.intent.reason,
        targets=plan.intent.targets,
        overrides=tuple(sorted(one for one in overrides if one in asked)),
        outcome=outcome.kind,
        text=outcome.text,
        directors=tuple(
            DirectorRecord(
                one.name,
                one.followed_by(later[one.name]) if one.name in later else one.diff,
                _weights(one.weights, later[one.name].weights if one.name in later else ()),
                outcome.directors.get(one.name, ""),
                later.get(one.name, one).installed() if outcome.kind == "done" and one.loads else None,
                one.priorities,
            )
            for one in plan.directors
        ),
    )


def _weights(first: Sequence[WeightChange], second: Sequence[WeightChange]) -> tuple[WeightChange, ...]:
    last = {(one.virtual_server, one.real_server): one.after for one in second}
    return tuple(
        WeightChange(
            one.virtual_server, one.real_server, one.before, last.get((one.virtual_server, one.real_server), one.after)
        )
        for one in first
    )
