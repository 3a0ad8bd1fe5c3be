"""The first answer after a failover is the end of the outage that it caused, as the probe saw it."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.drill.clients.first_answers import UNDER_WAY, with_first_answers
from lvstui.cluster.drill.milestones import Milestone, MilestoneKind, MomentSource, Unseen
from lvstui.cluster.drill.result import ProbeOutage, ProbeResult
from lvstui.probe.probe_wish import PATIENCE
from tests.support.drill_results import A_STOP, BEGIN

PROBE = ProbeResult("tcp/10.10.0.20:80", "client1", 50.0, 400, 380, (), 0.7, clock_uncertainty=0.002)


def first_answer(*outages: ProbeOutage, error: str = "", more: int = 0, until: float | None = None) -> Milestone:
    probe = replace(PROBE, outages=outages, error=error, more_outages=more, until=until)
    result = with_first_answers(replace(A_STOP, probe=probe))
    return next(step for step in result.failovers[0].milestones if step.kind is MilestoneKind.FIRST_ANSWER)


def test_it_is_the_end_of_the_outage_with_the_uncertainty_of_both() -> None:
    step = first_answer(ProbeOutage(BEGIN + 1.02, BEGIN + 1.68, 33, 0.04))
    assert step.moment is not None
    assert (step.moment.at, step.moment.source, step.moment.clock) == (BEGIN + 1.68, MomentSource.PROBE, "client1")
    assert round(step.moment.uncertainty, 6) == 0.042


def test_an_outage_at_another_time_is_not_its() -> None:
    assert first_answer(ProbeOutage(BEGIN + 40, BEGIN + 41, 9, 0.04)).unseen is Unseen.NO_OUTAGE
    assert first_answer().unseen is Unseen.NO_OUTAGE


def test_a_probe_tells_of_the_time_before_it_ended_alone() -> None:
    assert UNDER_WAY >= PATIENCE  # a request of which nothing is told yet
    outage = ProbeOutage(BEGIN + 1.02, BEGIN + 1.68, 33, 0.04)
    covered, before = BEGIN + 1.61 + 5 + UNDER_WAY, BEGIN + 1.61 + 4 + UNDER_WAY
    assert first_answer(error="it ended", until=covered).unseen is Unseen.NO_OUTAGE
    assert first_answer(outage, error="it ended", until=covered).moment is not None
    assert first_answer(error="it ended", until=before).unseen is Unseen.PROBE_ENDED
    assert first_answer(outage, error="it ended", until=before).unseen is Unseen.PROBE_ENDED


def test_where_outages_were_not_kept_there_may_have_been_one() -> None:
    assert first_answer(ProbeOutage(BEGIN + 40, BEGIN + 41, 9, 0.04), more=3).unseen is Unseen.MANY_OUTAGES
    assert first_answer(ProbeOutage(BEGIN + 1.02, BEGIN + 1.68, 33, 0.04), more=3).moment is not None


def test_one_that_has_no_end_and_a_probe_that_failed_have_none() -> None:
    assert first_answer(ProbeOutage(BEGIN + 1.02, None, 33, 0.04)).unseen is Unseen.NOT_YET
    assert first_answer(error="there is no python3 on it").unseen is Unseen.NO_PROBE


def test_a_result_without_a_probe_stays_as_it_is() -> None:
    assert with_first_answers(replace(A_STOP, probe=None)) == replace(A_STOP, probe=None)
