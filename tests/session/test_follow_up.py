"""An add from its first step to its last: seen alive and raised, or left at 0, and said."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from lvstui.cluster.director_facts import UnfinishedView
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.intent import ChangeRecord, undo_of
from lvstui.cluster.plan.outcome import STEPS, Kind, Outcome, StepView
from lvstui.cluster.plan.plan import Plan
from lvstui.director.protocol.change_messages import Stage
from lvstui.session.subscription import until
from tests.support.answering_pair import ADD, NEW, AnsweringPair
from tests.support.pair import SERVICE, WHEN, facts, text
from tests.support.waiting import LIMIT_S


async def applied(
    directors: AnsweringPair, plan: Plan, hold: float = 0.0
) -> tuple[Outcome, ChangeRecord, list[tuple[StepView, ...]]]:
    shown: list[tuple[StepView, ...]] = []
    assert plan.follow_up is not None
    plan = replace(plan, follow_up=replace(plan.follow_up, hold=hold))
    outcome = await directors.runner.apply(plan, shown.append, frozenset())
    return outcome, directors.kept.appended[-1], shown


def hasty(plan: Plan, seconds: float = 0.01) -> Plan:
    """The plan, with no patience."""
    assert plan.follow_up is not None
    return replace(plan, follow_up=replace(plan.follow_up, seconds=seconds))


async def test_seen_alive_by_both_it_is_raised_and_all_is_one_record() -> None:
    directors = AnsweringPair(["director1", "director2"])
    outcome, record, shown = await applied(directors, directors.plan(ADD))
    assert (outcome.kind, outcome.exit_code) == ("done", 0)
    assert directors.titles == [f"Add {NEW} to {SERVICE}", f"Restore {NEW} in {SERVICE}"]
    assert directors.looks == 1
    assert [(one.before, one.after) for director in record.directors for one in director.weights] == [(None, 5)] * 2
    assert all("+        weight 5\n" in director.diff for director in record.directors)
    assert record.reason == "more room"
    assert [one.id for one in directors.kept.appended] == [record.id] * 2
    assert directors.kept.read() == (record,)
    assert directors.remembered == {one.name: one.installed for one in record.directors}
    assert [event.text for event in directors.events] == [f"Add {NEW} to {SERVICE} by ana@ops1: done"]
    assert {step.step for step in shown[-1]} == {*STEPS, "alive", "raise"}
    assert {step.state for step in shown[-1]} == {"done"}


async def test_up_until_its_first_check_has_failed_is_not_seen_alive() -> None:
    """keepalived tells "up" and "has run" while the retries of the first check are still to come."""

    class Failing(AnsweringPair):
        def look(self) -> None:
            super().look()
            if self.looks > 1:
                self.alive = ()
                self.known = {name: replace(one, seen_alive=frozenset()) for name, one in self.known.items()}
                self.tell()

    directors = Failing(["director1", "director2"])
    outcome, _, _ = await applied(directors, hasty(directors.plan(ADD), 2.0), hold=20.0)
    assert "STAYS AT WEIGHT 0" in outcome.text
    assert len(directors.titles) == 1


async def test_first_checks_that_have_succeeded_end_the_wait_at_once() -> None:
    names = ["director1", "director2"]
    directors = AnsweringPair(names, succeeded=names)
    outcome, _, shown = await applied(directors, directors.plan(ADD), hold=1e6)
    assert outcome.exit_code == 0 and directors.looks == 2
    assert any("its first check may still fail" in step.text for steps in shown for step in steps)


async def test_while_one_first_check_may_still_fail_it_is_waited() -> None:
    """director2's keepalived does not tell."""
    directors = AnsweringPair(["director1", "director2"], succeeded=["director1"])
    waiting = asyncio.ensure_future(applied(directors, directors.plan(ADD), hold=1e6))
    assert await until(directors, lambda: directors.looks > 2, LIMIT_S)
    assert not waiting.done() and len(directors.titles) == 1
    directors.succeeded = ["director1", "director2"]
    directors.look()
    outcome, _, _ = await waiting
    assert outcome.exit_code == 0


def suspending(*, everywhere: bool = False) -> list[Facts]:
    """director2 does not hold the address, so its keepalived checks nothing."""
    config = text(extra="ha_suspend")
    one, other = facts("director1", "MASTER", config), facts("director2", "BACKUP", config)
    unchecked = frozenset({(SERVICE, f"192.168.211.13:{port}") for port in (8081, 8082, 8083, 8084)})
    return [replace(one, suspended=unchecked if everywhere else frozenset()), replace(other, suspended=unchecked)]


