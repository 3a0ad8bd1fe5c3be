"""Put a drill's result into the parts of a report, the same for every form: the verdict, its context, tables.

Not for: a form (Markdown, HTML: see `lvstui.report`), nor the picture (see `drill_picture`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from lvstui.cluster.drill.result import DrillKind, DrillResult, DrillVerdict
from lvstui.cluster.drill.views import drill_words, measured_tables, observed_tables
from lvstui.cluster.drill.views.drill_figures import length, whole
from lvstui.cluster.drill.views.report_table import ReportTable

GOOD = frozenset((DrillVerdict.AS_EXPECTED, DrillVerdict.NO_FAILOVER))


@dataclass(frozen=True)
class DrillReport:
    """A report, ready to be written in any form."""

    title: str
    verdict: str  # one sentence
    good: bool
    facts: tuple[tuple[str, str], ...]  # of the context: what, and its value
    notes: tuple[str, ...]  # sentences that a reader must know
    tables: tuple[ReportTable, ...]


def report(result: DrillResult, zone: tzinfo | None) -> DrillReport:
    """Return the report of a result; its times are written in `zone`, None: this machine's."""
    return DrillReport(
        title=f"Failover drill of {result.cluster}: {drill_words.KINDS[result.kind]}",
        verdict=drill_words.verdict(result),
        good=result.verdict in GOOD,
        facts=tuple(_facts(result, zone)),
        notes=tuple(drill_words.note(one) for one in result.notes),
        tables=tuple(table for table in _tables(result, zone) if table.rows),
    )


def _facts(result: DrillResult, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    yield "Drill", result.id
    yield "Cluster", result.cluster
    yield "Began", whole(result.started, zone)
    yield "Took", length(result.ended - result.started)
    if result.operator:
        yield "By", result.operator
    if result.reason:
        yield "Reason", result.reason
    if result.failovers:
        yield "Cause", drill_words.cause(result.cause, result.director)
    if result.max_outage is not None:
        yield "Outage allowed", length(result.max_outage)
    if result.kind is not DrillKind.WATCH:
        yield "Undone", _undone(result)


def _undone(result: DrillResult) -> str:
    if result.restored:
        return "yes: everything that the drill began was undone"
    left = "; ".join(result.left)
    return f"no: {left}" if left else "not known: the Directors were not seen to be as before"


def _tables(result: DrillResult, zone: tzinfo | None) -> Iterator[ReportTable]:
    yield measured_tables.expected(result)
    yield measured_tables.windows(result, zone)
    yield measured_tables.timers(result)
    yield from measured_tables.milestones(result, zone)
    yield observed_tables.clients(result, zone)
    yield observed_tables.connections(result, zone)
    yield observed_tables.directors(result)
    yield measured_tables.unknown(result)
    yield observed_tables.events(result, zone)
