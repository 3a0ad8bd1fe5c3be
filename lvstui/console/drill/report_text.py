"""Write a drill's report as lines of the console: the facts, then every table, in columns as wide as their cells. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from lvstui.cluster.drill.views.drill_report import DrillReport
from lvstui.cluster.drill.views.report_table import ReportTable
from lvstui.cluster.text import visible
from lvstui.console.look.cells import fit
from lvstui.console.widgets.lines import Line

_GAP = 2  # cells between two columns
_FACT = 16  # cells of a fact's name
_LEAST = 12  # cells of a last column that is folded


def lines(report: DrillReport, width: int, more: Sequence[tuple[str, str]] = ()) -> list[Line]:
    """Return all of a report but its verdict and notes; `more`: facts that stand first."""
    told: list[Line] = []
    for name, value in (*more, *report.facts):
        told += _fact(name, value, width)
    for table in report.tables:
        told += [[], *table_lines(table, width)]
    return told


def _fact(name: str, value: str, width: int) -> Iterator[Line]:
    room = max(_LEAST, width - _FACT - 1)
    for number, part in enumerate(textwrap.wrap(visible(value), room) or [""]):
        yield [(f" {name if not number else '':<{_FACT}}", "dim"), (part, "plain")]


def table_lines(table: ReportTable, width: int, *, titled: bool = True, stacked: bool = False) -> Iterator[Line]:
    """Give the lines of a table: its title, its remark, its columns. `stacked`: the last column has lines of its own."""
    if titled:
        yield [(f" {table.title}", "head")]
    if table.remark:
        for part in textwrap.wrap(table.remark, max(_LEAST, width - 1)):
            yield [(f" {part}", "dim")]
    rows = [tuple(visible(cell.text) for cell in row) for row in table.rows]
    beside = table.columns[:-1] if stacked else table.columns
    widths = [max(cell_len(cell) for cell in (name, *(row[at] for row in rows))) for at, name in enumerate(beside)]
    used = [at for at, wide in enumerate(widths) if wide]  # a column in which nothing stands has no room
    yield from _row(table, used, widths, table.columns, "dim", width)
    for row in rows:
        yield from _row(table, used, widths, row, "plain", width)
        if stacked and row[-1]:
            yield [(f"   {row[-1]}", "accent")]


def _row(
    table: ReportTable, used: Sequence[int], widths: Sequence[int], row: Sequence[str], style: str, width: int
) -> Iterator[Line]:
    """Give the lines of a row; its last column is folded where it does not fit."""
    *first, last = used or (0,)
    before = " " + "".join(f"{fit(row[at], widths[at], right=at in table.figures)}{' ' * _GAP}" for at in first)
    room = max(_LEAST, width - cell_len(before))
    parts = textwrap.wrap(row[last], room, break_on_hyphens=False) or [""]
    if last in table.figures:
        parts = [f"{part:>{widths[last]}}" for part in parts]
    for number, part in enumerate(parts):
        yield [(before if not number else " " * cell_len(before), style), (part, style)]
