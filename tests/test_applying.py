"""An add from its first step to its last: seen alive and raised, or left at 0, and said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from lvstui import applying
from lvstui.cluster.facts import Facts
from lvstui.cluster.intent import Intent, Record, Target, undo_of
from lvstui.cluster.outcome import EXIT_CODES, Kind, Outcome, StepView
from lvstui.cluster.plan import Plan, PlanRefused, make

from .cluster.pair import SERVICE, WHEN, facts, pair

NEW = "192.168.211.13:8084"
ADD = Intent("add", (Target(SERVICE, NEW),), 5, "ana@ops1", WHEN, "more room")


class Directors:
    """Two Directors that do at once what a plan says. `alive` names those whose checkers see a new server alive, when asked."""

    def __init__(self, alive: Sequence[str], *second: Kind) -> None:
        self.known = {one.name: one for one in pair()}
        self.alive = alive
        self.ends: list[Kind] = ["done", *(second or ("done",))]
        self.carried: list[Plan] = []
        self.looks = 0
        self.kept: list[Record] = []
        self._tell: list[Callable[[], None]] = []

    def plan(self, intent: Intent) -> Plan:
        return make(intent, self.facts())

    def facts(self) -> Sequence[Facts]:
        return list(self.known.values())

    async def carry_out(self, plan: Plan, progress: applying.Progress, overrides: frozenset[str]) -> Outcome:
        self.carried.append(plan)
        names = [one.name for one in plan.directors]
        progress(tuple(StepView(name, "stage", "running", "") for name in names))
        kind = self.ends.pop(0)
        if kind == "done":
            for one in plan.directors:
                self.known[one.name] = facts(one.name, one.role or "", one.replacements[0].data.decode())
        progress(tuple(StepView(name, "stage", "done" if kind == "done" else "failed", kind) for name in names))
        return Outcome(kind, EXIT_CODES[kind], f"it is {kind}", dict.fromkeys(names, kind))

    def look(self) -> None:
        self.looks += 1
        for name in self.alive:
            self.known[name] = replace(self.known[name], seen_alive=frozenset({(SERVICE, NEW)}))
        for tell in self._tell:
            tell()

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._tell.append(callback)
        return lambda: self._tell.remove(callback)


async def applied(
    directors: Directors, plan: Plan, hold: float = 0.0
) -> tuple[Outcome, Record, list[tuple[StepView, ...]]]:
    shown: list[tuple[StepView, ...]] = []
    assert plan.follow_up is not None
    plan = replace(plan, follow_up=replace(plan.follow_up, hold=hold))
    outcome, record = await applying.apply(directors, plan, shown.append, frozenset(), directors.kept.append)
    return outcome, record, shown


def hasty(plan: Plan, seconds: float = 0.01) -> Plan:
    """The plan, with no patience."""
    assert plan.follow_up is not None
    return replace(plan, follow_up=replace(plan.follow_up, seconds=seconds))


async def test_seen_alive_by_both_it_is_raised_and_all_is_one_record() -> None:
    directors = Directors(["director1", "director2"])
    outcome, record, shown = await applied(directors, directors.plan(ADD))
    assert (outcome.kind, outcome.exit_code) == ("done", 0)
    assert [plan.intent.action for plan in directors.carried] == ["add", "restore"]
    assert directors.looks == 1
    assert [(one.before, one.after) for director in record.directors for one in director.weights] == [(None, 5)] * 2
    assert all("+        weight 5\n" in director.diff for director in record.directors)
    assert record.reason == "more room"
    assert [one.id for one in directors.kept] == [record.id]
    assert {(step.step, step.state) for step in shown[-1]} == {("stage", "done"), ("alive", "done"), ("raise", "done")}


async def test_up_until_its_first_check_has_failed_is_not_seen_alive() -> None:
    """keepalived tells "up" and "has run" while the retries of the first check are still to come."""

    class Failing(Directors):
        def look(self) -> None:
            super().look()
            if self.looks > 1:
                self.alive = ()
                self.known = {name: replace(one, seen_alive=frozenset()) for name, one in self.known.items()}
                for tell in self._tell:
                    tell()

    directors = Failing(["director1", "director2"])
    outcome, _, _ = await applied(directors, hasty(directors.plan(ADD), 2.0), hold=20.0)
    assert "STAYS AT WEIGHT 0" in outcome.text
    assert len(directors.carried) == 1


def test_how_long_a_first_check_may_take_to_fail() -> None:
    plan = make(ADD, pair())
    assert plan.follow_up is not None
    assert plan.follow_up.hold == 4 * 3 + 3 * 3 + 1  # connect_timeout 3; the retries that its keepalived may have


@pytest.mark.parametrize("alive", [[], ["director1"], ["director2"]])
async def test_what_one_director_has_not_seen_alive_stays_at_0_and_is_said(alive: list[str]) -> None:
    directors = Directors(alive)
    outcome, record, shown = await applied(directors, hasty(directors.plan(ADD)))
    assert (outcome.kind, outcome.exit_code) == ("done", 6)
    assert "STAYS AT WEIGHT 0" in outcome.text
    for name in ("director1", "director2"):
        assert (f"{name} has not seen {NEW} alive" in outcome.text) is (name not in alive)
    assert len(directors.carried) == 1
    assert all("weight 0  # drained, was 5" in director.diff for director in record.directors)
    assert {step.state for step in shown[-1] if step.step == "raise"} == {"waiting"}


@pytest.mark.parametrize(
    ("kind", "code", "word"),
    [("rolled back", 6, "STAYS AT WEIGHT 0"), ("refused", 6, "STAYS AT WEIGHT 0"), ("undecided", 5, "it is undecided")],
)
async def test_a_raise_that_fails_is_told_and_what_was_added_stays(kind: Kind, code: int, word: str) -> None:
    directors = Directors(["director1", "director2"], kind)
    outcome, record, shown = await applied(directors, directors.plan(ADD))
    assert outcome.exit_code == code
    assert word in outcome.text
    assert all("weight 0  # drained, was 5" in director.diff for director in record.directors)
    assert {step.state for step in shown[-1] if step.step == "raise"} == {"failed"}


async def test_guards_may_stop_the_raise() -> None:
    directors = Directors(["director1", "director2"])
    plan = directors.plan(ADD)
    directors.plan = lambda intent: (_ for _ in ()).throw(PlanRefused("a change is unfinished"))  # type: ignore[method-assign]
    outcome, _, _ = await applied(directors, plan)
    assert outcome.exit_code == 6
    assert "raising it was refused: a change is unfinished" in outcome.text


async def test_who_stops_waiting_can_undo_what_was_added() -> None:
    directors = Directors([])
    waiting = asyncio.ensure_future(applied(directors, directors.plan(ADD)))
    assert await applying.until(directors, lambda: directors.looks > 0, 20)
    waiting.cancel()
    [told] = directors.kept
    assert told.outcome == "done"
    assert "at weight 0" in told.text
    undo = directors.plan(undo_of(told, "ana@ops1", WHEN))
    assert [one.replacements[0].data for one in undo.directors] == [
        one.files[0].before for one in directors.carried[0].directors
    ]


async def test_nothing_follows_on_what_was_not_done() -> None:
    directors = Directors(["director1", "director2"])
    directors.ends = ["rolled back"]
    outcome, record, _ = await applied(directors, directors.plan(ADD))
    assert (outcome.kind, record.outcome, directors.kept) == ("rolled back", "rolled back", [])
    assert len(directors.carried) == 1


async def test_a_condition_that_comes_is_noticed_and_one_that_does_not_is_given_up() -> None:
    directors = Directors(["director1"])
    waiting = asyncio.ensure_future(applying.until(directors, lambda: directors.looks > 0, 20))
    await asyncio.sleep(0)
    directors.look()
    assert await waiting
    assert not await applying.until(directors, lambda: False, 0.01)
