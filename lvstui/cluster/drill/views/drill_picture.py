"""Lay a failover out as a picture: lanes of bars and marks over one axis of time.

A report draws it as SVG, the console as text.

Pure, and nothing is decided here that the result does not say: what nobody saw has a bar of its own.
Not for: colours and characters (see `lvstui.report.picture_svg`, `lvstui.console.drill.picture_text`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lvstui.cluster.drill.milestones import MilestoneKind, MomentSource
from lvstui.cluster.drill.result import DrillCause, DrillEvent, DrillResult, InstanceFailover, ProbeResult
from lvstui.cluster.drill.views.measured_tables import movements, zero_of
from lvstui.cluster.drill.views.picture_parts import (
    Bar,
    BarKind,
    DrillPicture,
    Lane,
    LaneKind,
    PictureMark,
    PictureWindow,
)

LEAST_MARGIN = 0.3  # seconds before the first moment and after the last
MARGIN = 0.15  # of what lies between them


_SOURCES = {
    MomentSource.ADVERT: LaneKind.ADVERTS,
    MomentSource.NETLINK: LaneKind.VIPS,
    MomentSource.NEIGHBOUR: LaneKind.ARP,
    MomentSource.LOG: LaneKind.LOG,
    MomentSource.DUMP: LaneKind.LOG,
    MomentSource.PROCESS: LaneKind.LOG,
    MomentSource.LINK: LaneKind.LOG,
}
_OF_THE_OLD = frozenset((MilestoneKind.LAST_ADVERT, MilestoneKind.VIP_REMOVED))
_AFTERWARDS = {
    DrillCause.STOP: BarKind.STOPPED,
    DrillCause.KILL: BarKind.STOPPED,
    DrillCause.POWER_CUT: BarKind.SILENT,
    DrillCause.HANDOVER: BarKind.BACKUP,
    DrillCause.FAILBACK: BarKind.BACKUP,
    DrillCause.FAULT: BarKind.FAULT,
    DrillCause.SPLIT_BRAIN: BarKind.MASTER,
}


def pictures(result: DrillResult) -> tuple[DrillPicture, ...]:
    """Return a picture of the failover, and one of the failback, as far as there were any."""
    return tuple(_picture(result, name, moved) for name, moved in movements(result))


_STATES = {"MASTER": BarKind.MASTER, "BACKUP": BarKind.BACKUP, "FAULT": BarKind.FAULT}
STANDING = 10.0  # seconds that a picture shows while nothing has happened


def standing(result: DrillResult, states: Mapping[tuple[str, str], str | None]) -> DrillPicture:
    """Return a picture of the last seconds, in which nothing moved. `states`: of each Director's instances, by their names."""
    end = result.ended
    start = max(result.started, end - STANDING)
    start = min(start, end - 1.0)
    lanes: list[Lane] = []
    for name in _directors(result, ()):
        for (director, instance), state in states.items():
            if director == name:
                kind = _STATES.get(state or "", BarKind.NO_DATA)
                lanes.append(Lane(LaneKind.STATE, name, instance, (Bar(kind, start, end),)))
        lanes += _marked(result, name, (), start, end)
    return DrillPicture("No failover yet", end, start, end, tuple(lanes))


def _picture(result: DrillResult, name: str, moved: Sequence[InstanceFailover]) -> DrillPicture:
    zero = zero_of(moved)
    start, end = _range(result, moved)
    windows = [
        PictureWindow(window.start, min(end, end if window.end is None else window.end), two, one.name)
        for one in moved
        for two, some in ((False, one.no_master), (True, one.two_masters))
        for window in some
    ]
    lanes = [lane for director in _directors(result, moved) for lane in _lanes_of(result, director, moved, start, end)]
    probe = _asked(result)
    if probe is not None:
        lanes.append(_clients(probe, moved, start, end))
    instances = ", ".join(one.name for one in moved)
    return DrillPicture(
        f"{name} of {instances}", start if zero is None else zero, start, end, tuple(lanes), tuple(windows)
    )


def _range(result: DrillResult, moved: Sequence[InstanceFailover]) -> tuple[float, float]:
    """Return from when to when: all of what is known of the movement, and some time around it."""
    moments = [step.moment for one in moved for step in one.milestones if step.moment is not None]
    points = [at for one in moments for at in (one.at - one.uncertainty, one.at + one.uncertainty)]
    for one in moved:
        for window in (*one.no_master, *one.two_masters):
            points += [window.start, result.ended if window.end is None else window.end]
    first, last = min(points, default=result.started), max(points, default=max(result.started, result.ended))
    probe = _asked(result)
    until = result.ended if probe is None or probe.until is None else probe.until
    for outage in () if probe is None else probe.outages:
        end = until if outage.end is None else outage.end
        if outage.start <= last and end >= first:  # it belongs to this movement
            first, last = min(first, outage.start), max(last, end)
    margin = max(LEAST_MARGIN, MARGIN * (last - first))
    return first - margin, last + margin


def _asked(result: DrillResult) -> ProbeResult | None:
    """Return the probe, if it measured anything; one that broke off has measured until then."""
    probe = result.probe
    return None if probe is None or (probe.error and probe.until is None) else probe


def _directors(result: DrillResult, moved: Sequence[InstanceFailover]) -> list[str]:
    named = [one.name for one in result.directors]
    concerned = [name for one in moved for name in (one.old, one.new) if name is not None]
    return [*named, *(name for name in dict.fromkeys(concerned) if name not in named)]