async def test_a_director_that_does_not_check_is_not_waited_for_and_that_is_said() -> None:
    class Suspending(AnsweringPair):
        def install(self, name: str, staged: Stage) -> None:
            super().install(name, staged)
            if name == "director2":
                self.known[name] = replace(self.known[name], suspended=frozenset({(SERVICE, NEW)}))

    directors = Suspending(["director1"])
    directors.known = {one.name: one for one in suspending()}
    plan = directors.plan(ADD)
    [guard] = [guard for guard in plan.guards if "ha_suspend" in guard.text]
    assert (guard.level, guard.director) == ("note", "director2")
    outcome, _, shown = await applied(directors, plan)
    assert (outcome.kind, outcome.exit_code) == ("done", 0)
    assert any("does not check it now (ha_suspend)" in step.text for steps in shown for step in steps)


async def test_what_no_director_checks_is_not_raised() -> None:
    directors = AnsweringPair([])
    directors.known = {one.name: one for one in suspending(everywhere=True)}
    plan = directors.plan(ADD)
    assert sum("ha_suspend" in guard.text for guard in plan.guards) == 2
    outcome, _, _ = await applied(directors, hasty(plan))
    assert "STAYS AT WEIGHT 0" in outcome.text


@pytest.mark.parametrize("alive", [[], ["director1"], ["director2"]])
async def test_what_one_director_has_not_seen_alive_stays_at_0_and_is_said(alive: list[str]) -> None:
    directors = AnsweringPair(alive)
    outcome, record, shown = await applied(directors, hasty(directors.plan(ADD)))
    assert (outcome.kind, outcome.exit_code) == ("done", 6)
    assert "STAYS AT WEIGHT 0" in outcome.text
    for name in ("director1", "director2"):
        assert (f"{name} has not seen {NEW} alive" in outcome.text) is (name not in alive)
    assert len(directors.titles) == 1
    assert all("weight 0  # drained, was 5" in director.diff for director in record.directors)
    assert {step.state for step in shown[-1] if step.step == "raise"} == {"waiting"}


@pytest.mark.parametrize(
    ("kind", "code", "word"),
    [("rolled back", 6, "STAYS AT WEIGHT 0"), ("refused", 6, "STAYS AT WEIGHT 0"), ("undecided", 5, "it is undecided")],
)
async def test_a_raise_that_fails_is_told_and_what_was_added_stays(kind: Kind, code: int, word: str) -> None:
    directors = AnsweringPair(["director1", "director2"], kind)
    outcome, record, shown = await applied(directors, directors.plan(ADD))
    assert outcome.exit_code == code
    assert word in outcome.text
    assert all("weight 0  # drained, was 5" in director.diff for director in record.directors)
    assert {step.state for step in shown[-1] if step.step == "raise"} == {"failed"}


async def test_guards_may_stop_the_raise() -> None:
    class Interrupted(AnsweringPair):
        def look(self) -> None:
            left = UnfinishedView("t9", "Drain", "ben@ops2", 1.0, ())
            self.known["director1"] = replace(self.known["director1"], unfinished=left)
            super().look()

    directors = Interrupted(["director1", "director2"])
    outcome, _, shown = await applied(directors, directors.plan(ADD))
    assert outcome.exit_code == 6
    assert "raising it was refused: director1: the change “Drain” by ben@ops2 was left unfinished" in outcome.text
    assert {step.state for step in shown[-1] if step.step == "raise"} == {"failed"}


async def test_who_stops_waiting_can_undo_what_was_added() -> None:
    directors = AnsweringPair([])
    plan = directors.plan(ADD)
    waiting = asyncio.ensure_future(applied(directors, plan))
    assert await until(directors, lambda: directors.looks > 0, LIMIT_S)
    waiting.cancel()
    [told] = directors.kept.appended
    assert told.outcome == "done"
    assert "at weight 0" in told.text
    undo = directors.plan(undo_of(told, "ana@ops1", WHEN))
    assert [one.replacements[0].data for one in undo.directors] == [one.files[0].before for one in plan.directors]


async def test_nothing_follows_on_what_was_not_done() -> None:
    directors = AnsweringPair(["director1", "director2"])
    directors.ends = ["rolled back"]
    outcome, record, _ = await applied(directors, directors.plan(ADD))
    assert (outcome.kind, record.outcome, len(directors.kept.appended)) == ("rolled back", "rolled back", 1)
    assert len(directors.titles) == 1
