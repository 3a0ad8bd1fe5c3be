"""What makes a plan impossible: a change that is unfinished, files that would end keepalived, a process that hangs."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from lvstui.cluster.director_facts import UnfinishedView
from lvstui.cluster.observed.hung_processes import Hung
from lvstui.cluster.plan.plan import PlanRefused, make
from tests.support.pair import PATH, drain, facts, pair, text


def test_a_change_that_is_unfinished_has_to_be_settled_first() -> None:
    one, other = pair()
    left = UnfinishedView("t1", "Drain x", "ben@ops2", 1.0, ())
    with pytest.raises(PlanRefused, match=r"director2: the change “Drain x” by ben@ops2 .* settle it first") as refused:
        make(drain(), [one, replace(other, unfinished=left)])
    assert refused.value.guard is not None
    assert refused.value.guard.kind == "unfinished"


SECOND_INSTANCE = """vrrp_instance VI_2 {
    interface ens33
    priority 50
    virtual_ipaddress {
        10.10.0.30
    }
}
"""


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        (text().replace("weight 1", "weight", 1), "weight\n"),  # without a number
        (text() + SECOND_INSTANCE, "vrrp_instance VI_2"),  # without a VRID
        (text() + SECOND_INSTANCE.replace("priority 50", "virtual_router_id 51"), "virtual_router_id 51\n    virtual"),
    ],
    ids=["a missing word", "no VRID", "a VRID twice"],
)
def test_files_that_would_end_keepalived_are_not_loaded_by_a_change_whoever_wrote_them(wrong: str, at: str) -> None:
    """Each ends the whole daemon at a reload."""
    line = wrong[: wrong.index(at)].count("\n") + 1
    one, other = pair()
    bad = facts("director2", "BACKUP", wrong)
    for pending in (True, False, None):
        with pytest.raises(PlanRefused) as refused:
            make(drain(), [one, replace(bad, weights=other.weights, pending=pending)])
        assert refused.value.guard is not None
        assert (refused.value.guard.kind, refused.value.guard.director) == ("fatal", "director2")
        told = str(refused.value)
        loaded = ", which is not loaded yet" if pending else ""
        assert f"director2: a reload would end keepalived: {PATH} line {line}{loaded}: " in told


@pytest.mark.parametrize(
    ("process", "word"),
    [
        (Hung("vrrp", 101, None), "VRRP process (101) is stopped: it would not carry out the change; `kill -CONT 101`"),
        (Hung("checkers", 102, 31.4), "checkers process (102) has not answered for 31 s"),
        (Hung("parent", 100, None), "main process (100) is stopped"),
    ],
)
def test_a_process_that_hangs_would_not_carry_it_out(process: Hung, word: str) -> None:
    one, other = pair()
    with pytest.raises(PlanRefused, match=re.escape(word)) as refused:
        make(drain(), [replace(one, hung=(process,)), other])
    assert refused.value.guard is not None and refused.value.guard.kind == "hung"
