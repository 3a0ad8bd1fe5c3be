"""Measure one takeover: its milestones, the windows without a MASTER and with two, and what timers and priorities let expect.

Where nobody has said when the old MASTER ended, it was between its last advert and when the next one was due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from lvstui.cluster.drill.drill_cause import OldMaster, advertised, cause, old_master
from lvstui.cluster.drill.drill_facts import DrillClock, Fact, FactKind
from lvstui.cluster.drill.drill_routers import DrillRouter, DrillRouters, InstanceTimers
from lvstui.cluster.drill.failover_steps import DrillSurroundings, milestones
from lvstui.cluster.drill.result import DrillCause, DrillVerdict, ExpectedTimes, InstanceFailover, TimeWindow
from lvstui.cluster.drill.takeovers import Stint, Takeover, stints_of
from lvstui.keepalived.reading.master_down import master_down, skew

ALLOWED = 0.1  # seconds by which a busy machine may run a timer late
_BY_PRIORITY_0 = (DrillCause.STOP, DrillCause.FAULT)
_READING = 1.0  # seconds in which a reload is taken to be over that does not tell when it is
_BEGINNING = 5.0  # seconds in which a keepalived that begins gives all its instances their first states
_OF_A_RELOAD = (FactKind.RELOADED, FactKind.LOADED)
_BY_CHOICE = (DrillCause.HANDOVER, DrillCause.FAILBACK)


class DrillAim(NamedTuple):
    """Name what a run is to move: instances away from a Director, as it calls them, and by which cause."""

    director: str
    instances: frozenset[str]
    cause: DrillCause


class _Ended(NamedTuple):
    """Hold when the old MASTER was MASTER no longer, by the console's monotonic clock."""

    at: float | None  # None: it still is
    uncertainty: float


def measure(one: Takeover, around: DrillSurroundings) -> InstanceFailover:
    """Return a takeover, measured."""
    seen = old_master(one, around.lasts)
    why = cause(one, seen, around.routers, around.sources, around.lasts)
    side = one.router.sides[one.new.director]
    ended = _ended(one, seen, why)
    expected = _expected(one, seen, why, around)
    measured, uncertainty = _measured(one, seen, why, around)
    windows = _windows(one, ended, why, around.clock)
    failover = InstanceFailover(
        name=side.name,
        interface=side.interface,
        vrid=side.vrid,
        family=side.family,
        vips=one.router.vips,
        old=one.old.director,
        new=one.new.director,
        cause=why,
        milestones=tuple(milestones(one, seen, why, around)),
        no_master=windows[0],
        two_masters=windows[1],
        expected=expected,
        measured=measured,
        measured_uncertainty=uncertainty,
        verdict=DrillVerdict.NOT_MEASURED,
    )
    return _judged(failover)


def missing(
    aim: DrillAim, seen: Sequence[InstanceFailover], routers: DrillRouters, facts: Sequence[Fact], clock: DrillClock
) -> Iterator[InstanceFailover]:
    """Give the instances that a run was to move, and that nobody was seen to take over. `facts`: those of the drill."""
    for router in routers.routers:
        side = router.sides.get(aim.director)
        ids = {router.id(name) for name in router.sides}
        left = any(one.id in ids and one.old == aim.director for one in seen)
        if side is not None and side.name in aim.instances and not left:
            yield _not_taken_over(router, aim.director, aim.cause, routers.facts(router, facts), clock)


def abandoned(
    moved: Sequence[InstanceFailover], routers: DrillRouters, facts: Sequence[Fact], clock: DrillClock
) -> Iterator[InstanceFailover]:
    """Give the instances that were without their MASTER for a while, and that no other Director was seen to take over.

    `facts`: those of the watch.
    """
    for router in routers.routers:
        ids = {router.id(name) for name in router.sides}
        homes = [name for name in router.sides if router.initial.get(name) == "MASTER"]
        if len(homes) != 1 or any(one.id in ids for one in moved):
            continue
        found = _not_taken_over(router, homes[0], DrillCause.UNKNOWN, routers.facts(router, facts), clock)
        if any(one.length is None or one.length > one.uncertainty for one in found.no_master):
            yield found


