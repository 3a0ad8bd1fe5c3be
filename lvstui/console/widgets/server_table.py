"""The table of virtual and real servers, and what the operator does to it: order, filter, folds, marks, the mouse.

Marks stay with their servers as the cursor does. Nothing here is drawn (see `table_view`) nor worked out (see
`console.listing`, `console.marking`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message

from lvstui.cluster import filter
from lvstui.console.listing import Choice, Key, Order, Row
from lvstui.console.marks import STYLES
from lvstui.console.widgets.columns import Column
from lvstui.console.widgets.table_lines import column_at
from lvstui.console.widgets.table_view import HEADER, TableView


class ServerTable(TableView):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("shift+up", "move(-1, True)", "Mark up", show=False),
        Binding("shift+down", "move(1, True)", "Mark down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "end(False)", "First", show=False),
        Binding("end,G", "end(True)", "Last", show=False),
        Binding("left,h", "fold(True)", "Fold", show=False),
        Binding("right,l", "fold(False)", "Unfold", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """A row was clicked twice."""

        row: Row

    @dataclass
    class Changed(Message):
        """What is shown, or marked, is another."""

    # --- what others ask of it ---

    def marked(self) -> tuple[Row, ...]:
        """The marked real servers that can be seen (scrolling apart), in their order: no filtered-out or folded one."""
        return self.listing.rows(self._marks.keys) if self._marks.keys else ()

    def clear_marks(self) -> None:
        self._marks.clear()
        self._redraw()

    def end_range(self) -> None:
        """Moves do not mark any more."""
        self._marks.end()
        self._redraw()

    @property
    def marks(self) -> int:
        """All marks, those that cannot be seen as well."""
        return len(self._marks.keys)

    @property
    def marking(self) -> bool:
        """Does every move mark a range?"""
        return self._marks.held

    # --- what is shown ---

    def choose(self, choice: Choice) -> None:
        """Show something else of it, or in another order. The cursor stays where it can, else it goes to what is near."""
        before = self.current()
        flat, self.choice = self.choice.flat, choice
        self._moment = self._moment._replace(folded=choice.folded)
        if choice.flat != flat:
            self._arrange()
        self.listing.show(self._servers, choice, self._moment.wall)
        key = before.key if before is not None else None
        line = self.listing.line(key)
        if line is None and key is not None:  # folded under its virtual server
            line = self.listing.line((key[0], None))
        self._listed()
        if len(self.listing):
            self._go(self._line if line is None else line, chosen=self._moved)
        self.post_message(self.Changed())

    def filter_by(self, text: str) -> str | None:
        """Show what these words say; why they cannot be obeyed, and then everything."""
        wanted, why = filter.ALL, None
        try:
            wanted = filter.parse(text)
        except filter.BadFilter as bad:
            why = str(bad)
        if wanted.text != self.choice.filter.text:
            self.choose(replace(self.choice, filter=wanted))
        return why

    def _redraw(self) -> None:
        self._refresh_changed()
        self.post_message(self.Changed())

    # --- the cursor ---

    def _move(self, line: int, *, mark: bool = False) -> None:
        """The operator moves the cursor; `mark`: what it passes over is marked."""
        if mark and self._key is not None:
            self._marks.begin(self._key, held=False)
        elif not self._marks.held:
            self._marks.end()
        self._go(line)
        self._reach()

    def action_move(self, lines: int, mark: bool = False) -> None:
        self._move(self._line + lines, mark=mark)

    def action_page(self, pages: int) -> None:
        self._move(self._line + pages * max(1, self.size.height - HEADER - 1))

    def action_end(self, last: bool) -> None:
        self._move(len(self.listing) - 1 if last else 0)

    def action_fold(self, fold: bool) -> None:
        """Fold or unfold the virtual server; from a real server, go to its virtual server first."""
        row = self.current()
        if row is None or self.choice.flat:
            return
        if fold and row.real is not None:
            self._move(self.listing.line((row.virtual.id, None)) or 0)
        elif fold != (row.virtual.id in self.choice.folded):
            self.fold({row.virtual.id}, fold=fold)

    def fold(self, virtual_servers: Iterable[str], *, fold: bool) -> None:
        these = frozenset(virtual_servers)
        folded = self.choice.folded | these if fold else self.choice.folded - these
        self.choose(replace(self.choice, folded=folded))

    # --- marks ---

    def _reach(self) -> None:
        if self._marks.anchor is not None:
            self._marks.reach(self._between)
            self._redraw()

    def _between(self, anchor: Key) -> list[Key]:
        """The real servers from there to the cursor."""
        start = self.listing.line(anchor)
        if start is None:
            return []
        first, last = sorted((start, self._line))
        rows = (self.listing.row(line) for line in range(first, last + 1))
        return [row.key for row in rows if row.real is not None]

    def toggle_mark(self) -> bool:
        """Mark the row under the cursor, of a virtual server all that is shown of it, and move on. False: there is none."""
        row = self.current()
        if row is None:
            return False
        if row.real is not None:
            keys: list[Key] = [row.key]
        else:
            shows = self.choice.filter.shows
            keys = [(row.virtual.id, real.id) for real in row.virtual.real_servers if shows(real)]
        self._marks.toggle(keys)
        if row.real is not None:
            self._go(self._line + 1)
        self._redraw()
        return True

    def toggle_range(self) -> None:
        """Begin a range that goes on with every move, or end it."""
        if self._marks.held:
            self._marks.end()
        elif self._key is not None:
            self._marks.begin(self._key, held=True)
            self._marks.reach(self._between)
        self._redraw()

    # --- the order ---

    def sort_by(self, column: Column | None) -> None:
        """By that column; once more, the other way round; None: as in the file."""
        order = None
        if column is not None and column.value is not None:
            order = Order(column.id, column.value, column.descending)
            if self.choice.order == order:
                order = replace(order, descending=not column.descending)
        self.choose(replace(self.choice, order=order))
        self.refresh(Region(0, 0, self.size.width, HEADER))

    def sort_beside(self, step: int) -> None:
        """By the next column to the right or the left; before the first comes the order of the file."""
        sortable = [None, *(column for column in self._columns if column.value is not None)]
        ids = [None if column is None else column.id for column in sortable]
        now = None if self.choice.order is None else self.choice.order.column
        place = ids.index(now) if now in ids else 0
        self.sort_by(sortable[(place + step) % len(sortable)])

    def invert(self) -> None:
        if self.choice.order is not None:
            order = replace(self.choice.order, descending=not self.choice.order.descending)
            self.choose(replace(self.choice, order=order))
            self.refresh(Region(0, 0, self.size.width, HEADER))

    # --- the mouse ---

    def on_click(self, event: events.Click) -> None:
        if event.y < HEADER:
            column = column_at(event.x, self._columns)
            if column is not None and column.value is not None:
                self.sort_by(column)
            return
        line = self.scroll_offset.y + event.y - HEADER
        if line >= len(self.listing):
            return
        self._move(line, mark=event.shift)
        row = self.listing.row(line)
        if event.ctrl and row.real is not None:
            self._marks.toggle([row.key])
            self._redraw()
        elif row.real is None and event.x <= 3:  # on the sign of folding
            self.fold({row.virtual.id}, fold=row.virtual.id not in self.choice.folded)
        elif event.chain == 2:
            self.post_message(self.Chosen(row))


def status(table: ServerTable, bad: str | None, total: int) -> Content:
    """What the line under the table says of it; `bad`: what is wrong with the filter."""
    parts: list[tuple[str, str]] = []
    if bad is not None:
        parts.append((bad, STYLES["warn"]))
    elif table.choice.filter:
        parts.append((f"{table.listing.matching:,} of {total:,}", STYLES["plain"]))
    if table.marks:
        hidden = table.marks - len(table.marked())
        parts.append((f"{table.marks} marked" + (f", {hidden} of them not shown" if hidden else ""), STYLES["accent"]))
    if table.marking:
        parts.append(("marking: V or esc ends it", STYLES["accent"]))
    if table.choice.flat:
        parts.append(("all in one list: F groups them", STYLES["dim"]))
    return Content(" · ").join(Content.styled(text, style) for text, style in parts)
