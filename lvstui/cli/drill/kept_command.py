"""List, show and compare with `lvsctl` the drills that were kept on this machine. No Director is asked.

Not for: what a report says (see `cluster.drill.views`), nor where drills are kept (see `report.kept_drills`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from lvstui.cli.exit_status import REFUSED
from lvstui.cli.output import printable, put
from lvstui.cluster.drill.result import DrillResult
from lvstui.cluster.drill.views import drill_comparison
from lvstui.cluster.drill.views.drill_comparison import ComparedFigure, DrillComparison
from lvstui.cluster.drill.views.drill_figures import length
from lvstui.cluster.drill.views.drill_picture import pictures
from lvstui.cluster.drill.views.drill_report import report
from lvstui.cluster.drill.views.report_table import ReportTable, in_ms
from lvstui.report.kept_drills import LAST, KeptDrill, KeptDrillError, KeptDrills
from lvstui.report.report_html import html
from lvstui.report.report_json import as_json as report_as_json
from lvstui.report.report_markdown import markdown
from lvstui.settings import places

FORMS: Mapping[str, Callable[[DrillResult], str]] = {
    "markdown": lambda result: markdown(report(result, None)),
    "json": lambda result: json.dumps(report_as_json(result), indent=1, ensure_ascii=False) + "\n",
    "html": lambda result: html(report(result, None), pictures(result)),
}


def list_drills(cluster: str | None, *, as_json: bool) -> int:
    """Print a line for each drill, the oldest first. Return the exit status."""
    found = list(KeptDrills(places.drills_folder()).found(cluster))
    drills = [one for one in found if isinstance(one, KeptDrill)]
    errors = [str(one) for one in found if isinstance(one, KeptDrillError)]
    if as_json:
        put(json.dumps({"drills": [_summed_up(one) for one in drills], "unreadable": errors}, ensure_ascii=False))
        return 0
    if drills:
        put("\n".join(_columns([_TITLES, *(_row(one.result) for one in drills)])))
    elif not errors:
        whose = f" of {cluster}" if cluster is not None else ""
        put(printable(f"No drill{whose} has been kept on this machine yet: {places.drills_folder()}"))
    for error in errors:
        put(printable(f"skipped: {error}"), error=True)
    return 0


def _summed_up(kept: KeptDrill) -> dict[str, Any]:
    told = report_as_json(kept.result)
    del told["events"]
    return {**told, "file": str(kept.path), "page": str(kept.page)}


_TITLES = ("drill", "cluster", "cause", "Director", "outage", "verdict")


def _row(one: DrillResult) -> tuple[str, ...]:
    return (one.id, one.cluster, one.cause.value, one.director or "–", length(one.outage), one.verdict.value)


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Give the rows with their columns one below the other."""
    widths = [max(cell_len(row[number]) for row in rows) for number in range(len(rows[0]))]
    for row in rows:
        padded = (cell + " " * (wide - cell_len(cell)) for cell, wide in zip(row, widths, strict=True))
        yield printable("  ".join(padded).rstrip())


def show_drill(wanted: str, cluster: str | None, form: str, file: Path | None) -> int:
    """Print the report of a drill, or write it into a new file. Return the exit status."""
    try:
        kept = KeptDrills(places.drills_folder()).find(wanted, cluster)
    except KeptDrillError as error:
        return _refused(str(error))
    text = FORMS[form](kept.result)
    if file is None:
        put(text.removesuffix("\n"))
        return 0
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        return _refused(f"{file} already exists and was not changed")
    except OSError as error:
        return _refused(f"{file} cannot be written: {error.strerror or error}")
    put(printable(f"The report of {kept.result.id} is in {file}"))
    return 0


def compare_drills(wanted: Sequence[str], cluster: str | None, *, as_json: bool) -> int:
    """Print two drills side by side; of one alone, or of the last one, how it is beside the earlier ones like it."""
    drills = KeptDrills(places.drills_folder())
    try:
        chosen = [drills.find(one, cluster).result for one in wanted or (LAST,)]
        if len(chosen) == 1:
            (newest,) = chosen
            others = [one.result for one in drills.found(newest.cluster) if isinstance(one, KeptDrill)]
            earlier = drill_comparison.like(newest, others)
            if not earlier:
                text = f"there is no earlier drill of {newest.cluster} with the same cause ({newest.cause.value}) to compare with"
                return _refused(f"{newest.id}: {text}")
            chosen = [*earlier, newest]
        elif chosen[0].id == chosen[1].id:
            return _refused(f"{chosen[0].id} was named twice: name two drills")
    except KeptDrillError as error:
        return _refused(str(error))
    compared = drill_comparison.comparison(chosen)
    if as_json:
        put(json.dumps(_comparison_as_json(compared), ensure_ascii=False))
    else:
        put("\n".join(_table(drill_comparison.table(compared, None))))
    return 0


def _table(table: ReportTable) -> Iterator[str]:
    yield printable(table.title)
    yield ""
    yield from _columns([table.columns, *(tuple(cell.text for cell in row) for row in table.rows)])
    yield ""
    yield table.remark


def _comparison_as_json(compared: DrillComparison) -> dict[str, Any]:
    return {
        "drills": [one.id for one in compared.drills],
        "verdicts": [one.verdict.value for one in compared.drills],
        "figures": [
            {
                "name": one.name,
                "values": [_figure_as_json(figure) for figure in one.figures],
                "against_earlier": None if one.against is None else one.against.value,
                "to_median_ms": in_ms(one.trend),
            }
            for one in compared.histories
        ],
    }


def _figure_as_json(figure: ComparedFigure | None) -> dict[str, float | None] | None:
    return None if figure is None else {"ms": in_ms(figure.value), "uncertainty_ms": in_ms(figure.uncertainty)}


def _refused(text: str) -> int:
    print(f"refused: {printable(text)}", file=sys.stderr)
    return REFUSED