def _not_taken_over(
    router: DrillRouter, director: str, cause: DrillCause, facts: Sequence[Fact], clock: DrillClock
) -> InstanceFailover:
    side = router.sides[director]
    unseen = sorted(router.became_master - {director})  # by a view alone: nothing tells when
    return InstanceFailover(
        name=side.name,
        interface=side.interface,
        vrid=side.vrid,
        family=side.family,
        vips=router.vips,
        old=director,
        new=unseen[0] if unseen else None,
        cause=cause,
        milestones=(),
        no_master=() if unseen else tuple(_gaps(stints_of(router, facts), clock)),
        two_masters=(),
        expected=None,
        measured=None,
        measured_uncertainty=0.0,
        verdict=DrillVerdict.NOT_MEASURED if unseen else DrillVerdict.NOT_TAKEN_OVER,
    )


def _gaps(stints: Sequence[Stint], clock: DrillClock) -> Iterator[TimeWindow]:
    """Give each time from the end of one MASTER to the beginning of the next; it has no end where there was none."""
    for one in stints:
        end = one.end
        if end is None or any(other.start <= end and (other.end is None or other.end > end) for other in stints):
            continue
        later = min((other for other in stints if other.start > end), key=lambda other: other.start, default=None)
        begun = None if later is None else clock.of(later.start)
        unsure = 0.0 if later is None else later.begun_uncertainty
        yield TimeWindow(clock.of(end), begun, _uncertainty(one.ended_by) + unsure)


def _judged(one: InstanceFailover) -> InstanceFailover:
    two = max((window.length or float("inf") for window in one.two_masters), default=0.0)
    interval = 1.0 if one.expected is None else one.expected.advert_interval
    if one.cause is DrillCause.SPLIT_BRAIN or (one.cause in _BY_CHOICE and two > interval + ALLOWED):
        return replace(one, verdict=DrillVerdict.TWO_MASTERS)
    if one.measured is None or one.expected is None:
        return one
    verdict = DrillVerdict.AS_EXPECTED
    if one.measured > one.expected.latest + one.measured_uncertainty:
        verdict = DrillVerdict.TOO_LATE
    elif one.measured < one.expected.earliest - one.measured_uncertainty:
        verdict = DrillVerdict.TOO_EARLY
    return replace(one, verdict=verdict)


# --- when the old MASTER ended, and windows ---


def _ended(one: Takeover, seen: OldMaster, why: DrillCause) -> _Ended:
    taken = one.new.start
    if seen.spoke_on is not None:  # beside the new one
        end = one.old.end
        return _Ended(None, 0.0) if end is None or end < taken else _Ended(end, _uncertainty(one.old.ended_by))
    told = seen.gave_up or seen.ended
    if why is DrillCause.NETWORK_CUT and seen.link_down is not None:
        told = seen.link_down
    if told is not None and told.console_time()[0] <= taken:
        return _Ended(*told.console_time())
    if seen.stepped_down is not None and why in _BY_CHOICE:
        return _Ended(*seen.stepped_down.console_time())
    if seen.heard is None:
        return _Ended(taken, 0.0)
    at, uncertainty = seen.heard.fact.console_time()
    half = min(seen.heard.fact.interval, max(0.0, taken - at)) / 2
    return _Ended(at + half, uncertainty + half)


def _uncertainty(fact: Fact | None) -> float:
    return 0.0 if fact is None else fact.console_time()[1]


def _windows(
    one: Takeover, ended: _Ended, why: DrillCause, clock: DrillClock
) -> tuple[tuple[TimeWindow, ...], tuple[TimeWindow, ...]]:
    """Return the times without a MASTER, and those with two. Where one hands over to the other, the clocks must prove it."""
    taken, uncertainty = one.new.start, one.new.begun_uncertainty + ended.uncertainty
    if why in _BY_CHOICE and ended.at is not None and 0 <= taken - ended.at <= uncertainty:
        return (), ()
    if ended.at is not None and ended.at <= taken:
        return (TimeWindow(clock.of(ended.at), clock.of(taken), uncertainty),) if ended.at < taken else (), ()
    ends = [at for at in (ended.at, one.new.end) if at is not None and at > taken]
    end = min(ends) if ends else None
    return (), (TimeWindow(clock.of(taken), None if end is None else clock.of(end), uncertainty),)


# --- expected and measured ---


