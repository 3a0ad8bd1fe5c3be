"""The lines of the table on the screen, and the cursor: drawn line by line, so that ten thousand cost what the visible ones do.

The cursor stays with the server that it is on, wherever that goes, and on none when that server vanishes.

Not for: which lines there are (see `console.listing`), their cells (see `columns`), what the operator does to them (see
`server_table`).
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lvstui.cluster.view import ClusterView, DrainView, LinkState, VirtualServerView
from lvstui.console.listing import Choice, Key, Listing, Row
from lvstui.console.marking import Marks
from lvstui.console.marks import STYLES
from lvstui.console.trends import Trends
from lvstui.console.widgets.columns import Column, Moment, columns
from lvstui.console.widgets.table_lines import Line, Lines

HEADER = 2  # lines that do not scroll


class TableView(ScrollView, can_focus=True):
    COMPONENT_CLASSES = {f"server-table--{tone}" for tone in STYLES} | {
        "server-table--cursor",
        "server-table--marked",
        "server-table--header",
    }

    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing()
        self.choice = Choice()
        self._marks = Marks()
        self._servers: tuple[VirtualServerView, ...] = ()
        self._sides: tuple[tuple[str, bool], ...] = ()  # Directors, and whether their figures are fresh
        self._columns: tuple[Column, ...] = ()
        self._moment = Moment(0.0, Trends())
        self._key: Key | None = None  # the server under the cursor
        self._line = 0  # where the cursor is, or was when its server vanished
        self._moved = False  # by the operator
        self._bottom = 0  # lines when last drawn
        self._lines = Lines(self._component)

    def _component(self, name: str) -> Style:
        """Opaque: a line of the table is not blended with what is under it when it is drawn."""
        style = self.get_component_rich_style(f"server-table--{name}", partial=True)
        background = self.get_component_styles(f"server-table--{name}").background
        if 0 < background.a < 1:
            style += Style(bgcolor=(self.background_colors[1] + background).rich_color)
        return style

    def current(self) -> Row | None:
        """The row under the cursor; None when there is none, or its server has vanished or is filtered out."""
        if self._key is None or not 0 <= self._line < len(self.listing):
            return None
        row = self.listing.row(self._line)
        return row if row.key == self._key else None

    # --- data down ---

    def sample(self, view: ClusterView) -> Iterator[None]:
        """What the sparklines are drawn from, before `show`; in pieces, as with thousands of real servers it takes a while."""
        return self._moment.trends.add(view.virtual_servers, view.wall)

    def show(self, view: ClusterView) -> None:
        """Draw what changed of what can be seen."""
        sides = tuple((director.name, director.state is LinkState.LIVE) for director in view.directors)
        self._servers = view.virtual_servers
        drains: dict[Key, DrainView] = {(drain.virtual_server, drain.real_server): drain for drain in view.drains}
        self._moment = Moment(view.wall, self._moment.trends, drains, self.choice.folded)
        if self._marks.keys:
            self._marks.forget({(real.virtual_server, real.id) for one in self._servers for real in one.real_servers})
        if sides != self._sides:
            self._sides = sides
            self._arrange()
        self._list()

    def _list(self) -> None:
        self.listing.show(self._servers, self.choice, self._moment.wall)
        self._listed()

    def _listed(self) -> None:
        """The lines are other ones."""
        size = Size(self.size.width, len(self.listing) + HEADER)
        if size != self.virtual_size:
            self.virtual_size = size
        self._follow()
        self._refresh_changed()

    def _follow(self) -> None:
        """Keep the cursor on its server."""
        if not self._moved:  # nobody has chosen yet: the first real server, while the table is still being learnt
            first = min(1, len(self.listing) - 1)
            if first == 1 and self.choice.flat:
                first = 0
            self._line = max(0, first)
            self._key = self.listing.row(self._line).key if len(self.listing) else None
        elif self._key is not None:
            line = self.listing.line(self._key, self._line)
            if line is None:
                self._key = None
            else:
                self._line = line

    # --- drawing ---

    def _arrange(self) -> None:
        width = self.size.width
        self._columns = columns(self._sides, width, flat=self.choice.flat) if width and self._sides else ()
        self._lines.forget()
        self.refresh()

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.listing) + HEADER)
        self._arrange()

    def notify_style_update(self) -> None:
        """Another theme, or other units."""
        super().notify_style_update()
        self._arrange()

    def _refresh_changed(self) -> None:
        top, bottom = self.scroll_offset.y, max(self._bottom, len(self.listing))
        self._bottom = len(self.listing)
        for number in range(top, min(top + self.size.height - HEADER, bottom)):
            line = self._at(number) if number < len(self.listing) else None
            if line is None or not self._lines.shows(number, line):
                self._lines.drop(number)
                self.refresh(Region(0, number - top + HEADER, self.size.width, 1))

    def _at(self, number: int) -> Line:
        row, moment = self.listing.row(number), self._moment
        cells = tuple([column.cell(row, moment) for column in self._columns])
        cursor = self._key is not None and number == self._line
        return Line(cells, cursor, row.key in self._marks, row.real is None)

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        if y < HEADER:
            strip = self._lines.header(y, self._columns, self.choice.order)
            return strip.adjust_cell_length(width).apply_style(style)
        number = self.scroll_offset.y + y - HEADER
        if number >= len(self.listing):
            text = f"   {self._nothing()}" if number == 0 else ""
            return Strip([Segment(text, style + self._component("dim"))]).adjust_cell_length(width, style)
        return self._lines.strip(number, self._at(number), self._columns, width, style)

    def _nothing(self) -> str:
        """Why there is no line."""
        if not self._sides:
            return ""
        if self._servers:
            return "no real server is as the filter says: Escape clears it"
        return "no virtual server is known: none in the files, none in the kernels"

    # --- the cursor ---

    def _go(self, line: int, *, chosen: bool = True) -> None:
        if not len(self.listing):
            return
        self._moved = chosen
        self._line = max(0, min(line, len(self.listing) - 1))
        self._key = self.listing.row(self._line).key
        height = max(1, self.size.height - HEADER)
        top = self.scroll_offset.y
        if self._line < top:
            self.scroll_to(y=self._line, animate=False)
        elif self._line >= top + height:
            self.scroll_to(y=self._line - height + 1, animate=False)
        self._refresh_changed()