def _lanes_of(
    result: DrillResult, director: str, moved: Sequence[InstanceFailover], start: float, end: float
) -> Iterator[Lane]:
    for one in moved:
        yield Lane(LaneKind.STATE, director, one.name, tuple(_states(one, director, start, end)))
    yield from _marked(result, director, moved, start, end)


def _marked(
    result: DrillResult, director: str, moved: Sequence[InstanceFailover], start: float, end: float
) -> Iterator[Lane]:
    """Give the lanes of what happened on a Director, and of the steps of each instance that moved."""
    marks: dict[LaneKind, list[PictureMark]] = {
        kind: [] for kind in (LaneKind.ADVERTS, LaneKind.VIPS, LaneKind.ARP, LaneKind.LOG)
    }
    for event in result.events:
        kind = _lane_of(event)
        if kind in marks and event.director == director and start <= event.at <= end:
            marks[kind].append(PictureMark(event.at, event.uncertainty, f"{event.subject} {event.text}".strip()))
    for one in moved:
        for kind, mark in _steps(one, director):
            marks[kind].append(mark)
    for kind, some in marks.items():
        if some:
            yield Lane(kind, director, kind.value, marks=tuple(sorted(some, key=lambda mark: (mark.at, mark.step))))


def _lane_of(event: DrillEvent) -> LaneKind | None:
    try:
        return _SOURCES.get(MomentSource(event.source))
    except ValueError:
        return None  # of a source that is no moment's


def _steps(one: InstanceFailover, director: str) -> Iterator[tuple[LaneKind, PictureMark]]:
    for step in one.milestones:
        whose = one.old if step.kind in _OF_THE_OLD else one.new
        if step.moment is None or whose != director or step.moment.source not in _SOURCES:
            continue
        subject = f" {step.subject}" if step.subject else ""
        text = f"{one.name}: {step.kind.value}{subject}"
        yield _SOURCES[step.moment.source], PictureMark(step.moment.at, step.moment.uncertainty, text, True)


def _states(one: InstanceFailover, director: str, start: float, end: float) -> Iterator[Bar]:
    """Give the states of one instance on one Director: as its windows and milestones say, so that no bar contradicts them."""
    entered = _entered(one)
    if director == one.old:
        lost = _lost(one, entered)
        after = _AFTERWARDS.get(one.cause, BarKind.NO_DATA)
        if one.cause is DrillCause.NETWORK_CUT and _gave_up_its_vips(one, entered):
            after = BarKind.FAULT
        again = one.no_master[-1].end if one.new is None and one.no_master else None  # nobody else took it
        yield from _bars(((BarKind.MASTER, start), (after, lost), (BarKind.MASTER, again)), end)
    elif director == one.new:
        after = BarKind.MASTER if entered is not None else BarKind.NO_DATA
        yield from _bars(((BarKind.BACKUP, start), (after, entered)), end)
    else:
        yield Bar(BarKind.NO_DATA, start, end)


def _gave_up_its_vips(one: InstanceFailover, entered: float | None) -> bool:
    """Return True if the old MASTER's VIPs went before there was another one: keepalived does that in FAULT alone."""
    gone = one.moment(MilestoneKind.VIP_REMOVED)
    return gone is not None and entered is not None and gone.at < entered


def _bars(begun: Iterable[tuple[BarKind, float | None]], end: float) -> Iterator[Bar]:
    known = [(kind, at) for kind, at in begun if at is not None]
    for number, (kind, at) in enumerate(known):
        until = known[number + 1][1] if number + 1 < len(known) else end
        if until > at:
            yield Bar(kind, at, until)


def _entered(one: InstanceFailover) -> float | None:
    """Return when the new MASTER became MASTER."""
    moment = one.moment(MilestoneKind.MASTER_ENTERED)
    if moment is not None:
        return moment.at
    ends = [window.end for window in one.no_master if window.end is not None]
    return max(ends, default=min((window.start for window in one.two_masters), default=None))


def _lost(one: InstanceFailover, entered: float | None) -> float | None:
    """Return when the old MASTER was MASTER no more; None: it went on to the end."""
    if one.no_master:
        return one.no_master[0].start
    if one.two_masters:
        return one.two_masters[-1].end
    last = one.moment(MilestoneKind.LAST_ADVERT)
    return entered if entered is not None else last.at if last is not None else None


def _clients(probe: ProbeResult, moved: Sequence[InstanceFailover], start: float, end: float) -> Lane:
    told = end if probe.until is None else min(max(start, probe.until), end)
    bars = [Bar(BarKind.ANSWERED, start, told)] if told > start else []
    for outage in probe.outages if bars else ():
        until = told if outage.end is None else min(told, outage.end)
        last = bars[-1]
        if last.start < outage.start < until:
            bars[-1] = replace(last, end=outage.start)
            bars.append(Bar(BarKind.UNANSWERED, outage.start, until))
            if until < told:
                bars.append(Bar(BarKind.ANSWERED, until, told))
    if told < end:
        bars.append(Bar(BarKind.NO_DATA, told, end))
    answers = [
        PictureMark(step.moment.at, step.moment.uncertainty, f"{one.name}: {step.kind.value}", True)
        for one in moved
        for step in one.milestones
        if step.kind is MilestoneKind.FIRST_ANSWER and step.moment is not None
    ]
    return Lane(LaneKind.CLIENTS, "", "clients", tuple(bars), tuple(answers))
