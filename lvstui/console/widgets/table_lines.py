"""The table's lines as strips: cells to text and styles, and which of them are drawn already.

Not for: what is in the cells (see `columns`), nor which line is which row (see `server_table`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from lvstui.console.cells import fit
from lvstui.console.listing import Order
from lvstui.console.marks import ASCENDING, CURSOR, DESCENDING, MARKED
from lvstui.console.widgets.columns import EDGE, GAP, Cell, Column

_MOST = 1000  # lines kept


class Line(NamedTuple):
    """All that a line's picture is made of."""

    cells: tuple[Cell, ...]
    cursor: bool
    marked: bool
    virtual: bool


class Lines:
    """`style` gives the table's style of that name."""

    def __init__(self, style: Callable[[str], Style]) -> None:
        self._style_of = style
        self._styles: dict[str, Style] = {}
        self._drawn: dict[int, tuple[Line, Strip]] = {}

    def forget(self) -> None:
        """Other columns, another width or another theme."""
        self._styles.clear()
        self._drawn.clear()

    def shows(self, number: int, line: Line | None) -> bool:
        """Is that what was drawn there last? None: nothing."""
        drawn = self._drawn.get(number)
        return (drawn[0] if drawn is not None else None) == line

    def drop(self, number: int) -> None:
        self._drawn.pop(number, None)

    def strip(self, number: int, line: Line, columns: Sequence[Column], width: int, base: Style) -> Strip:
        drawn = self._drawn.get(number)
        if drawn is None or drawn[0] != line:
            if len(self._drawn) > _MOST:
                self._drawn.clear()
            drawn = self._drawn[number] = (line, self._draw(line, columns, width, base))
        return drawn[1]

    def header(self, y: int, columns: Sequence[Column], order: Order | None) -> Strip:
        style = self._style("header")
        segments = [Segment(" " * EDGE, style)]
        if y:
            for column in columns:
                text = fit(_title(column, order), column.width, right=column.right) + " " * GAP
                sorts = order is not None and order.column == column.id
                segments.append(Segment(text, self._style("accent") if sorts else style))
            return Strip(segments)
        for group, members in groupby(columns, key=lambda column: column.group):
            together = list(members)
            width = sum(column.width for column in together) + GAP * (len(together) - 1)
            segments.append(Segment(fit(group, width, right=together[0].right) + " " * GAP, style))
        return Strip(segments)

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self._styles[name] = self._style_of(name)
        return style

    def _draw(self, line: Line, columns: Sequence[Column], width: int, base: Style) -> Strip:
        if line.marked:
            base += self._style("marked")
        if line.cursor:
            base += self._style("cursor")
        bold = Style(bold=True) if line.virtual else Style.null()
        edge = (CURSOR if line.cursor else " ") + (MARKED if line.marked else " ")
        segments = [Segment(edge, base + self._style("accent"))]
        spare = 0  # room that empty cells leave to the note after them
        for column, (text, tone) in zip(columns, line.cells, strict=True):
            if not text and column.gives_way and column is not columns[-1]:
                spare += column.width + GAP
                continue
            body = fit(text, column.width + spare, right=column.right) + " " * GAP
            spare = 0
            segments.append(Segment(body, base + self._style(tone) + bold))
        return Strip(segments).extend_cell_length(width, base).crop(0, width)


def column_at(x: int, columns: Sequence[Column]) -> Column | None:
    """The column that is drawn at that cell of a line."""
    end = EDGE
    for column in columns:
        end += column.width + GAP
        if EDGE <= x < end:
            return column
    return None


def _title(column: Column, order: Order | None) -> str:
    if order is None or order.column != column.id:
        return column.title
    return f"{DESCENDING if order.descending else ASCENDING} {column.title or column.id}".rstrip()[: column.width]
