"""Write a drill's report as one page of HTML: picture and style in it, no script, and nothing loaded from anywhere.

Texts of Directors are data: each is escaped. The page forbids itself any request, by its own policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from lvstui.cluster.drill.views.drill_report import DrillReport
from lvstui.cluster.drill.views.picture_parts import DrillPicture
from lvstui.cluster.drill.views.report_table import ReportCell, ReportTable
from lvstui.cluster.text import visible
from lvstui.report.page_style import STYLE
from lvstui.report.picture_svg import svg

_LEGEND = "Red: no MASTER. Yellow: two MASTERs. Dot: a step; the line through it is its uncertainty. Tick: an event."
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html(report: DrillReport, pictures: Iterable[DrillPicture]) -> str:
    """Return the page."""
    return "\n".join(_page(report, pictures)) + "\n"


def _text(text: str) -> str:
    return escape(visible(text))


def _page(report: DrillReport, pictures: Iterable[DrillPicture]) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{_text(report.title)}</title>"
    yield f"<style>\n{STYLE}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{_text(report.title)}</h1>"
    yield f'<p id="verdict" class="{"good" if report.good else "bad"}">{_text(report.verdict)}</p>'
    yield '<dl id="facts">'
    for name, value in report.facts:
        yield f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>"
    yield "</dl>"
    for note in report.notes:
        yield f'<p class="note">{_text(note)}.</p>'
    for picture in pictures:
        yield f"<figure>\n<figcaption>{_text(picture.title)}</figcaption>\n{svg(picture)}\n<p>{_LEGEND}</p>\n</figure>"
    for table in report.tables:
        yield from _table(table)
    yield "</main>\n</body>\n</html>"


def _table(table: ReportTable) -> Iterator[str]:
    yield f'<section id="{_text(table.name)}">\n<h2>{_text(table.title)}</h2>'
    if table.remark:
        yield f"<p>{_text(table.remark)}</p>"
    yield "<div><table>\n<thead><tr>"
    for number, name in enumerate(table.columns):
        yield f'<th scope="col"{_aligned(table, number)}>{_text(name)}</th>'
    yield "</tr></thead>\n<tbody>"
    for row in table.rows:
        cells = "".join(f"<td{_aligned(table, number)}>{_cell(cell)}</td>" for number, cell in enumerate(row))
        yield f"<tr>{cells}</tr>"
    yield "</tbody>\n</table></div>\n</section>"


def _aligned(table: ReportTable, column: int) -> str:
    return ' class="figure"' if column in table.figures else ""


def _cell(cell: ReportCell) -> str:
    """Write a cell; the figure of one, in milliseconds, for who reads the page with a program."""
    text = _text(cell.text)
    return text if cell.ms is None else f'<data value="{cell.ms}">{text}</data>'
