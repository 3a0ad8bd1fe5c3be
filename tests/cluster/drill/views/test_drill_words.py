"""A drill's verdict is one plain sentence, whatever the verdict is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from lvstui.cluster.drill.milestones import Milestone, MilestoneKind, Unseen
from lvstui.cluster.drill.result import (
    DrillCause,
    DrillNote,
    DrillResult,
    DrillVerdict,
    InstanceFailover,
    NoteOn,
    TimeWindow,
)
from lvstui.cluster.drill.views.drill_words import unseen, verdict
from tests.support.drill_pages import tame
from tests.support.drill_results import A_STOP, ANY, BEGIN, STOPPED


def ended(what: DrillVerdict, **said: object) -> DrillResult:
    return replace(A_STOP, verdict=what, failovers=(replace(STOPPED, verdict=what, **said),))  # type: ignore[arg-type]


def unmeasured() -> DrillResult:
    steps = tuple(
        Milestone(one.kind, None, Unseen.NO_ROOT, one.subject) if one.kind is MilestoneKind.LAST_ADVERT else one
        for one in STOPPED.milestones
    )
    return ended(DrillVerdict.NOT_MEASURED, milestones=steps, measured=None)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (
            A_STOP,
            "As expected: director2 took over VI_1, 610 ms ± 4.0 ms after director1 gave up; clients got no answer "
            "for 650 ms ± 50 ms (148 of 160 requests answered).",
        ),
        (
            replace(A_STOP, probe=None),
            "As expected: director2 took over VI_1, 610 ms ± 4.0 ms after director1 gave up; without a MASTER for "
            "610 ms ± 4.0 ms.",
        ),
        (
            ended(DrillVerdict.TOO_LATE, measured=4.2),
            "Too late: director2 took over VI_1, 4.200 s ± 4.0 ms after director1 gave up, where timers and "
            "priorities give 609 to 659 ms.",
        ),
        (
            ended(DrillVerdict.TWO_MASTERS, two_masters=(TimeWindow(BEGIN + 1, None, 0.01),)),
            "Two masters: director1 and director2 were both MASTER of VI_1 for at least 7.000 s.",
        ),
        (
            replace(A_STOP, verdict=DrillVerdict.OUTAGE_TOO_LONG, max_outage=0.5),
            "Outage too long: clients got no answer for 650 ms ± 50 ms (148 of 160 requests answered); at most 500 ms was "
            "allowed.",
        ),
        (
            ended(DrillVerdict.NOT_TAKEN_OVER, new=None),
            "Not taken over: no other Director became MASTER of VI_1 after director1 was lost; clients got no answer for 650 "
            "ms ± 50 ms (148 of 160 requests answered).",
        ),
        (
            replace(A_STOP, verdict=DrillVerdict.NOT_TAKEN_OVER, failovers=(), failbacks=(), probe=None),
            "Not taken over: nobody was seen to take over; nothing was measured.",
        ),
        (
            replace(
                A_STOP,
                verdict=DrillVerdict.NOT_MEASURED,
                notes=(NoteOn(DrillNote.FAILBACK_UNSEEN, ("VI_1",), ("director1",)),),
            ),
            "Not measured: director2 took over VI_1, 610 ms ± 4.0 ms after director1 gave up; the failback of VI_1 was not "
            "seen, so it is not timed.",
        ),
        (
            unmeasured(),
            "Not measured: director2 took over VI_1 from director1, but not enough was seen to time it (last advert: the agent "
            "is not root there, and only root hears packets).",
        ),
        (
            replace(A_STOP, verdict=DrillVerdict.NO_FAILOVER, failovers=(), ended=BEGIN + 600),
            "No failover: nothing moved in the 10 min that were watched.",
        ),
        (
            replace(A_STOP, verdict=DrillVerdict.NOT_RESTORED, left=("director1: keepalived is still stopped",)),
            "Not restored: director1: keepalived is still stopped.",
        ),
    ],
    ids=lambda value: value.verdict.value if isinstance(value, DrillResult) else "",
)
def test_the_verdict_says_what_matters(result: DrillResult, told: str) -> None:
    assert verdict(result) == told


@given(ANY)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_every_result_has_its_sentence(result: DrillResult) -> None:
    said = verdict(tame(result))
    assert said.lower().startswith(result.verdict.value.lower())
    assert said.endswith(".")


@pytest.mark.parametrize("reason", list(Unseen))
def test_each_reason_has_its_words(reason: Unseen) -> None:
    assert len(unseen(reason).split()) > 2


def test_of_several_instances_the_slowest_counts() -> None:
    slow = replace(STOPPED, name="VI_2", measured=0.9)
    both: tuple[InstanceFailover, ...] = (STOPPED, slow)
    assert "took over VI_1 and VI_2, 900 ms" in verdict(replace(A_STOP, failovers=both))


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (DrillCause.KILL, "610 ms ± 4.0 ms after the last advert of director1"),
        (DrillCause.HANDOVER, "610 ms ± 4.0 ms after its master-down timer was last set"),
    ],
)
def test_a_takeover_is_counted_from_what_set_the_timer(cause: DrillCause, told: str) -> None:
    assert told in verdict(replace(A_STOP, failovers=(replace(STOPPED, cause=cause),)))
