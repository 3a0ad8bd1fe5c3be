"""Write a drill's report as Markdown. Texts of Directors are data: nothing in them is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lvstui.cluster.drill.views.drill_report import DrillReport
from lvstui.cluster.drill.views.report_table import ReportTable
from lvstui.cluster.text import visible

_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~$!]")  # what a reader of Markdown may take for more than a letter, anywhere
_WITHIN = re.compile(r"(?<=[^\W_])\\_(?=[^\W_])")  # within a word it means nothing: VI_1, no_master
_FIRST = re.compile(r"^(\s*)([-+=]|\d+[.)])")  # what begins a list or a heading


def markdown(report: DrillReport) -> str:
    """Return the report as a document."""
    return "\n".join(_lines(report)) + "\n"


def escaped(text: str) -> str:
    """Return a text in which nothing is markup, on one line."""
    told = _MARKUP.sub(r"\\\g<0>", visible(text).replace("&", "&amp;"))
    told = _WITHIN.sub("_", told).replace("://", "&#58;//")  # no address becomes a link
    return _FIRST.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", told)


def _lines(report: DrillReport) -> Iterator[str]:
    yield f"# {escaped(report.title)}"
    yield ""
    yield f"**{escaped(report.verdict)}**"
    yield ""
    for name, value in report.facts:
        yield f"- {escaped(name)}: {escaped(value)}"
    for note in report.notes:
        yield ""
        yield f"> {escaped(note)}."
    for table in report.tables:
        yield ""
        yield f"## {escaped(table.title)}"
        yield ""
        yield from _table(table)


def _table(table: ReportTable) -> Iterator[str]:
    if table.remark:
        yield escaped(table.remark)
        yield ""
    yield _row(table.columns)
    yield _row("---:" if number in table.figures else "---" for number in range(len(table.columns)))
    for row in table.rows:
        yield _row(escaped(cell.text) for cell in row)


def _row(parts: Iterable[str]) -> str:
    return f"| {' | '.join(parts)} |"
