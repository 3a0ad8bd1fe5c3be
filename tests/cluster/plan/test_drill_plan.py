"""A drill's plan: whose keepalived, what is expected of each instance, and what stands against it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.plan.drill_plan import DrillHow, DrillIntent, DrillPlan, drill_record, make_drill
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards import GuardKind
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.cluster.plan.record import from_json, last_change, to_json
from tests.support.handover_pair import config, handed_pair
from tests.support.pair import WHEN


def intent(how: DrillHow = "stop", director: str | None = None, hold: float = 10.0) -> DrillIntent:
    return DrillIntent(how, director, hold, "ana@ops1", WHEN, "nightly")


def plan(how: DrillHow = "stop", pair: list[Facts] | None = None, **more: list[str]) -> DrillPlan:
    return make_drill(intent(how), handed_pair() if pair is None else pair, **more)  # type: ignore[arg-type]


def test_the_masters_keepalived_is_meant_where_none_is_named() -> None:
    assert plan().director == "director1"
    assert plan().title == "Drill: stop keepalived on director1, and start it again"


@pytest.mark.parametrize(
    "how, earliest, latest, without",
    [("stop", 0.8047, 0.9047, 0.9047), ("kill", 2.8047, 3.9047, 3.9047), ("handover", 2.8047, 3.9047, 0.0)],
)
def test_what_is_expected_follows_from_timers_and_the_priority_of_the_other_director(
    how: DrillHow, earliest: float, latest: float, without: float
) -> None:
    made = plan(how)
    assert [(one.instance, one.master) for one in made.expected] == [("VI_1", "director2"), ("VI_2", "director2")]
    for one in made.expected:  # VRRP 2 at 1 s; the BACKUP has priority 50: a skew of 206/256 s
        assert (round(one.earliest, 4), round(one.latest, 4), round(one.without, 4)) == (earliest, latest, without)


def test_a_handover_edits_the_files_and_the_others_do_not_need_to() -> None:
    assert [bool(one.replacements) for one in plan("handover").change.directors] == [False, True]
    assert plan("stop").blocking() == ()


def test_a_director_that_is_master_of_nothing_is_refused_with_who_is() -> None:
    with pytest.raises(PlanRefused, match=r"director2 is MASTER of none .*the MASTER is director1"):
        make_drill(intent(director="director2"), handed_pair())
    with pytest.raises(PlanRefused, match="there is no Director director3"):
        make_drill(intent(director="director3"), handed_pair())


def test_without_one_master_the_director_has_to_be_named() -> None:
    pair = [replace(one, role="mixed") for one in handed_pair()]
    with pytest.raises(PlanRefused, match="--director"):
        plan(pair=pair)


def test_nopreempt_stands_against_a_handover_alone() -> None:
    pair = handed_pair(second=config(50, "nopreempt"))
    assert GuardKind.NOPREEMPT in {guard.kind for guard in plan("handover", pair).blocking()}
    assert plan("stop", pair).blocking() == ()
    assert {one.instance for one in plan("stop", pair).expected} == {"VI_1", "VI_2"}


def test_an_instance_returns_by_its_own_timer_where_it_is_above_the_others_and_preempts() -> None:
    made = plan("handover")
    assert made.staying == () and round(made.back, 4) == 3.7094  # its own priority: a skew of 156/256 s
    delayed = plan("stop", handed_pair(first=config(100, "preempt_delay 30")))
    assert delayed.staying == () and round(delayed.back, 4) == 33.7094
    staying = plan("stop", handed_pair(first=config(100, "nopreempt")))
    assert staying.staying == ("VI_1",) and staying.staying_words.startswith(
        "VI_1 stays there when the drill is undone"
    )
    below = plan("kill", handed_pair(first=config(40), second=config(50, "nopreempt")))
    assert below.staying == ("VI_1", "VI_2") and below.back == 0.0


@pytest.mark.parametrize("hold", [0.5, 301.0, float("nan")])
def test_the_hold_is_bounded(hold: float) -> None:
    with pytest.raises(PlanRefused, match="holds for 1 to 300 s"):
        make_drill(intent(hold=hold), handed_pair())


def test_a_drain_has_to_be_overridden_and_another_change_cannot_be() -> None:
    drained = plan(drains=["192.168.211.13:8082 in tcp/10.10.0.20:80"])
    assert [guard.kind for guard in drained.blocking()] == [GuardKind.DRAINS]
    assert drained.blocking(frozenset(("drains",))) == ()
    busy = plan(busy=["director2"])
    assert [guard.kind for guard in busy.blocking(frozenset(("drill",)))] == [GuardKind.DRILL]


def test_read_only_refuses_it() -> None:
    with pytest.raises(PlanRefused, match="read-only: it is production"):
        make_drill(intent(), handed_pair(), read_only="it is production")


def test_its_record_is_kept_as_of_a_change_and_no_undo_takes_it_back() -> None:
    outcome = Outcome("done", 0, "undone: keepalived was started again", {"director1": "it runs"})
    record = drill_record(plan(), outcome, id="d1", wall=1.0, overrides=frozenset(("drains", "connections")))
    assert (record.action, record.by, record.host, record.reason) == ("drill", "ana", "ops1", "nightly")
    assert record.overrides == ()
    assert from_json(to_json(record)) == record
    assert last_change([record]) is None
