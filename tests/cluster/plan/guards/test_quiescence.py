"""Whether a weight of 0 does what an operator expects of it: hashing, persistence, scripts and tracked files."""

from __future__ import annotations

import pytest

from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import make
from tests.support.guarding import both, held, level, told, tracking
from tests.support.pair import REAL, SERVICE, WHEN, drain, text


@pytest.mark.parametrize(
    ("sysctl", "clients", "expected"),
    [(None, 5, "note"), ("0", 5, "ask"), ("0", 0, "note"), ("1", 5, "ok")],
)
def test_persistence_is_judged_by_the_kernels_setting(sysctl: str | None, clients: int, expected: str) -> None:
    sysctls = {} if sysctl is None else {"net.ipv4.vs.expire_quiescent_template": sysctl}
    directors = [held(one, clients) for one in both(text(extra="persistence_timeout 300"), sysctls=sysctls)]
    assert level(make(drain(), directors), "persistence") == expected


def test_a_weight_above_0_asks_nothing_of_a_drain() -> None:
    config = text(extra="lb_algo sh\n    persistence_timeout 300")
    plan = make(Intent("weight", drain().targets, 5, "ana@ops1", WHEN), both(config))
    assert not told(plan, "hash")
    assert not told(plan, "persistence")


def test_a_weight_that_is_set_to_0_is_judged_like_a_drain() -> None:
    plan = make(Intent("weight", drain().targets, 0, "ana@ops1", WHEN), both(text(extra="lb_algo sh")))
    assert level(plan, "hash") == "ask"


@pytest.mark.parametrize(
    ("added", "expected", "kernel"), [(5, "ask", 5), (0, "note", 0), (-3, "note", 0), (None, "ask", 0)]
)
def test_what_a_tracked_file_adds_stays_after_a_drain_and_is_predicted(
    added: int | None, expected: str, kernel: int
) -> None:
    plan = make(drain(), tracking(None if added is None else {(SERVICE, REAL): added}))
    assert level(plan, "file-weight") == expected
    [prediction] = plan.directors[0].predictions
    assert prediction.weight_after == kernel
    assert [weight for _, weight in plan.directors[0].expected] == [kernel]
    if added == 5:
        assert "with 0 in keepalived.conf the kernel has 5" in told(plan, "file-weight")[0].text
        assert "Set the number in track_file load to 0 to drain it" in told(plan, "file-weight")[0].text


def test_another_row_whose_weight_a_file_makes_may_change_meanwhile() -> None:
    plan = make(drain("192.168.211.13:8081"), tracking({(SERVICE, REAL): 5}))
    assert level(plan, "file-weight") is None
    assert [{key[1].port for key in one.tolerated} for one in plan.directors] == [{8082}, {8082}]
    assert make(drain(), tracking({(SERVICE, REAL): 5})).directors[0].tolerated == frozenset()


@pytest.mark.parametrize(
    ("flags", "expected"),
    [("", "ask"), ("sh-fallback", None), ("flag-1", None), ("sh-port", "ask"), ("flag-2", "ask")],
)
def test_the_fallback_of_sh_has_two_names(flags: str, expected: str | None) -> None:
    config = text().replace("lb_algo rr", f"lb_algo sh\n    {flags}")
    assert level(make(drain(), both(config)), "hash") == expected
