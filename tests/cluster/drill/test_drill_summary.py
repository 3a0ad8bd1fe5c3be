"""`lvsctl drill --json` prints what docs say, null where it is not known."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.drill.drill_summary import summary
from tests.support.drill_results import A_STOP, STOPPED


def test_a_stop_is_summed_up() -> None:
    told = summary(A_STOP)
    assert told["expected"] == {"min_ms": 609.0, "max_ms": 659.0}
    assert told["windows"] == {"no_master_ms": 610.0, "two_masters_ms": 0.0}
    assert (told["outage_ms"], told["verdict"], told["restored"]) == (650.0, "as expected", True)
    (instance,) = told["instances"]
    assert (instance["measured_ms"], instance["uncertainty_ms"]) == (610.0, 4.0)
    steps = {(one["kind"], one["subject"]): one for one in instance["milestones"]}
    assert steps["first answer", ""]["unseen"] == "no probe"
    assert steps["VIP in the kernel", "10.10.0.20"]["source"] == "netlink"


def test_what_is_not_known_is_null() -> None:
    nothing = replace(A_STOP, failovers=(), probe=None, restored=None)
    told = summary(nothing)
    assert told["expected"] == {"min_ms": None, "max_ms": None}
    assert told["windows"] == {"no_master_ms": None, "two_masters_ms": None}
    assert told["outage_ms"] is told["restored"] is None
    unmeasured = replace(STOPPED, expected=None, measured=None)
    (instance,) = summary(replace(A_STOP, failovers=(unmeasured,)))["instances"]
    assert instance["measured_ms"] is instance["uncertainty_ms"] is None
