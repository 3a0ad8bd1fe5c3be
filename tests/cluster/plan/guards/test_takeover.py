"""Whether another Director can and will take instances over: each guard once, with readings that are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.plan import PlanRefused, make
from tests.support.guarding import level, told
from tests.support.handover_pair import VI_2, after, config, handed_pair, handover, instance, takeback
from tests.support.pair import VI_1

GROUP = "vrrp_sync_group G {\n    group {\n        VI_1\n        VI_2\n    }\n}\n"


def known(one: Facts, hears: bool | None = None, adds: int = 0, may_add: int = 0) -> Facts:
    found = one.details[VI_1]._replace(hears=hears, adds=adds, may_add=may_add)
    return replace(one, details={**one.details, VI_1: found})


def in_state(one: Facts, state: str | None) -> Facts:
    return replace(one, vrrp={**one.vrrp, VI_1: state})


def test_an_instance_in_fault_takes_nothing_over() -> None:
    first, second = handed_pair()
    plan = make(handover(), [first, in_state(second, "FAULT")])
    assert level(plan, "fault") == "refuse"
    assert told(plan, "fault")[0].text == "director2: VI_1 is in FAULT: it cannot become MASTER"
    handed = after(make(handover(), [first, second]), [first, second])
    assert level(make(takeback(), [in_state(handed[0], "FAULT"), handed[1]]), "fault") == "note"


@pytest.mark.parametrize("state", ["BACKUP", None])
def test_without_one_master_nothing_can_be_told(state: str | None) -> None:
    first, second = handed_pair()
    assert level(make(handover(), [in_state(first, state), second]), "master") == "refuse"
    assert level(make(handover(), [first, in_state(second, "MASTER")]), "master") == "refuse"


def test_who_hears_no_adverts_may_not_be_able_to_take_over_in_turn() -> None:
    first, second = handed_pair()
    assert level(make(handover(), [first, known(second, hears=False)]), "adverts") == "ask"
    assert level(make(handover(), [first, known(second)]), "adverts") == "note"
    assert told(make(handover(), [first, second]), "adverts") == []


def test_nopreempt_refuses_and_offers_by_stop_with_what_it_costs() -> None:
    pair = handed_pair(second=config(50, "nopreempt"))
    [guard] = told(make(handover(), pair), "nopreempt")
    assert guard.level == "refuse"
    assert "With --by-stop keepalived is restarted on director1" in guard.text
    assert "0.80 s without a MASTER" in guard.text
    by_stop = make(handover(by_stop=True), pair)
    assert told(by_stop, "nopreempt") == []
    assert [guard.level for guard in told(by_stop, "by-stop")] == ["note"]
    assert told(make(handover("director2"), pair), "nopreempt") == []  # nothing is to move


def test_without_systemd_keepalived_is_not_restarted() -> None:
    first, second = handed_pair()
    assert first.keepalived is not None
    first = replace(first, keepalived=replace(first.keepalived, manager="signal"))
    assert "refuse" in [guard.level for guard in told(make(handover(by_stop=True), [first, second]), "by-stop")]


def test_a_sync_group_moves_as_a_whole() -> None:
    pair = handed_pair(config(100, head=GROUP), config(50, head=GROUP))
    texts = [guard.text for guard in told(make(handover(), pair), "sync-group")]
    assert texts == ["director2: VI_1 and VI_2 move together (sync group G)"]
    parted = handed_pair(config(100, head=GROUP), config(50, "nopreempt", head=GROUP))
    assert level(make(handover(), parted), "sync-group") == "refuse"


def test_the_owner_of_addresses_is_not_handed_over() -> None:
    with pytest.raises(PlanRefused, match="VI_1 has priority 255") as refused:
        make(handover(), handed_pair(config(255)))
    assert refused.value.guard is not None
    assert refused.value.guard.kind == "owner"


def test_where_there_is_no_room_below_the_other() -> None:
    [guard, _] = told(make(handover(), handed_pair(second=config(1))), "room")
    assert guard.level == "refuse"
    assert "which is not below the 1 of director2" in guard.text
    assert told(make(handover(), handed_pair(second=config(2))), "room") == []


def test_what_is_tracked_may_lift_it_again() -> None:
    first, second = handed_pair()
    assert level(make(handover(), [known(first, adds=0, may_add=60), second]), "tracked") == "ask"
    assert level(make(handover(), [known(first, adds=20, may_add=20), second]), "tracked") == "note"
    assert told(make(handover(), [first, second]), "tracked") == []


def test_an_instance_that_no_other_director_has_stays() -> None:
    alone = instance("VI_2", "priority 50", "192.168.211.20")
    plan = make(handover(), handed_pair(second=config(50).replace(alone, "")))
    assert level(plan, "alone") == "ask"
    assert VI_2 in {one.key for one in plan.directors[-1].instances}
    grouped = handed_pair(config(100, head=GROUP), config(50).replace(alone, ""))
    assert level(make(handover(), grouped), "sync-group") == "refuse"


def test_nobody_is_handed_over_to_one_that_is_handed_over() -> None:
    before = handed_pair()
    handed = after(make(handover(), before), before)
    [guard] = told(make(handover("director2"), handed), "handed-over")
    assert guard.level == "refuse"
    assert guard.text == "director1: it is handed over itself, by ana@ops1 since 2026-11-22 14:01: take it back first"


def test_a_long_preempt_delay_is_told() -> None:
    plan = make(handover(), handed_pair(second=config(50, "preempt_delay 60")))
    assert [guard.level for guard in told(plan, "preempt-delay")] == ["note"]


def test_directors_that_cannot_be_written_to_or_verified_refuse_it_as_any_change() -> None:
    first, second = handed_pair()
    assert second.keepalived is not None
    stopped = replace(second, keepalived=replace(second.keepalived, running=False))
    for other, kind in ((replace(second, live=False, error="lost"), "unreachable"), (stopped, "stopped")):
        with pytest.raises(PlanRefused) as refused:
            make(handover(), [first, other])
        assert refused.value.guard is not None
        assert refused.value.guard.kind == kind
