"""Plan a drill: a failover that is caused on purpose, and undone. Its guards are those of a handover, and some of its own. Pure.

A handover that is a drill is a change like any other, but never confirmed. To stop or to kill keepalived changes no file: what it
needs is here. Like a change, a drill is begun by nothing but its plan, and only `make_drill` makes one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards import Guard, GuardKind, drill_time
from lvstui.cluster.plan.intent import ChangeRecord, DirectorRecord, Intent
from lvstui.cluster.plan.mastership import Contender, ExpectedMaster, Router, routers
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import Plan, PlanRefused, make
from lvstui.cluster.text import listed

DrillHow = Literal["handover", "stop", "kill"]
SHORTEST_HOLD, LONGEST_HOLD = 1.0, 300.0  # seconds
_LATE = 0.1  # seconds by which a timer may run late
_TITLES = {
    "handover": "Drill: hand {} over, and take it back",
    "stop": "Drill: stop keepalived on {}, and start it again",
    "kill": "Drill: kill keepalived on {}, and start it again",
}
# What a handover needs of the file, and a stop does not.
_OF_THE_EDIT = (GuardKind.BY_STOP, GuardKind.ROOM, GuardKind.TRACKED, GuardKind.NOPREEMPT, GuardKind.PREEMPT_DELAY)


@dataclass(frozen=True)
class DrillIntent:
    """A drill that is wanted. `director` None: the MASTER."""

    how: DrillHow
    director: str | None
    hold: float  # seconds until it is undone
    by: str
    when: datetime
    reason: str = ""


@dataclass(frozen=True)
class ExpectedTakeover:
    """Predict one virtual router by its timers and priorities. Seconds since the last advert that counts."""

    instance: str
    master: str  # the Director that takes it over
    earliest: float
    latest: float
    without: float  # at most, without a MASTER
    own: str = ""  # as the drill's Director calls it
    back: float | None = 0.0  # at most, from the undoing until it is back; None: it stays with the other Director


@dataclass(frozen=True)
class DrillPlan:
    """Ready to be shown, and, when nothing blocks it, run."""

    intent: DrillIntent
    director: str  # whose keepalived it is about
    title: str
    guards: tuple[Guard, ...]
    expected: tuple[ExpectedTakeover, ...]
    change: Plan  # the handover; of a stop what it was judged by

    @property
    def latest(self) -> float:
        """Return the seconds after which every instance has its new MASTER."""
        return max((one.latest for one in self.expected), default=0.0)

    @property
    def staying(self) -> tuple[str, ...]:
        """Return the instances that stay with the other Director when the drill is undone, as the drill's calls them."""
        return tuple(one.own for one in self.expected if one.back is None)

    @property
    def staying_words(self) -> str:
        """Return that in words; "" where all of them return."""
        if not self.staying:
            return ""
        verb = "stays" if len(self.staying) == 1 else "stay"
        why = f"{self.director} has nopreempt there, or no higher priority than the others"
        return f"{listed(self.staying)} {verb} there when the drill is undone: {why}"

    @property
    def back(self) -> float:
        """Return the seconds after which every instance that returns is back, once the drill is undone."""
        return max((one.back for one in self.expected if one.back is not None), default=0.0)

    def blocking(self, overrides: frozenset[str] = frozenset()) -> tuple[Guard, ...]:
        """Return the guards that keep it from being run: those that refuse, and those that ask and are not overridden."""
        return tuple(
            guard
            for guard in self.guards
            if guard.level == "refuse" or (guard.level == "ask" and guard.kind not in overrides)
        )


