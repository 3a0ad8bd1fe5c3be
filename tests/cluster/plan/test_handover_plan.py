"""A handover and a takeback as plans: which lines and priorities, who becomes MASTER of what, and what a record undoes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.change.plan_record import record
from lvstui.cluster.plan.facts import Facts, InstanceFacts
from lvstui.cluster.plan.intent import undo_of
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import Plan, PlanRefused, make
from lvstui.cluster.plan.record import from_json, to_json
from tests.support.handover_pair import VI_2, after, config, director, handed_pair, handover, takeback
from tests.support.pair import VI_1


def added(plan: Plan, name: str) -> list[str]:
    diff = next(one.diff for one in plan.directors if one.name == name)
    return [line[1:].strip() for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++")]


def states(plan: Plan, name: str) -> dict[str, str]:
    return {one.name: one.state for one in next(one for one in plan.directors if one.name == name).instances}


def adding(one: Facts, adds: int = 0, may_add: int = 0) -> Facts:
    """The same Director, with what VI_1 tracks."""
    known = one.details.get(VI_1, InstanceFacts())._replace(adds=adds, may_add=may_add)
    return replace(one, details={**one.details, VI_1: known})


def test_the_priorities_go_below_those_of_the_other_director_in_one_file_alone() -> None:
    plan = make(handover(reason="kernel update"), handed_pair())
    mark = "# handed over, was 100, 2026-11-22 14:01 by ana@ops1: kernel update"
    assert added(plan, "director1") == [f"priority 40  {mark}", f"priority 40  {mark}"]
    assert added(plan, "director2") == []
    assert [one.name for one in plan.directors if one.replacements] == ["director1"]
    assert states(plan, "director1") == {"VI_1": "BACKUP", "VI_2": "BACKUP"}
    assert states(plan, "director2") == {"VI_1": "MASTER", "VI_2": "MASTER"}
    assert plan.blocking() == ()
    assert plan.title == "Hand over director1"
    assert [str(line) for line in plan.summary] == [
        "director2 becomes MASTER of VI_1 and VI_2 (10.10.0.20, 192.168.211.20) after about 3.8 s; "
        "director1 stays MASTER until it hears director2"
    ]
    assert plan.takeover_s == pytest.approx(3 + (256 - 50) / 256)


def test_a_takeback_gives_the_file_back_byte_for_byte() -> None:
    before = handed_pair()
    handed = after(make(handover(), before), before)
    plan = make(takeback(), handed)
    assert [file.after for file in plan.directors[0].files or plan.directors[1].files] == [
        file.data
        for file in before[0].files.files  # type: ignore[union-attr]
    ]
    assert states(plan, "director1") == {"VI_1": "MASTER", "VI_2": "MASTER"}
    assert plan.blocking() == ()


def test_a_backup_can_be_handed_over_too_and_nothing_moves() -> None:
    plan = make(handover("director2"), handed_pair())
    assert [line.partition("  #")[0] for line in added(plan, "director2")] == ["priority 49", "priority 49"]
    assert not any(one.moves for one in plan.takeovers)
    assert [str(line) for line in plan.summary] == [
        "director1 stays MASTER of VI_1 and VI_2 (10.10.0.20, 192.168.211.20)"
    ]


@pytest.mark.parametrize(
    "mine, theirs, priority",
    [
        ({}, {}, 40),
        ({"adds": 30, "may_add": 30}, {}, 10),
        ({"adds": 0, "may_add": 20}, {}, 20),
        ({"adds": -20, "may_add": 0}, {}, 40),
        ({}, {"adds": 30, "may_add": 30}, 70),
        ({}, {"adds": -30}, 10),
        ({"adds": 60, "may_add": 60}, {"adds": 0}, 1),
    ],
)
def test_effective_priorities_decide(mine: dict[str, int], theirs: dict[str, int], priority: int) -> None:
    first, second = handed_pair()
    plan = make(handover(), [adding(first, **mine), adding(second, **theirs)])
    assert added(plan, "director1")[0].startswith(f"priority {priority}  #")


def test_of_three_directors_it_goes_below_all_others() -> None:
    third = director("director3", "BACKUP", config(30))
    plan = make(handover(), [*handed_pair(), third])
    assert added(plan, "director1")[0].startswith("priority 20  #")
    assert states(plan, "director2")["VI_1"] == "MASTER"
    assert states(plan, "director3")["VI_1"] == "BACKUP"


def test_without_a_priority_in_the_file_the_default_counts() -> None:
    plan = make(handover(), handed_pair(config(100, second="")))
    assert added(plan, "director1")[1].startswith("priority 40  # handed over, was 100 (not set)")


def test_nopreempt_here_keeps_it_backup_after_the_takeback() -> None:
    before = handed_pair(config(100, "nopreempt"))
    handed = after(make(handover(), before), before)
    plan = make(takeback(), handed)
    assert states(plan, "director1") == {"VI_1": "BACKUP", "VI_2": "MASTER"}


def test_preempt_delay_is_waited_for() -> None:
    plan = make(handover(), handed_pair(second=config(50, "preempt_delay 20")))
    assert plan.takeover_s == pytest.approx(23 + (256 - 50) / 256)


def test_by_stop_restarts_keepalived_and_costs_the_skew_time() -> None:
    plan = make(handover(by_stop=True), handed_pair(second=config(50, "nopreempt")))
    assert plan.blocking() == ()
    assert [one.restarts for one in plan.directors if one.replacements] == [True]
    assert [one.restarts for one in plan.directors if not one.replacements] == [False]
    assert "0.80 s without a MASTER" in str(plan.summary[0])


@pytest.mark.parametrize(
    "intent, why",
    [
        (handover("director9"), "there is no Director director9 here; there are director1 and director2"),
        (takeback(), "director1: it is not handed over: there is nothing to take back"),
    ],
)
def test_nothing_to_do(intent: object, why: str) -> None:
    with pytest.raises(PlanRefused, match=why):
        make(intent, handed_pair())  # type: ignore[arg-type]


def test_a_second_handover_says_who_did_it() -> None:
    before = handed_pair()
    handed = after(make(handover(reason="kernel"), before), before)
    with pytest.raises(PlanRefused, match="it is handed over already, by ana@ops1 since 2026-11-22 14:01: kernel"):
        make(handover(), handed)


def test_a_new_instance_of_a_director_that_is_handed_over_can_follow() -> None:
    before = handed_pair()
    handed = after(make(handover(), before), before)
    raised = config(100).replace("priority 100", "priority 40 # handed over, was 100, 2026-11-22 14:01 by bob", 1)
    plan = make(handover(), [director("director1", "BACKUP", raised), handed[1]])
    assert len(added(plan, "director1")) == 1


def test_the_record_undoes_and_redoes_it() -> None:
    before = handed_pair()
    plan = make(handover(), before)
    outcome = Outcome("done", 0, "", {one.name: "" for one in before})
    told = from_json(to_json(record(plan, outcome, id="a", wall=1.0, overrides=frozenset())))
    assert [(one.instance, one.before, one.after) for director in told.directors for one in director.priorities] == [
        ("VI_1", 100, 40),
        ("VI_2", 100, 40),
    ]
    handed = after(plan, before)
    undo = make(undo_of(told, "ana@ops1", plan.intent.when), handed)
    assert undo.title == "Undo: Hand over director1"
    assert states(undo, "director1") == {"VI_1": "MASTER", "VI_2": "MASTER"}
    back = after(undo, handed)
    assert back[0].files is not None
    assert before[0].files is not None
    assert back[0].files.files[0].data == before[0].files.files[0].data
    redone = record(undo, outcome, id="b", wall=2.0, overrides=frozenset())
    redo = make(undo_of(redone, "ana@ops1", plan.intent.when), back)
    assert states(redo, "director1")["VI_1"] == "BACKUP"
    assert VI_2 in {one.key for one in redo.directors[0].instances}


def test_a_record_without_priorities_is_one_of_before() -> None:
    plan = make(handover(), handed_pair())
    told = to_json(record(plan, Outcome("done", 0, "", {}), id="a", wall=1.0, overrides=frozenset()))
    for one in told["directors"]:  # type: ignore[attr-defined]
        del one["priorities"]
    assert [one.priorities for one in from_json(told).directors] == [(), ()]
