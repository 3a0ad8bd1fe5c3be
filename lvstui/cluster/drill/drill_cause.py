"""Find the cause of a takeover by what was seen of the old MASTER, and when it was MASTER no longer.

    what was seen of the old MASTER                                      cause
    it fell into FAULT, or its interface lost its link                   fault, network cut
    it gave up (priority 0)                                              stop
    its keepalived ended without a word                                  kill; stop where no advert can be heard and its VIPs went
    it was heard until the new one spoke, of a lower priority than then  handover; of no other than before: failback
    it is alive, and advertises what the other does not hear:
        nothing of that network passes, and other networks do            network cut
        otherwise                                                        split brain
    nothing of it is heard any more, and its agent not either            power cut; of some networks alone: network cut

Not for: times (see `failover_measure`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lvstui.cluster.drill.drill_facts import Fact, FactKind
from lvstui.cluster.drill.drill_routers import DrillRouter
from lvstui.cluster.drill.drill_sources import DirectorSource, LastAdvert
from lvstui.cluster.drill.result import DrillCause
from lvstui.cluster.drill.takeovers import TOGETHER, Stint, Takeover

_HEARD_LATELY = (
    2.0  # advert intervals within which an advert is one of a MASTER that still speaks; a BACKUP waits for three
)
_LATE = 0.02  # seconds that a busy MASTER's advert may be late
_SPEAKS = 2.5  # seconds in which one that speaks on is seen to: an agent tells of what it sends every half second
_TOLD = 1.5  # seconds by which a busy agent may tell too late that a process ended, or a link went down
_REPLACED = 5.0  # seconds around a takeover in which what led to it, or follows from it, is told


class OldMaster(NamedTuple):
    """The evidence on the old MASTER around a takeover. Times are of the console's monotonic clock."""

    gave_up: Fact | None  # its advert of priority 0
    ended: Fact | None  # its process
    fault: Fact | None
    link_down: Fact | None
    stepped_down: Fact | None  # its log says BACKUP after it heard the new one
    heard: LastAdvert | None  # its last advert before the takeover, by the new MASTER's Director
    accepted: LastAdvert | None  # the last one of those of at least the new MASTER's priority
    spoke_on: float | None  # its last advert after the takeover, by its own word or another's; None: none


def old_master(one: Takeover, lasts: Sequence[LastAdvert]) -> OldMaster:
    """Return what was seen of the old MASTER."""
    name, taken = one.old.director, one.new.start
    heard = _heard(one, lasts)
    priority = advertised(one.new, one.facts)[0]
    accepted = [last for last in heard if last.fact.priority >= priority]
    interval = heard[-1].fact.interval if heard else 1.0
    before = [fact for fact in one.facts if taken - 4 * interval - _REPLACED <= fact.console_time()[0] <= taken + 0.05]
    late = [fact for fact in one.facts if taken + 0.05 < fact.console_time()[0] <= taken + _TOLD]
    mine = [fact for fact in (*before, *late) if fact.director == name]
    stepped_down = (
        fact
        for fact in one.facts
        if fact.director == name
        and fact.kind in (FactKind.ENTERED, FactKind.STATE)
        and fact.state == "BACKUP"
        and -TOGETHER < fact.console_time()[0] - taken < _REPLACED
    )
    return OldMaster(
        gave_up=_first([fact for fact in before if _gives_up(fact, name)], one.new.director),
        ended=_first([fact for fact in mine if fact.kind is FactKind.PROCESS_ENDED], name),
        fault=_first([fact for fact in mine if fact.kind is FactKind.ENTERED and fact.state == "FAULT"], name),
        link_down=_first([fact for fact in mine if fact.kind is FactKind.LINK_DOWN], name),
        stepped_down=next(stepped_down, None),
        heard=heard[-1] if heard else None,
        accepted=accepted[-1] if accepted else None,
        spoke_on=_spoke_on(one, lasts, interval),
    )


def _gives_up(fact: Fact, name: str) -> bool:
    return fact.kind is FactKind.ADVERT and fact.sender == name and fact.priority == 0


def _first(facts: Sequence[Fact], told_by: str) -> Fact | None:
    """Return the first one, by the word of that Director if it tells of it too."""
    return min(facts, key=lambda fact: (fact.director != told_by, fact.console_time()[0]), default=None)


def _spoke_on(one: Takeover, lasts: Sequence[LastAdvert], interval: float) -> float | None:
    """Return when the old MASTER still advertised after the takeover, beside the new one; None: it did not."""
    since, until = one.new.start + 0.6 * interval, one.new.start + max(2 * interval, _SPEAKS)
    times = [
        last.fact.console_time()[0]
        for last in lasts
        if last.sender == one.old.director
        and last.fact.priority > 0
        and one.router.of_packet(last.director, last.interface, last.vrid, last.family)
    ]
    return next((at for at in sorted(times) if since < at < until), None)


def _heard(one: Takeover, lasts: Sequence[LastAdvert]) -> list[LastAdvert]:
    """Return the adverts of the old MASTER before the takeover, as the new one heard them; without that, as they left."""
    name, new = one.old.director, one.new.director
    inside = [
        last
        for last in lasts
        if last.sender == name
        and last.fact.priority > 0
        and one.router.of_packet(last.director, last.interface, last.vrid, last.family)
        and one.old.start - TOGETHER <= last.fact.console_time()[0] <= one.new.start + 0.001
    ]
    inside.sort(key=lambda last: last.fact.console_time()[0])
    by_new = [last for last in inside if last.director == new]
    return by_new or inside


