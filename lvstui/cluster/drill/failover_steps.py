"""Find the milestones of one takeover: each step's moment, by the Director that knows it best, or why it is not known.

Not for: windows, and what was expected (see `failover_measure`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from lvstui.cluster.drill.drill_cause import OldMaster
from lvstui.cluster.drill.drill_facts import DrillClock, Fact, FactKind
from lvstui.cluster.drill.drill_routers import DrillRouter, InstanceTimers
from lvstui.cluster.drill.drill_sources import DirectorSource, LastAdvert
from lvstui.cluster.drill.milestones import Milestone, MilestoneKind, Unseen
from lvstui.cluster.drill.result import DrillCause
from lvstui.cluster.drill.takeovers import TOGETHER, Takeover

_SAME_STEP = 0.05  # seconds between the words of two sources on one step
_STEPS = 5.0  # seconds after a takeover in which its steps are looked for


class DrillSurroundings(NamedTuple):
    """All that a takeover is judged by, beside its own facts."""

    clock: DrillClock
    routers: Sequence[DrillRouter]
    sources: Mapping[str, DirectorSource]
    lasts: Sequence[LastAdvert]
    timers: Mapping[tuple[str, str], InstanceTimers]  # by Director and the instance's name
    probed: bool
    begun: Sequence[Fact] = ()  # lines of the log: the states with which keepalived began, of all instances


def milestones(one: Takeover, seen: OldMaster, why: DrillCause, around: DrillSurroundings) -> list[Milestone]:
    """Return the steps of a takeover, in the order of MilestoneKind."""
    new, source = one.new.director, around.sources[one.new.director]
    heard = None if seen.heard is None else seen.heard.fact
    spoke = _first(one, lambda fact: fact.kind is FactKind.ADVERT and fact.sender == new and fact.priority > 0)
    noticed = _first(one, lambda fact: fact.kind is FactKind.SILENCE and fact.director == new)
    if seen.gave_up is not None and noticed is None:
        noticed = seen.gave_up
    entered = _first(
        one,
        lambda fact: (
            fact.kind in (FactKind.ENTERED, FactKind.STATE) and fact.director == new and fact.state == "MASTER"
        ),
    )
    if entered is None or (source.coarse_log and spoke is not None):
        entered = spoke or entered
    kinds = MilestoneKind
    no_log = Unseen.NO_LOG if source.log_source in ("", None) else Unseen.NOT_LOGGED
    steps = [
        _step(kinds.LAST_ADVERT, heard, _why_unheard(source), around.clock),
        _step(kinds.SILENCE_NOTICED, noticed or spoke, no_log, around.clock),
        _step(kinds.MASTER_ENTERED, entered, no_log, around.clock),
    ]
    vips = [vip.address for vip in one.router.sides[new].vips]
    told = {vip: _neighbour_packet(one, vip) for vip in vips}
    for vip in vips:
        added = _added(one, vip, told[vip])
        steps.append(_step(kinds.VIP_ADDED, added, Unseen.NO_SUCH_STEP, around.clock, vip))
    for vip in vips:
        steps.append(_step(kinds.GRATUITOUS_ARP, told[vip], _why_unwatched(source), around.clock, vip))
    unseen = Unseen.NOT_YET if around.probed else Unseen.NO_PROBE
    steps.append(Milestone(kinds.FIRST_ANSWER, None, unseen))
    old = one.router.sides.get(one.old.director)
    for vip in [] if old is None else [vip.address for vip in old.vips]:
        gone = _removed(one, vip)
        steps.append(_step(kinds.VIP_REMOVED, gone, _why_still_there(one, why, around), around.clock, vip))
    return steps


def _first(one: Takeover, wanted: Callable[[Fact], bool]) -> Fact | None:
    """Return the first such fact around the takeover, by the new MASTER's own Director if that tells of it."""
    inside = [
        fact
        for fact in one.facts
        if wanted(fact) and -TOGETHER <= fact.console_time()[0] - one.new.start <= _STEPS
        and (one.new.end is None or fact.console_time()[0] <= one.new.end)
    ]  # fmt: skip
    if not inside:
        return None
    first = inside[0].console_time()[0]
    together = [fact for fact in inside if fact.console_time()[0] - first <= _SAME_STEP]
    return min(together, key=lambda fact: (fact.director != one.new.director, fact.console_time()[1]))


def _neighbour_packet(one: Takeover, vip: str) -> Fact | None:
    return _first(one, lambda fact: _told_by(fact, one.new.director, vip))


def _added(one: Takeover, vip: str, told: Fact | None) -> Fact | None:
    """Return when the VIP came: not after it was told of, by the same clock, however late the agent has read it."""
    added = _first(one, lambda fact: _of_vip(fact, FactKind.VIP_ADDED, one.new.director, vip))
    if added is None or told is None or added.clock is not told.clock or added.scale is not told.scale:
        return added
    low, high = added.stamp - added.uncertainty, added.stamp + added.uncertainty
    high = min(high, told.stamp + told.uncertainty)
    return added if high <= low else replace(added, stamp=(low + high) / 2, uncertainty=(high - low) / 2)


def _of_vip(fact: Fact, kind: FactKind, director: str, vip: str) -> bool:
    return fact.kind is kind and fact.director == director and fact.address == vip


def _told_by(fact: Fact, new: str, vip: str) -> bool:
    """Return True if a neighbour packet is the new MASTER's: its own word, or heard by another Director."""
    return fact.kind is FactKind.NEIGHBOUR and fact.address == vip and (fact.own == (fact.director == new))


def _removed(one: Takeover, vip: str) -> Fact | None:
    ended = one.old.end or one.new.start
    return next(
        (
            fact
            for fact in one.facts
            if _of_vip(fact, FactKind.VIP_REMOVED, one.old.director, vip)
            and fact.console_time()[0] >= min(ended, one.new.start) - TOGETHER
        ),
        None,
    )


def _step(kind: MilestoneKind, fact: Fact | None, unseen: Unseen, clock: DrillClock, subject: str = "") -> Milestone:
    return (
        Milestone(kind, None, unseen, subject) if fact is None else Milestone(kind, fact.moment(clock), None, subject)
    )


def _why_unheard(source: DirectorSource) -> Unseen:
    if not source.linked:
        return Unseen.NO_LINK
    return Unseen.NO_ROOT if source.adverts_error is not None else Unseen.NOT_HEARD


def _why_unwatched(source: DirectorSource) -> Unseen:
    if not source.linked:
        return Unseen.NO_LINK
    if source.packets_error is not None:
        return Unseen.NO_ROOT
    if source.lost:
        return Unseen.PACKETS_LOST
    return Unseen.NOT_HEARD if source.watched else Unseen.NOT_ON_INTERFACE


def _why_still_there(one: Takeover, why: DrillCause, around: DrillSurroundings) -> Unseen:
    source = around.sources[one.old.director]
    if source.linked and why in (DrillCause.SPLIT_BRAIN, DrillCause.NETWORK_CUT):
        return Unseen.NO_SUCH_STEP
    return Unseen.NOT_YET if source.linked else Unseen.NO_LINK
