"""`lvsctl drill --json` prints what docs say, null where it is not known."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.drill.drill_summary import event_json, summary
from tests.support.drill_results import A_STOP, STOPPED
from tests.support.failover_story import AHEAD, BOOT, FailoverStory
from tests.support.telling import WALL


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


def test_an_event_has_the_offset_of_the_clock_that_stamped_it() -> None:
    story = FailoverStory()
    story.adverts("director1", 1.0, 3.0)
    story.log("director2", 3.0, "(VI_1) Entering FAULT STATE")
    story.recogniser.lose("director1", story.began + 9.0)
    for event in story.result(10.0).events:
        told = event_json(event)
        if event.kind == "link lost":
            assert told["offset_ms"] is None, "it is of this machine's clock"
        else:
            name = "director2" if event.source == "log" or "heard by" in event.text else "director1"
            ahead = BOOT[name] + AHEAD[name] - WALL
            assert abs(told["offset_ms"] / 1000 - ahead) < 0.01


def test_an_offset_that_was_not_measured_is_null() -> None:
    [event] = A_STOP.events
    assert event_json(event)["offset_ms"] is None