def advertised(stint: Stint, facts: Iterable[Fact]) -> tuple[int, int, float]:
    """Return the priority, VRRP version and interval of a MASTER's adverts as it took over; zeros where none was seen."""
    mine = [
        fact
        for fact in facts
        if fact.kind is FactKind.ADVERT
        and fact.sender == stint.director
        and fact.priority > 0
        and abs(fact.console_time()[0] - stint.start) <= TOGETHER
    ]
    if not mine and stint.last_fact is not None:
        mine = [stint.last_fact]
    return (0, 0, 0.0) if not mine else (mine[0].priority, mine[0].version, mine[0].interval)


def cause(
    one: Takeover,
    seen: OldMaster,
    routers: Sequence[DrillRouter],
    sources: Mapping[str, DirectorSource],
    lasts: Sequence[LastAdvert],
) -> DrillCause:
    """Return the cause of a takeover."""
    if seen.link_down is not None:
        return DrillCause.NETWORK_CUT
    if seen.fault is not None:
        return DrillCause.FAULT
    if seen.gave_up is not None:
        return DrillCause.STOP
    if seen.ended is not None:
        return DrillCause.STOP if _took_vips_along(one, seen.ended, sources) else DrillCause.KILL
    if _preempted(one, seen):
        fell = one.router.priorities.get(one.old.director)
        now = seen.heard.fact.priority if seen.heard is not None else 0
        lowered = fell is not None and now < fell
        return DrillCause.HANDOVER if lowered and not _returns(one) else DrillCause.FAILBACK
    elsewhere = _heard_elsewhere(one, routers, lasts)
    if seen.spoke_on is not None:
        return DrillCause.NETWORK_CUT if elsewhere and not _network_passes(one) else DrillCause.SPLIT_BRAIN
    if elsewhere:
        return DrillCause.NETWORK_CUT
    return DrillCause.POWER_CUT if _silent(one, sources.get(one.old.director)) else DrillCause.UNKNOWN


def _silent(one: Takeover, source: DirectorSource | None) -> bool:
    """Return True if the old MASTER's agent was not heard around the takeover: by what was known then, it may be back since."""
    taken = one.new.start
    unsure = TOGETHER + one.new.begun_uncertainty
    mine = [fact for fact in one.facts if fact.director == one.old.director]
    lost = [fact.console_time()[0] for fact in mine if fact.kind is FactKind.LINK_LOST]
    found = [fact.console_time()[0] for fact in mine if fact.kind is FactKind.LINK_FOUND]
    if any(at <= taken + unsure and not any(at <= back <= taken for back in found) for at in lost):
        return True
    if found and min(found) > taken and not any(at <= min(found) for at in lost):
        return True  # it was not linked when the drill began
    return source is None or (not source.linked and not lost) or (source.heard_at or 0.0) < taken


def _took_vips_along(one: Takeover, ended: Fact, sources: Mapping[str, DirectorSource]) -> bool:
    """Return True if nobody can hear adverts, and keepalived removed its VIPs as it ended: one that is killed leaves them."""
    blind = all(sources[name].adverts_error is not None for name in (one.old.director, one.new.director))
    removed = [fact for fact in one.facts if fact.kind is FactKind.VIP_REMOVED and fact.director == one.old.director]
    end = ended.console_time()[0]
    return blind and any(-_REPLACED < fact.console_time()[0] - end < TOGETHER for fact in removed)


def _returns(one: Takeover) -> bool:
    """Return True if the new MASTER is the one that was MASTER when the drill began."""
    return one.router.initial.get(one.new.director) == "MASTER"


def _preempted(one: Takeover, seen: OldMaster) -> bool:
    """Return True if the old MASTER was heard until the new one spoke, and then stepped down, or spoke no more."""
    if seen.heard is None:
        return seen.stepped_down is not None and _returns(one)
    silent = one.new.start - seen.heard.fact.console_time()[0]
    heard = silent <= _HEARD_LATELY * seen.heard.fact.interval + _LATE
    return heard and (seen.stepped_down is not None or seen.spoke_on is None)


def _heard_elsewhere(one: Takeover, routers: Sequence[DrillRouter], lasts: Sequence[LastAdvert]) -> bool:
    """Return True if another Director heard the old MASTER in another router, shortly after the takeover."""
    others = [router for router in routers if router is not one.router]
    return any(
        last.sender == one.old.director != last.director
        and last.fact.priority > 0
        and 0.1 < last.fact.console_time()[0] - one.new.start < _SPEAKS
        and any(router.of_packet(last.director, last.interface, last.vrid, last.family) for router in others)
        for last in lasts
    )


def _network_passes(one: Takeover) -> bool:
    """Return True if the old MASTER's Director saw the new one's neighbour packets: their network carries what is no advert."""
    return any(
        fact.kind is FactKind.NEIGHBOUR
        and fact.director == one.old.director
        and not fact.own
        and abs(fact.console_time()[0] - one.new.start) <= _REPLACED
        for fact in one.facts
    )