def make_drill(
    intent: DrillIntent,
    directors: Sequence[Facts],
    *,
    drains: Sequence[str] = (),
    busy: Sequence[str] = (),
    read_only: str | None = None,
) -> DrillPlan:
    """Return the plan of a drill. `drains` are those in progress; `busy`: Directors on which another change or drill is made.

    Raises PlanRefused.
    """
    if not SHORTEST_HOLD <= intent.hold <= LONGEST_HOLD:
        raise PlanRefused(f"a drill holds for {SHORTEST_HOLD:g} to {LONGEST_HOLD:g} s, not for {intent.hold:g} s")
    name = intent.director or _master(directors)
    by_stop = intent.how != "handover"
    wanted = Intent("handover", (), None, intent.by, intent.when, intent.reason, director=name, by_stop=by_stop)
    change = make(wanted, directors, read_only=read_only)
    moving = [one for one in change.takeovers if one.moves and one.before == name]
    if not moving:
        raise PlanRefused(_nothing_moves(name, change.takeovers))
    guards = [one for one in change.guards if not by_stop or one.kind not in _OF_THE_EDIT]
    title = _TITLES[intent.how].format(name)
    now = routers([(one, one.configuration) for one in directors])
    return DrillPlan(
        intent,
        name,
        title,
        (*guards, *drill_time.check(drains, busy)),
        tuple(_expected(intent.how, one, name, now) for one in moving),
        replace(change, title=title),
    )


def _master(directors: Sequence[Facts]) -> str:
    """Return the Director that is MASTER. Raises PlanRefused where there is not one."""
    masters = [one.name for one in directors if one.role == "MASTER"]
    if len(masters) != 1:
        roles = ", ".join(f"{one.name}: {one.role or 'role not reported'}" for one in directors)
        raise PlanRefused(f"no Director is MASTER of all ({roles}): say which one with --director")
    return masters[0]


def _nothing_moves(name: str, takeovers: Sequence[ExpectedMaster]) -> str:
    masters = sorted({one.before for one in takeovers if one.before is not None})
    others = f"; the MASTER is {' and '.join(masters)}" if masters and name not in masters else ""
    return f"no instance would move: {name} is MASTER of none that another Director would take over{others}"


def _expected(how: DrillHow, one: ExpectedMaster, name: str, now: Sequence[Router]) -> ExpectedTakeover:
    """Return what timers let expect before anything was seen. Of what was seen: `cluster.drill.failover_measure`."""
    taker, mine = one.of(one.after), one.of(name)
    assert taker is not None and mine is not None and one.after is not None  # it moves
    model = taker.model
    earliest, latest, without = (
        model.master_down - model.advert_int,
        model.master_down + _LATE,
        model.master_down + _LATE,
    )
    if how == "stop":
        earliest, latest, without = taker.ending_s, taker.ending_s + _LATE, taker.ending_s + _LATE
    elif how == "handover":
        earliest, latest, without = earliest + model.preempt_delay, latest + model.preempt_delay, 0.0
    return _with_return(ExpectedTakeover(one.name, one.after, earliest, latest, without), mine, now)


def _with_return(expected: ExpectedTakeover, mine: Contender, now: Sequence[Router]) -> ExpectedTakeover:
    """Return it with its way back: the Director takes it when it is above all others with its own priority, and preempts."""
    router = next(one for one in now for side in one if (side.director, side.key) == (mine.director, mine.key))
    before = next(side for side in router if side.director == mine.director)
    above = all(before.priority > other.priority for other in router if other is not before and other.able)
    back = before.model.master_down + before.model.preempt_delay + _LATE
    return replace(expected, own=mine.name, back=None if before.model.nopreempt or not above else back)


def drill_record(plan: DrillPlan, outcome: Outcome, *, id: str, wall: float, overrides: frozenset[str]) -> ChangeRecord:
    """Return the record of a drill, for the history."""
    by, _, host = plan.intent.by.rpartition("@")
    asked = {guard.kind for guard in plan.guards if guard.level == "ask"}
    left = outcome.directors.get(plan.director, outcome.text)
    return ChangeRecord(
        id=id,
        wall=wall,
        by=by or host,
        host=host if by else "",
        action="drill",
        title=plan.title,
        reason=plan.intent.reason,
        targets=(),
        overrides=tuple(sorted(one for one in overrides if one in asked)),
        outcome=outcome.kind,
        text=outcome.text,
        directors=(DirectorRecord(plan.director, "", (), left),),
    )
