"""Show the table of virtual and real servers, and do what the operator's keys and mouse ask of it.

It is drawn line by line, so that ten thousand real servers cost what the visible ones do. Not for: which lines there are (see
`rows`), their cells (see `columns`), where the cursor is (see `cursor`), what is marked (see `selection`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lvstui.cluster import filter
from lvstui.cluster.view import ClusterView, LinkState, VirtualServerView
from lvstui.console.app_parts import parts_of
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import STYLES
from lvstui.console.table import ordering, text
from lvstui.console.table.columns import Column, columns
from lvstui.console.table.cursor import Cursor
from lvstui.console.table.cursor_keys import CURSOR_KEYS
from lvstui.console.table.line_cache import LineCache, LineContent, column_at, opaque_style
from lvstui.console.table.row_cells import CellContext
from lvstui.console.table.rows import Key, RowListing, TableChoice, TableRow
from lvstui.console.table.selection import Selection
from lvstui.console.table.trends import Trends

HEADER = 2  # lines that do not scroll


class ServerTable(ScrollView, can_focus=True):
    """The table. Its cursor and its marks stay with their servers."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"server-table--{one}" for one in (*STYLES, "cursor", "marked", "header")}
    BINDINGS: ClassVar[list[BindingType]] = CURSOR_KEYS

    @dataclass
    class RowOpened(Message):
        """A row was clicked twice."""

        row: TableRow

    class StatusChanged(Message):
        """The line under the table is to say something else: another choice, other marks."""

    class RowReached(Message):
        """The cursor is on another row, or what is listed is another."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.listing = RowListing()
        self.choice = TableChoice()
        self._cursor = Cursor()
        self._selection = Selection()
        self._servers: tuple[VirtualServerView, ...] = ()
        self._sides: tuple[tuple[str, bool], ...] = ()  # Directors, and whether their figures are fresh
        self._display, self._columns = Display(), tuple[Column, ...]()
        self._moment = CellContext(0.0, Trends())
        self._bottom = 0  # lines when last drawn
        self._lines = LineCache(partial(opaque_style, self, "server-table"))

    # --- what others ask of it ---

    def current(self) -> TableRow | None:
        """Return the row under the cursor; None when there is none, or its server has vanished or is filtered out."""
        return self._cursor.row(self.listing)

    def marked(self) -> tuple[TableRow, ...]:
        """Return the marked rows that the filter and the folds leave, in their order."""
        return self._selection.shown(self.listing)

    @property
    def needed(self) -> int:
        """Return the number of lines that it would fill."""
        return max(1, len(self.listing)) + HEADER

    @property
    def marks(self) -> int:
        """Return the number of all marks, those that are filtered out or folded as well."""
        return len(self._selection.keys)

    @property
    def marking(self) -> bool:
        """Return True if every move marks a range."""
        return self._selection.held

    def status(self, bad: str | None, total: int) -> Content:
        """Return the line under the table; `bad` is what is wrong with the filter, `total` counts all real servers."""
        return text.status(self.listing, self._selection, bad, total)

    # --- data down ---

    def show(self, view: ClusterView, display: Display, trends: Trends | None = None) -> None:
        """Draw what has changed of what can be seen. `trends`: for the sparklines; None: those of the last time."""
        self._servers = view.virtual_servers
        self._moment = self._moment.at(view)._replace(trends=trends or self._moment.trends)
        self._selection.forget_gone(view.virtual_servers)
        arranged = tuple((director.name, director.state is LinkState.LIVE) for director in view.directors), display
        if arranged != (self._sides, self._display):
            self._sides, self._display = arranged
            self._arrange()
        self.listing.show(self._servers, self.choice, self._moment.wall)
        self._listed()

    def choose(self, choice: TableChoice) -> None:
        """Show something else, or in another order. The cursor stays where it can, else it goes to what is near."""
        before = self.current()
        flat, order, self.choice = self.choice.flat, self.choice.order, choice
        self._moment = self._moment._replace(folded=choice.folded)
        if choice.flat != flat:
            self._arrange()
        self.listing.show(self._servers, choice, self._moment.wall)
        self._listed()
        self._cursor.stay_near(before, self.listing)
        self.show_cursor()
        self.post_message(self.RowReached())
        if choice.order != order:
            self.refresh(Region(0, 0, self.size.width, HEADER))
        self.post_message(self.StatusChanged())

    def filter_by(self, words: str) -> str | None:
        """Show what these words say; return why they cannot be obeyed, and then show everything."""
        try:
            wanted, why = filter.parse(words), None
        except filter.BadFilter as bad:
            wanted, why = filter.ALL, str(bad)
        if wanted.text != self.choice.filter.text:
            self.choose(replace(self.choice, filter=wanted))
        return why

    def fold(self, virtual_servers: Iterable[str], *, fold: bool) -> None:
        """Hide the real servers of these virtual servers, or show them again."""
        self.choose(self.choice.with_folds(virtual_servers, fold=fold))

    def sort_beside(self, step: int) -> None:
        """Sort by the next column to the right or the left; before the first comes the order of the file."""
        self.choose(ordering.by_column_beside(self.choice, self._columns, step))

    # --- drawing ---

    def _listed(self) -> None:
        """Draw the listing, which is another one now."""
        self.virtual_size = Size(self.size.width, len(self.listing) + HEADER)
        before = self._cursor.line
        self._cursor.follow(self.listing)
        if self._cursor.line != before:
            self.show_cursor()
        self._refresh_changed()

    def _arrange(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.listing) + HEADER)
        drawn, flat = bool(self.size.width and self._sides), self.choice.flat
        self._columns = columns(self._sides, self.size.width, self._display, flat=flat) if drawn else ()
        self._lines.forget()
        self.refresh()

    def on_resize(self) -> None:
        self._arrange()
        self.show_cursor()  # its row stays in sight when the banner opens

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._arrange()

    def _refresh_changed(self) -> None:
        top, bottom = self.scroll_offset.y, max(self._bottom, len(self.listing))
        self._bottom = len(self.listing)
        for number in range(top, min(top + self.size.height - HEADER, bottom)):
            line = self._content(number) if number < len(self.listing) else None
            if line is None or not self._lines.shows(number, line):
                self._lines.drop(number)
                self.refresh(Region(0, number - top + HEADER, self.size.width, 1))

    def _content(self, number: int) -> LineContent:
        row = self.listing.row(number)
        cells = tuple([column.cell(row, self._moment) for column in self._columns])
        return LineContent(cells, self._cursor.is_on(number), row.key in self._selection, row.is_virtual)

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        if y < HEADER:
            return self._lines.header(y, self._columns, self.choice.order, width).apply_style(style)
        number = self.scroll_offset.y + y - HEADER
        if number >= len(self.listing):
            why = (
                text.why_empty(self._sides, parts_of(self.app).keys, filtered=bool(self._servers))
                if number == 0
                else ""
            )
            return Strip([Segment(f"   {why}", style + self._lines.style("dim"))]).adjust_cell_length(width, style)
        return self._lines.strip(number, self._content(number), self._columns, width, style)

    # --- the cursor ---

    def show_cursor(self) -> None:
        """Scroll to the cursor, and draw what it changed."""
        if not len(self.listing):
            return
        line, height, top = self._cursor.line, max(1, self.size.height - HEADER), self.scroll_offset.y
        if line < top:
            self.scroll_to(y=line, animate=False)
        elif line >= top + height:
            self.scroll_to(y=line - height + 1, animate=False)
        self._refresh_changed()

    def go(self, line: int, *, mark: bool = False) -> None:
        """Move the cursor for the operator; `mark`: what it passes over is marked."""
        self._selection.leave(self._cursor.key, mark=mark)
        self._cursor.go(line, self.listing)
        self.show_cursor()
        self.post_message(self.RowReached())
        if self._selection.reach(self._cursor.line, self.listing):
            self._redraw_marks()

    def action_move(self, lines: int, mark: bool = False) -> None:
        self.go(self._cursor.line + lines, mark=mark)

    def action_page(self, pages: int) -> None:
        self.go(self._cursor.line + pages * max(1, self.size.height - HEADER - 1))

    def action_end(self, last: bool) -> None:
        self.go(len(self.listing) - 1 if last else 0)

    def action_fold(self, fold: bool) -> None:
        """Fold or unfold the virtual server; from a real server, go to its virtual server first."""
        if (row := self.current()) is None or self.choice.flat:
            return
        if fold and not row.is_virtual:
            self.go(self.listing.line((row.virtual.id, None)) or 0)
        elif fold != (row.virtual.id in self.choice.folded):
            self.fold({row.virtual.id}, fold=fold)

    # --- marks ---

    def _redraw_marks(self) -> None:
        self._refresh_changed()
        self.post_message(self.StatusChanged())

    def clear_marks(self) -> None:
        """Take all marks away."""
        self._selection.clear()
        self._redraw_marks()

    def end_range(self) -> None:
        """Let moves not mark any more."""
        self._selection.end()
        self._redraw_marks()

    def toggle_mark(self) -> bool:
        """Mark the row under the cursor, of a virtual server all that is shown of it, and move on. False: there is none."""
        if (row := self.current()) is None or row.sorry is not None:
            return False
        self._selection.toggle_row(row, self.listing)
        if row.real is not None:
            self._cursor.go(self._cursor.line + 1, self.listing)
            self.show_cursor()
            self.post_message(self.RowReached())
        self._redraw_marks()
        return True

    def toggle_marks(self, keys: Iterable[Key]) -> None:
        """Mark these, or none of them when all are marked."""
        self._selection.toggle(keys)
        self._redraw_marks()

    def toggle_range(self) -> None:
        """Begin a range that goes on with every move, or end it."""
        self._selection.toggle_range(self._cursor.key, self._cursor.line, self.listing)
        self._redraw_marks()

    # --- the mouse ---

    def on_click(self, event: events.Click) -> None:
        if event.y < HEADER:
            column = column_at(event.x, self._columns)
            if column is not None and column.value is not None:
                self.choose(ordering.by_column(self.choice, column))
            return
        line = self.scroll_offset.y + event.y - HEADER
        if line >= len(self.listing):
            return
        row = self.listing.row(line)
        self.go(line, mark=event.shift)
        if event.ctrl and row.real is not None:
            self._selection.toggle_row(row, self.listing)
            self._redraw_marks()
        elif row.is_virtual and event.x <= 3:  # on the sign of folding
            self.fold({row.virtual.id}, fold=row.virtual.id not in self.choice.folded)
        elif event.chain == 2:
            self.post_message(self.RowOpened(row))
