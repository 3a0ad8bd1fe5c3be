"""Put what a drill measured into tables: expected beside measured, windows, timers, milestones, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from lvstui.cluster.drill.milestones import Milestone, Unseen
from lvstui.cluster.drill.result import DrillResult, InstanceFailover, TimeWindow
from lvstui.cluster.drill.views import drill_words
from lvstui.cluster.drill.views.drill_figures import UNKNOWN, between, clock, give_or_take, length, offset, sure_to
from lvstui.cluster.drill.views.report_table import ReportCell, ReportTable, cells, in_ms

MOVEMENTS = ("Failover", "Failback")


def movements(result: DrillResult) -> Iterator[tuple[str, tuple[InstanceFailover, ...]]]:
    """Give the failover and the failback, each with the instances that moved, where any did."""
    for name, moved in zip(MOVEMENTS, (result.failovers, result.failbacks), strict=True):
        if moved:
            yield name, moved


def zero_of(moved: Sequence[InstanceFailover]) -> float | None:
    """Return the moment from which a movement's times are counted: the first that is known of it."""
    moments = [step.moment.at for one in moved for step in one.milestones if step.moment is not None]
    windows = [window.start for one in moved for window in (*one.no_master, *one.two_masters)]
    return min([*moments, *windows], default=None)


def expected(result: DrillResult) -> ReportTable:
    """Show each instance's takeover beside what timers and priorities give."""
    rows = [
        cells(
            name,
            one.name,
            f"{one.old or UNKNOWN} → {one.new or UNKNOWN}",
            one.cause.value,
            UNKNOWN if one.expected is None else between(one.expected.earliest, one.expected.latest),
            ReportCell(sure_to(one.measured, one.measured_uncertainty), in_ms(one.measured)),
            one.verdict.value,
        )
        for name, moved in movements(result)
        for one in moved
    ]
    return ReportTable(
        "expected",
        "Expected and measured",
        ("", "instance", "from → to", "cause", "expected", "measured", "verdict"),
        tuple(rows),
        "From the last event that set the new MASTER's timer (an advert that it accepted, one of priority 0, a reload, or"
        " becoming BACKUP) to its first advert as MASTER.",
        frozenset((4, 5)),
    )


def timers(result: DrillResult) -> ReportTable:
    """Show what the expected times follow from."""
    rows = [
        cells(
            name,
            one.name,
            f"{one.interface}, VRID {one.vrid}",
            f"VRRPv{one.expected.version}",
            length(one.expected.advert_interval),
            str(one.expected.priority),
            length(one.expected.skew),
            length(one.expected.master_down),
        )
        for name, moved in movements(result)
        for one in moved
        if one.expected is not None
    ]
    columns = ("", "instance", "on", "version", "advert_int", "priority", "skew", "master-down interval")
    remark = "Of the Director that took over. After an advert of priority 0 it waits for the skew alone."
    return ReportTable("timers", "Timers", columns, tuple(rows), remark, frozenset((4, 5, 6, 7)))


def windows(result: DrillResult, zone: tzinfo | None) -> ReportTable:
    """Show each time without a MASTER, and with two."""
    rows = [
        cells(
            name,
            one.name,
            what,
            clock(window.start, zone),
            ReportCell(drill_words.window_length(window, result.ended), _window_ms(window, result.ended)),
        )
        for name, moved in movements(result)
        for one in moved
        for what, some in (("no MASTER", one.no_master), ("two MASTERs", one.two_masters))
        for window in some
    ]
    if not rows and (result.failovers or result.failbacks):
        rows = [cells("", "all", "no instance was ever without a MASTER, or with two", "", "")]
    return ReportTable(
        "windows",
        "Without a MASTER, and with two",
        ("", "instance", "what", "from", "for"),
        tuple(rows),
        figures=frozenset((4,)),
    )


def _window_ms(window: TimeWindow, ended: float) -> float | None:
    return in_ms((ended if window.end is None else window.end) - window.start)


def milestones(result: DrillResult, zone: tzinfo | None) -> Iterator[ReportTable]:
    """Show the steps of each movement, in order, with their moments."""
    for name, moved in movements(result):
        zero = zero_of(moved)
        steps = [(one, step) for one in moved for step in one.milestones]
        known = sorted(
            ((one, step) for one, step in steps if step.moment is not None),
            key=lambda pair: pair[1].moment.at if pair[1].moment is not None else 0.0,
        )
        rows = tuple(_milestone(one, step, zero or 0.0, zone) for one, step in known)
        yield ReportTable(
            f"{name.lower()}-steps",
            f"{name}, step by step",
            ("after", "time", "uncertainty", "instance", "step", "of", "seen by", "source"),
            rows,
            "Two steps whose uncertainties overlap may have happened in the other order.",
            frozenset((0, 2)),
        )


def _milestone(one: InstanceFailover, step: Milestone, zero: float, zone: tzinfo | None) -> tuple[ReportCell, ...]:
    moment = step.moment
    assert moment is not None  # only those that were seen come here
    return cells(
        ReportCell(offset(moment.at - zero), in_ms(moment.at - zero)),
        clock(moment.at, zone),
        ReportCell(give_or_take(moment.uncertainty), in_ms(moment.uncertainty)),
        one.name,
        step.kind.value,
        step.subject,
        moment.director or "the client",
        moment.source.value,
    )


def unknown(result: DrillResult) -> ReportTable:
    """Show which steps are not known, and why; those that do not belong to such a failover are left out."""
    rows = [
        cells(name, one.name, step.kind.value, step.subject, drill_words.unseen(step.unseen))
        for name, moved in movements(result)
        for one in moved
        for step in one.milestones
        if step.moment is None and step.unseen is not Unseen.NO_SUCH_STEP
    ]
    return ReportTable("unknown", "Not known, and why", ("", "instance", "step", "of", "why"), tuple(rows))
