"""Draw the table's lines as strips, and keep those that are drawn already.

Not for: what is in the cells (see `columns`), nor which line is which row (see `server_table`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from lvstui.console.look.cells import fit
from lvstui.console.look.glyphs import ASCENDING, CURSOR, DESCENDING, MARKED, Toned
from lvstui.console.table.columns import EDGE, GAP, Column
from lvstui.console.table.rows import Order

_MOST = 1000  # lines kept


class LineContent(NamedTuple):
    """All that a line is drawn from."""

    cells: tuple[Toned, ...]
    cursor: bool
    marked: bool
    virtual: bool


class LineCache:
    """The lines that are drawn. `style` gives the table's style of that name."""

    def __init__(self, style: Callable[[str], Style]) -> None:
        self._style_of = style
        self._styles: dict[str, Style] = {}
        self._drawn: dict[int, tuple[LineContent, Strip]] = {}

    def forget(self) -> None:
        """Drop all lines: there are other columns, another width or another theme."""
        self._styles.clear()
        self._drawn.clear()

    def shows(self, number: int, line: LineContent | None) -> bool:
        """Return True if that is what was drawn there last; None is nothing."""
        drawn = self._drawn.get(number)
        return (drawn[0] if drawn is not None else None) == line

    def drop(self, number: int) -> None:
        """Forget that line."""
        self._drawn.pop(number, None)

    def strip(self, number: int, line: LineContent, columns: Sequence[Column], width: int, base: Style) -> Strip:
        """Return the line, drawn only if it is not what was drawn there last."""
        drawn = self._drawn.get(number)
        if drawn is None or drawn[0] != line:
            if len(self._drawn) > _MOST:
                self._drawn.clear()
            drawn = self._drawn[number] = (line, self._draw(line, columns, width, base))
        return drawn[1]

    def header(self, y: int, columns: Sequence[Column], order: Order | None, width: int) -> Strip:
        """Return a line of the header: the groups, or the titles."""
        style = self.style("header")
        segments = [Segment(" " * EDGE, style)]
        if y:
            for column in columns:
                text = fit(_title(column, order), column.width, right=column.right) + " " * GAP
                sorts = order is not None and order.column == column.id
                segments.append(Segment(text, self.style("accent") if sorts else style))
            return Strip(segments).adjust_cell_length(width)
        for group, members in groupby(columns, key=lambda column: column.group):
            together = list(members)
            room = sum(column.width for column in together) + GAP * (len(together) - 1)
            segments.append(Segment(fit(group, room, right=together[0].right) + " " * GAP, style))
        return Strip(segments).adjust_cell_length(width)

    def style(self, name: str) -> Style:
        """Return the table's style of that name."""
        style = self._styles.get(name)
        if style is None:
            style = self._styles[name] = self._style_of(name)
        return style

    def _draw(self, line: LineContent, columns: Sequence[Column], width: int, base: Style) -> Strip:
        if line.marked:
            base += self.style("marked")
        if line.cursor:
            base += self.style("cursor")
        bold = Style(bold=True) if line.virtual else Style.null()
        plain = bool(base.reverse)  # a tone would be a block of colour there
        edge = (CURSOR if line.cursor else " ") + (MARKED if line.marked else " ")
        segments = [Segment(edge, base if plain else base + self.style("accent"))]
        spare = 0  # room that empty cells leave to the note after them
        for column, (text, tone) in zip(columns, line.cells, strict=True):
            if not text and column.gives_way and column is not columns[-1]:
                spare += column.width + GAP
                continue
            body = fit(text, column.width + spare, right=column.right) + " " * GAP
            spare = 0
            segments.append(Segment(body, base + bold if plain else base + self.style(tone) + bold))
        return Strip(segments).extend_cell_length(width, base).crop(0, width)


def opaque_style(widget: Widget, prefix: str, name: str) -> Style:
    """Return a component's style, opaque: a line is not blended with what is under it when it is drawn."""
    style = widget.get_component_rich_style(f"{prefix}--{name}", partial=True)
    background = widget.get_component_styles(f"{prefix}--{name}").background
    if 0 < background.a < 1:
        style += Style(bgcolor=(widget.background_colors[1] + background).rich_color)
    return style


def column_at(x: int, columns: Sequence[Column]) -> Column | None:
    """Return the column that is drawn at that cell of a line."""
    end = EDGE
    for column in columns:
        end += column.width + GAP
        if EDGE <= x < end:
            return column
    return None


def _title(column: Column, order: Order | None) -> str:
    if order is None or order.column != column.id:
        return column.title
    arrow = DESCENDING if order.descending else ASCENDING
    return f"{(column.title or column.id)[: column.width - 1]}{arrow}"  # at its own title, whatever stands beside
