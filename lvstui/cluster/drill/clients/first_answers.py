"""Put what a probe saw into a drill's result: its outages, and the first answer to a client after each failover. Pure."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.drill.milestones import DrillMoment, Milestone, MilestoneKind, MomentSource, Unseen
from lvstui.cluster.drill.result import DrillResult, InstanceFailover, ProbeOutage, ProbeResult

_BEFORE, _AFTER = 2.0, 5.0  # seconds around a takeover in which an outage is its own
UNDER_WAY = 1.0  # seconds that a request waits for its answer: of those last sent before a probe's end, not all is told


def with_first_answers(result: DrillResult) -> DrillResult:
    """Return the result with the first answer after each failover and failback, as its probe saw it."""
    probe = result.probe
    if probe is None:
        return result
    return replace(
        result,
        failovers=tuple(_answered(one, probe) for one in result.failovers),
        failbacks=tuple(_answered(one, probe) for one in result.failbacks),
    )


def _answered(one: InstanceFailover, probe: ProbeResult) -> InstanceFailover:
    return replace(
        one,
        milestones=tuple(
            _first_answer(one, probe) if step.kind is MilestoneKind.FIRST_ANSWER else step for step in one.milestones
        ),
    )


def _first_answer(one: InstanceFailover, probe: ProbeResult) -> Milestone:
    kind = MilestoneKind.FIRST_ANSWER
    entered = one.moment(MilestoneKind.MASTER_ENTERED) or one.moment(MilestoneKind.VIP_ADDED)
    last = one.moment(MilestoneKind.LAST_ADVERT)
    if probe.error and probe.until is None:
        return Milestone(kind, None, Unseen.NO_PROBE)
    if entered is None:
        return Milestone(kind, None, Unseen.NOT_YET)
    if probe.until is not None and probe.until - UNDER_WAY < entered.at + _AFTER:
        return Milestone(kind, None, Unseen.PROBE_ENDED)
    begin = min(entered.at, entered.at if last is None else last.at) - _BEFORE
    mine = [outage for outage in probe.outages if begin <= outage.start <= entered.at + _AFTER]
    if not mine:
        return Milestone(kind, None, Unseen.MANY_OUTAGES if probe.more_outages else Unseen.NO_OUTAGE)
    final = max(mine, key=lambda outage: outage.start)
    if final.end is None:
        return Milestone(kind, None, Unseen.NOT_YET)
    return Milestone(kind, DrillMoment(final.end, _unsure(final, probe), MomentSource.PROBE, "", probe.host))


def _unsure(outage: ProbeOutage, probe: ProbeResult) -> float:
    """Return by how many seconds the first answer may be wrong: the service may have answered since the request before."""
    return outage.uncertainty + (probe.clock_uncertainty or 0.0)
