"""The table of virtual and real servers: virtualised, so that ten thousand rows cost what the visible ones do.

The cursor stays with the server that it is on, wherever that goes, and on none when that server vanishes.
"""

from __future__ import annotations

from collections import deque
from itertools import groupby
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lvstui.cluster.view import ClusterView, LinkState
from lvstui.console import figures
from lvstui.console.marks import STYLES
from lvstui.console.widgets.columns import GAP, Cell, Column, Row, columns

HEADER = 2  # lines that do not scroll
SAMPLES = 60  # kept of each real server

Key = tuple[str, str | None]


class ServerTable(ScrollView, can_focus=True):
    COMPONENT_CLASSES = {f"server-table--{tone}" for tone in STYLES} | {"server-table--cursor", "server-table--header"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "end(False)", "First", show=False),
        Binding("end,G", "end(True)", "Last", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._directors: tuple[tuple[str, bool], ...] = ()  # names, and whether their figures are fresh
        self._columns: tuple[Column, ...] = ()
        self._wall = 0.0
        self._sampled = 0.0
        self._history: dict[Key, deque[float | None]] = {}
        self._key: Key | None = None  # the server under the cursor
        self._line = 0  # where the cursor is, or was when its server vanished
        self._moved = False  # by the operator
        self._drawn: dict[int, tuple[tuple[Cell, ...], bool, Strip]] = {}
        self._styles: dict[str, Style] = {}

    # --- data down ---

    def show(self, view: ClusterView) -> None:
        """Draw what changed of what can be seen."""
        directors = tuple((director.name, director.state is LinkState.LIVE) for director in view.directors)
        self._wall = view.wall
        self._rows = self._flatten(view)
        if directors != self._directors:
            self._directors = directors
            self._arrange()
        size = Size(self.size.width, len(self._rows) + HEADER)
        if size != self.virtual_size:
            self.virtual_size = size
        self._follow()
        self._refresh_changed()

    def current(self) -> Row | None:
        """The row under the cursor; None when there is none, or its server has vanished."""
        if self._key is None or not 0 <= self._line < len(self._rows):
            return None
        row = self._rows[self._line]
        return row if row.key == self._key else None

    def _flatten(self, view: ClusterView) -> list[Row]:
        sample = view.wall - self._sampled >= 0.9
        if sample:
            self._sampled = view.wall
        rows: list[Row] = []
        history: dict[Key, deque[float | None]] = {}
        for virtual in view.virtual_servers:
            rows.append(Row(virtual, None))
            for real in virtual.real_servers:
                key = (virtual.id, real.id)
                past = self._history.get(key)
                if past is None:
                    past = deque(maxlen=SAMPLES)
                history[key] = past
                if sample:
                    past.append(figures.total(one.connections_per_s for one in real.directors.values()))
                rows.append(Row(virtual, real, past))
        self._history = history
        return rows

    def _follow(self) -> None:
        """Keep the cursor on its server."""
        if not self._moved:  # nobody has chosen yet: the first real server, while the table is still being learnt
            self._line = next((line for line, row in enumerate(self._rows) if row.real is not None), 0)
            self._key = self._rows[self._line].key if self._rows else None
            return
        if self._key is None:
            return
        if self._line < len(self._rows) and self._rows[self._line].key == self._key:
            return
        line = next((line for line, row in enumerate(self._rows) if row.key == self._key), None)
        if line is None:
            self._key = None
        else:
            self._line = line

    # --- drawing ---

    def _arrange(self) -> None:
        self._columns = columns(self._directors, self.size.width) if self.size.width and self._directors else ()
        self._drawn.clear()
        self._styles.clear()
        self.refresh()

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows) + HEADER)
        self._arrange()

    def notify_style_update(self) -> None:
        """Another theme, or other units."""
        super().notify_style_update()
        self._arrange()

    def _refresh_changed(self) -> None:
        top = self.scroll_offset.y
        for y in range(HEADER, self.size.height):
            line = top + y - HEADER
            drawn = self._drawn.get(line)
            if drawn is None:
                if line < len(self._rows) or self._was_longer(line):
                    self.refresh(Region(0, y, self.size.width, 1))
            elif line >= len(self._rows) or drawn[:2] != (self._cells(line), self._is_cursor(line)):
                del self._drawn[line]
                self.refresh(Region(0, y, self.size.width, 1))

    def _was_longer(self, line: int) -> bool:
        return any(drawn >= line for drawn in self._drawn)

    def _is_cursor(self, line: int) -> bool:
        return self._key is not None and line == self._line

    def _cells(self, line: int) -> tuple[Cell, ...]:
        row = self._rows[line]
        return tuple(column.cell(row, self._wall) for column in self._columns)

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self._styles[name] = self.get_component_rich_style(f"server-table--{name}", partial=True)
        return style

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y < HEADER:
            return self._header(y).adjust_cell_length(width).apply_style(self.rich_style)
        line = self.scroll_offset.y + y - HEADER
        if line >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        cells, cursor = self._cells(line), self._is_cursor(line)
        drawn = self._drawn.get(line)
        if drawn is None or drawn[:2] != (cells, cursor):
            if len(self._drawn) > 1000:
                self._drawn.clear()
            strip = self._draw(cells, cursor, virtual=self._rows[line].real is None)
            drawn = self._drawn[line] = (cells, cursor, strip)
        return drawn[2]

    def _header(self, y: int) -> Strip:
        style = self._style("header")
        segments = [Segment(" ", style)]
        if y:
            segments += [
                Segment(_fit(one.title, one.width, right=one.right) + " " * GAP, style) for one in self._columns
            ]
            return Strip(segments)
        for group, members in groupby(self._columns, key=lambda column: column.group):
            together = list(members)
            width = sum(column.width for column in together) + GAP * (len(together) - 1)
            segments.append(Segment(_fit(group, width, right=together[0].right) + " " * GAP, style))
        return Strip(segments)

    def _draw(self, cells: tuple[Cell, ...], cursor: bool, *, virtual: bool) -> Strip:
        base = self.rich_style + (self._style("cursor") if cursor else Style.null())
        bold = Style(bold=True) if virtual else Style.null()
        segments = [Segment("▌" if cursor else " ", base + self._style("accent"))]
        for column, (text, tone) in zip(self._columns, cells, strict=True):
            body = _fit(text, column.width, right=column.right) + " " * GAP
            segments.append(Segment(body, base + self._style(tone) + bold))
        return Strip(segments).extend_cell_length(self.size.width, base).crop(0, self.size.width)

    # --- the cursor ---

    def _go(self, line: int) -> None:
        if not self._rows:
            return
        self._moved = True
        self._line = max(0, min(line, len(self._rows) - 1))
        self._key = self._rows[self._line].key
        height = max(1, self.size.height - HEADER)
        top = self.scroll_offset.y
        if self._line < top:
            self.scroll_to(y=self._line, animate=False)
        elif self._line >= top + height:
            self.scroll_to(y=self._line - height + 1, animate=False)
        self._refresh_changed()

    def action_move(self, lines: int) -> None:
        self._go(self._line + lines)

    def action_page(self, pages: int) -> None:
        self._go(self._line + pages * max(1, self.size.height - HEADER - 1))

    def action_end(self, last: bool) -> None:
        self._go(len(self._rows) - 1 if last else 0)

    def on_click(self, event: events.Click) -> None:
        line = self.scroll_offset.y + event.y - HEADER
        if event.y >= HEADER and line < len(self._rows):
            self._go(line)


def _fit(text: str, width: int, *, right: bool) -> str:
    """Exactly so many cells; what does not fit ends with "…"."""
    text = "".join(char if char.isprintable() else "�" for char in text)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…"
    return " " * (width - length) + text if right else text + " " * (width - length)
