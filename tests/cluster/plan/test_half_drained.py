"""A real server that is drained on one Director alone is drained, restored or weighed on the other; nothing is written there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from lvstui.cli.output import plan_text
from lvstui.cluster.change.coordinator import Coordinator
from lvstui.cluster.change.plan_record import record
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.intent import Action, Intent, undo_of
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import DirectorPlan, Plan, PlanRefused, make
from lvstui.director.protocol.ipvs_messages import RealServerId, ServiceId
from tests.support.changing_pair import Cluster
from tests.support.guarding import level, told
from tests.support.pair import REAL, SERVICE, WHEN, drain, facts, text

MARK = "weight 0  # drained, was 1, 2026-11-22 14:01 by ana@ops1: kernel update"
KEY = (ServiceId("inet", "tcp", "10.10.0.20", 80, 0), RealServerId("192.168.211.13", 8082))


def config(role: str, weight: str, real: str = REAL) -> str:
    head, name, tail = text(role).partition(f"real_server {real.replace(':', ' ')} {{")
    return head + name + tail.replace("weight 1", weight, 1)


def half(first: str = "weight 1", second: str = MARK) -> list[Facts]:
    """The pair, with these weights of 8082."""
    return [
        facts("director1", "MASTER", config("MASTER", first)),
        facts("director2", "BACKUP", config("BACKUP", second)),
    ]


def wanted(action: Action, weight: int | None = None) -> Intent:
    return Intent(action, (Target(SERVICE, REAL),), weight, "ana@ops1", WHEN)


def of(plan: Plan, name: str) -> DirectorPlan:
    return next(one for one in plan.directors if one.name == name)


def applied(plan: Plan, directors: Sequence[Facts]) -> list[Facts]:
    return [
        facts(one.name, one.role or "", mine.replacements[0].data.decode()) if mine.replacements else one
        for one in directors
        for mine in (of(plan, one.name),)
    ]


@pytest.mark.parametrize(
    ("intent", "written", "weight"),
    [
        (wanted("drain"), "director1", 0),
        (wanted("restore"), "director2", 1),
        (wanted("weight", 1), "director2", 1),
        (wanted("weight", 0), "director2", 0),
    ],
)
def test_the_one_director_is_written_and_both_agree_afterwards(intent: Intent, written: str, weight: int) -> None:
    directors = half("weight 0") if intent.weight == 0 else half()
    plan = make(intent, directors)
    assert plan.blocking() == ()
    assert level(plan, "disagree") == "ok"
    [other] = {"director1", "director2"} - {written}
    assert (of(plan, other).replacements, of(plan, other).diff, of(plan, other).expected) == ((), "", ())
    assert [(one.weight_before, one.weight_after) for one in of(plan, other).predictions] == [(weight, weight)]
    assert of(plan, written).expected == ((KEY, weight),)
    after = applied(plan, directors)
    assert {(one.weights or {})[KEY] for one in after} == {weight}


def test_it_is_said_that_nothing_changes_on_the_other_director() -> None:
    plan = make(wanted("restore"), half())
    [note] = told(plan, "nothing")
    assert (note.level, note.text) == (
        "note",
        f"director1: {REAL} in {SERVICE} is as wanted in its files already: nothing is written or reloaded there",
    )
    assert "director1 (MASTER)\n  nothing is written\n" in plan_text(plan)


@pytest.mark.parametrize(
    ("intent", "directors", "word"),
    [
        (wanted("drain"), half(MARK), "director2: .* is drained already"),
        (wanted("drain"), half("weight 0", "weight 0"), "director2: .* is 0 already"),
        (wanted("restore"), half(second="weight 1"), "director2: .* it is not drained"),
        (wanted("restore"), half("weight 3"), r"director1: .* is 3 and it is not drained.*Set a weight instead"),
        (wanted("restore"), half("weight 0"), "director1: .* nothing tells what it was before"),
        (wanted("weight", 1), half(second="weight 1"), "director2: .* is 1 already"),
    ],
)
def test_what_has_nothing_to_do_on_any_director_is_refused_and_what_would_not_make_them_agree(
    intent: Intent, directors: list[Facts], word: str
) -> None:
    with pytest.raises(PlanRefused, match=word):
        make(intent, directors)


def test_of_several_targets_those_that_are_drained_there_stay_as_they_are() -> None:
    other = "192.168.211.13:8081"
    directors = half()
    plan = make(drain(other, REAL), directors)
    assert plan.blocking() == ()
    assert MARK.encode() in of(plan, "director2").replacements[0].data
    assert [of(plan, name).diff.count("+        weight 0") for name in ("director1", "director2")] == [2, 1]
    [note] = told(plan, "nothing")
    assert note.text == f"director2: {REAL} in {SERVICE} is as wanted in its files already: no line of it changes there"


@pytest.mark.parametrize(("pending", "todo"), [(False, "restart"), (None, "reload"), (True, "reload")])
def test_a_kernel_that_shows_another_weight_than_the_files_is_not_left_so(pending: bool | None, todo: str) -> None:
    first, second = half()
    lags = replace(second, weights={**(second.weights or {}), KEY: 1}, pending=pending)
    plan = make(wanted("drain"), [first, lags])
    [refusal] = [guard for guard in plan.blocking() if guard.kind == "kernel"]
    assert refusal.text == (
        f"director2: its files give {REAL} in {SERVICE} weight 0 already, but its kernel has 1: "
        f"{todo} keepalived there first"
    )


def test_a_reload_for_another_target_brings_what_the_files_say_already() -> None:
    first, second = half()
    lags = replace(second, weights={**(second.weights or {}), KEY: 1}, pending=True)
    plan = make(drain("192.168.211.13:8081", REAL), [first, lags])
    assert told(plan, "kernel") == []
    assert (KEY, 0) in of(plan, "director2").expected


def test_a_server_that_is_down_there_and_so_is_not_in_its_kernel_is_fine() -> None:
    first, second = half()
    dead = replace(
        second,
        weights={key: one for key, one in (second.weights or {}).items() if key != KEY},
        alive={**second.alive, (SERVICE, REAL): False},
    )
    assert make(wanted("drain"), [first, dead]).blocking() == ()


def test_what_is_pending_there_is_not_told_as_loaded_and_never_remembered_so() -> None:
    first, second = half()
    loaded = facts("director2", "BACKUP", config("BACKUP", MARK).replace("lb_algo rr", "lb_algo wlc")).files
    plan = make(wanted("drain"), [first, replace(second, pending=True, loaded=loaded)])
    assert plan.blocking() == ()
    assert of(plan, "director2").pending == ""
    made = record(plan, Outcome("done", 0, "", {}), id="1", wall=1.0, overrides=frozenset())
    assert [one.installed is None for one in made.directors] == [True, False]
    assert [one.name for one in made.directors] == ["director2", "director1"]


@pytest.mark.parametrize("intent", [wanted("drain"), wanted("restore"), wanted("weight", 1)])
def test_an_undo_leaves_the_pair_as_it_was(intent: Intent) -> None:
    directors = half()
    plan = make(intent, directors)
    made = record(plan, Outcome("done", 0, "", {}), id="1", wall=1.0, overrides=frozenset())
    after = applied(plan, directors)
    undo = make(undo_of(made, "ana@ops1", WHEN), after)
    back = applied(undo, after)
    assert [one.files and one.files.files[0].data for one in back] == [
        one.files and one.files.files[0].data for one in directors
    ]


def test_the_change_is_carried_out_on_one_and_verified_on_both() -> None:
    cluster = Cluster()
    cluster.facts = {one.name: one for one in half()}
    cluster.plan = make(wanted("drain"), list(cluster.facts.values()))
    cluster.change = Coordinator(cluster.plan, cluster.facts.__getitem__, id="t1", overrides=frozenset())
    cluster.run()
    outcome = cluster.change.outcome
    assert outcome is not None
    assert (outcome.kind, outcome.directors) == (
        "done",
        {"director2": "unchanged, and verified", "director1": "changed, and verified"},
    )
    assert cluster.commands("Stage") == ["director1", "director2"]
    assert cluster.commands("Install") == cluster.commands("Confirm") == cluster.commands("Close") == ["director1"]
    assert outcome.text.endswith("done on director1, and verified on every Director")