def _timer_start(one: Takeover, seen: OldMaster, why: DrillCause) -> Fact | None:
    """Return what set the new MASTER's timer for the last time: an advert that it took, that it became BACKUP, or a reload."""
    if why in _BY_PRIORITY_0 or (seen.gave_up is not None and why is DrillCause.NETWORK_CUT):
        return seen.gave_up
    accepted = None if seen.accepted is None else seen.accepted.fact
    anew = [
        fact
        for fact in one.facts
        if fact.director == one.new.director
        and ((fact.kind is FactKind.ENTERED and fact.state == "BACKUP") or fact.kind in _OF_A_RELOAD)
        and fact.console_time()[0] < one.new.start
    ]
    known = [fact for fact in (accepted, anew[-1] if anew else None) if fact is not None]
    return max(known, key=lambda fact: fact.console_time()[0], default=None)


def _measured(one: Takeover, seen: OldMaster, why: DrillCause, around: DrillSurroundings) -> tuple[float | None, float]:
    start, begun = _timer_start(one, seen, why), one.new.begun_by
    if start is None or begun is None:
        return None, 0.0
    start = _last_begun(start, one, around)
    seconds, uncertainty = begun.seconds_after(start)
    return seconds, uncertainty + _reading(one, start)


def _last_begun(start: Fact, one: Takeover, around: DrillSurroundings) -> Fact:
    """Return, of a keepalived that begins, the last line on its instances' states: it sets all timers after that."""
    together = [
        fact
        for fact in around.begun
        if start.first and fact.director == start.director and 0 <= fact.seconds_after(start)[0] < _BEGINNING
    ]
    before = [fact for fact in together if fact.console_time()[0] < one.new.start]
    return max(before, key=lambda fact: fact.seconds_after(start)[0], default=start)


def _reading(one: Takeover, start: Fact) -> float:
    """Return the seconds within which a reload has set the timers: it tells when it begins to read files, and when it is over."""
    if start.kind is FactKind.RELOADED:
        return _READING
    if start.kind is not FactKind.LOADED:
        return 0.0
    mine = [fact for fact in one.facts if fact.director == start.director and fact.kind in _OF_A_RELOAD]
    took = 0.0
    for fact in reversed(mine[: mine.index(start)]):
        if fact.kind is FactKind.LOADED:
            break
        took = start.seconds_after(fact)[0]
    return took


def _expected(one: Takeover, seen: OldMaster, why: DrillCause, around: DrillSurroundings) -> ExpectedTimes | None:
    """Return what timers and priorities let expect, by what was seen. Of a plan: `cluster.plan.drill_plan`."""
    priority, version, interval = advertised(one.new, one.facts)
    priority = priority or one.router.priorities.get(one.new.director, 0)
    if not version or not priority:
        return None
    if version == 3 and seen.heard is not None and why is not DrillCause.FAILBACK:
        interval = seen.heard.fact.interval  # a BACKUP of VRRP 3 waits by the MASTER's
    timers = _timers(one.router, one.new.director, around)
    down, part = master_down(priority, version, interval, timers.adverts), skew(priority, version, interval)
    least = part if seen.gave_up is not None and _timer_start(one, seen, why) is seen.gave_up else down
    delay = timers.preempt_delay + interval if timers.preempt_delay and why is DrillCause.FAILBACK else 0.0
    grouped = _grouped(one, around)
    most = down if grouped and why in (DrillCause.FAULT, DrillCause.NETWORK_CUT) else least
    earliest = 0.0 if grouped else least
    return ExpectedTimes(interval, version, priority, part, down, earliest, most + delay + ALLOWED)


def _timers(router: DrillRouter, director: str, around: DrillSurroundings) -> InstanceTimers:
    return around.timers.get((director, router.sides[director].name), InstanceTimers())


def _grouped(one: Takeover, around: DrillSurroundings) -> bool:
    """Return True if it shares a sync group: another instance may take it along before its own timer runs out, or hold it back.

    A group goes to MASTER when each of its instances would. Where one network fails, priority 0 arrives through the others alone,
    and the instance of the failed network waits for the whole master-down interval.
    """
    new = one.new.director
    group = _timers(one.router, new, around).group
    others = (router for router in around.routers if router is not one.router and new in router.sides)
    return bool(group) and any(_timers(router, new, around).group == group for router in others)
