"""Put what was seen around a failover into tables: clients, connections, the Directors, and all events in order."""

from __future__ import annotations

from datetime import tzinfo

from lvstui.cluster.drill.result import ConnectionCount, DrillResult, ProbeOutage, ServerConnections
from lvstui.cluster.drill.views import drill_words
from lvstui.cluster.drill.views.drill_figures import UNKNOWN, clock, give_or_take, length, sure_to
from lvstui.cluster.drill.views.report_table import ReportCell, ReportTable, cells, in_ms


def clients(result: DrillResult, zone: tzinfo | None) -> ReportTable:
    """Show the failover as a client saw it."""
    probe = result.probe
    title, columns = "Clients", ("what", "")
    if probe is None:
        rows = [cells("probe", "no probe was run in this drill")] if result.failovers else []
        return ReportTable("clients", title, columns, tuple(rows))
    rows = [
        cells("probe", f"{probe.target} from {probe.host or 'this machine'}, {probe.rate:g} requests a second"),
        cells("answered", f"{probe.answered:,} of {probe.requests:,}"),
        cells("longest time between two answers", ReportCell(length(probe.longest_gap), in_ms(probe.longest_gap))),
    ]
    rows += [cells("outage", _outage(one, probe.length(one, result.ended), zone)) for one in probe.outages]
    if probe.more_outages:
        rows.append(cells("more outages", f"{probe.more_outages:,}, none longer than these"))
    if not probe.outages and not probe.error:
        rows.append(cells("outage", ReportCell("none", 0.0)))
    rows += [cells("lost, and why", reason) for reason in probe.reasons]
    if probe.skipped:
        rows.append(cells("not sent", f"{probe.skipped:,}: too many waited for an answer, or the machine was busy"))
    if probe.held is not None:
        rows.append(cells("connection that was held open", drill_words.held(probe.held)))
    if probe.error:
        rows.append(cells("measurement incomplete", probe.error))
    return ReportTable("clients", title, columns, tuple(rows))


def _outage(one: ProbeOutage, seconds: float, zone: tzinfo | None) -> ReportCell:
    long = sure_to(seconds, one.uncertainty) if one.end is not None else f"at least {length(seconds)}"
    lost = f"{one.lost:,} request{'' if one.lost == 1 else 's'} lost"
    return ReportCell(f"{long} from {clock(one.start, zone)}, {lost}", in_ms(seconds))


def connections(result: DrillResult, zone: tzinfo | None) -> ReportTable:
    """Show the connections of each real server on each Director, before and after."""
    counts = [_by_server(one) for one in (result.before, result.after)]
    keys = dict.fromkeys(key for count in counts for key in count)
    rows = []
    for director, virtual, real in keys:
        both = [count.get((director, virtual, real)) for count in counts]
        figures = [UNKNOWN if one is None else f"{value:,}" for one in both for value in _active_inactive(one)]
        rows.append(cells(virtual, real, director, *figures))
    columns = (
        "virtual server",
        "real server",
        "Director",
        "active before",
        "inactive before",
        "active after",
        "inactive after",
    )
    moments = [UNKNOWN if one is None else clock(one.at, zone) for one in (result.before, result.after)]
    remark = f"Before: at {moments[0]}, the last time that nothing had moved. After: at {moments[1]}."
    return ReportTable(
        "connections", "Connections of each real server", columns, tuple(rows), remark, frozenset((3, 4, 5, 6))
    )


def _by_server(count: ConnectionCount | None) -> dict[tuple[str, str, str], ServerConnections]:
    servers = () if count is None else count.servers
    return {(one.director, one.virtual_server, one.real_server): one for one in servers}


def _active_inactive(one: ServerConnections | None) -> tuple[int, int]:
    return (0, 0) if one is None else (one.active, one.inactive)


def directors(result: DrillResult) -> ReportTable:
    """Show each Director as it was when the drill began."""
    rows = [
        cells(
            one.name,
            one.hostname or UNKNOWN,
            one.keepalived or UNKNOWN,
            one.kernel or UNKNOWN,
            one.privilege or "no link",
            UNKNOWN if one.clock_offset is None else _ahead(one.clock_offset, one.clock_uncertainty),
        )
        for one in result.directors
    ]
    columns = ("Director", "host", "keepalived", "kernel", "read as", "clock")
    return ReportTable("directors", "Directors", columns, tuple(rows))


def _ahead(offset: float, uncertainty: float | None) -> str:
    way = "ahead" if offset >= 0 else "behind"
    return f"{length(abs(offset))} {way} {give_or_take(uncertainty)}".rstrip()


def events(result: DrillResult, zone: tzinfo | None) -> ReportTable:
    """Show all that happened, in order."""
    rows = [
        cells(
            clock(one.at, zone),
            ReportCell(give_or_take(one.uncertainty), in_ms(one.uncertainty)),
            one.director or UNKNOWN,
            one.source,
            one.subject,
            one.text,
        )
        for one in sorted(result.events, key=lambda event: event.at)
    ]
    columns = ("time", "uncertainty", "Director", "source", "subject", "what happened")
    return ReportTable("events", "Timeline", columns, tuple(rows), figures=frozenset((1,)))
