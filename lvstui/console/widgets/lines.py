"""Draw a list of lines that scrolls, with or without a cursor; a huge file costs what is visible of it.

Not for: what the lines say. It is given lines of parts, each a text and the name of its style.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lvstui.cluster.text import visible
from lvstui.console.look.glyphs import CURSOR, STYLES

Part = tuple[str, str]  # text, style
Line = Sequence[Part]
INKS = ("blank", "keyword", "value", "quoted", "brace", "comment", "secret")
OTHERS = ("number", "cursor", "found", "head")


class Lines(ScrollView, can_focus=True):
    """A list of lines, which are given as parts."""

    STAYS: ClassVar[bool] = False  # is the cursor shown without the focus
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{name}" for name in (*STYLES, *INKS, *OTHERS)}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "end(False)", "First", show=False),
        Binding("end,G", "end(True)", "Last", show=False),
        Binding("left", "sideways(-8)", "Left", show=False),
        Binding("right", "sideways(8)", "Right", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    @dataclass
    class CursorMoved(Message):
        """The cursor is on another line."""

        lines: Lines
        line: int

        @property
        def control(self) -> Lines:
            return self.lines

    @dataclass
    class Chosen(Message):
        """Enter was pressed, or a line clicked twice."""

        lines: Lines
        line: int

        @property
        def control(self) -> Lines:
            return self.lines

    def __init__(self, *, cursor: bool, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Line] = ()
        self._version: Hashable = None
        self._cursor = cursor
        self._shift = 0  # cells to the left that are not shown
        self._away = False  # has the operator scrolled away from the cursor
        self._styles: dict[str, Style] = {}
        self.line = 0
        self.lost = False
        """Hold whether what the cursor was on has vanished: it is on no line until the operator moves it."""

    def show(self, lines: Sequence[Line], version: Hashable = None) -> None:
        """Draw these. Nothing is done when `version` says that they are those of before."""
        if version is not None and version == self._version:
            return
        self._version, self._lines = version, lines
        self.line = max(0, min(self.line, len(lines) - 1))
        self._measure()
        self.refresh()

    def go(self, line: int) -> None:
        """Put the cursor there, and show it with what is around it."""
        if not self._lines:
            return
        moved = self._put(line) or self.lost
        line, self._away, self.lost = self.line, False, False
        height, top = max(1, self.size.height), self.scroll_offset.y
        if not top <= line < top + height:
            near = line == top - 1 or line == top + height  # one step beyond: no jump
            y = (line if line < top else line - height + 1) if near else line - height // 3
            self.scroll_to(y=max(0, y), animate=False, force=True)  # before there is a bar, too
        if moved:
            self.post_message(self.CursorMoved(self, line))

    def follow(self, line: int) -> None:
        """Keep the cursor on what is in that line by now, in sight unless the operator has scrolled away from it."""
        if not self._away:
            self.go(line)
        elif self._lines and (self._put(line) or self.lost):
            self.lost = False
            self.post_message(self.CursorMoved(self, self.line))

    def lose(self) -> None:
        """Take the cursor off the lines: what it was on is in none of them."""
        if not self.lost:
            self.lost = True
            self.refresh()

    def _put(self, line: int) -> bool:
        before, self.line = self.line, max(0, min(line, len(self._lines) - 1))
        self.refresh()
        return self.line != before

    def in_sight(self) -> bool:
        """Return True if the cursor's line is among those that are shown."""
        return self.scroll_offset.y <= self.line < self.scroll_offset.y + max(1, self.size.height)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._away = not self.in_sight()

    def on_resize(self) -> None:
        self._measure()
        if self._cursor and not self.lost:
            self.follow(self.line)

    def _measure(self) -> None:
        size = Size(self.size.width, len(self._lines))
        if size != self.virtual_size:
            self.virtual_size = size

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self._styles[name] = self.get_component_rich_style(f"lines--{name}", partial=True)
        return style

    def render_line(self, y: int) -> Strip:
        width, line = self.size.width, self.scroll_offset.y + y
        base = self.rich_style
        if line >= len(self._lines):
            return Strip.blank(width, base)
        edge = Segment(" ", base)
        if self._cursor and line == self.line and not self.lost and (self.has_focus or self.STAYS):
            base += self._style("cursor")
            edge = Segment(CURSOR, base + self._style("accent"))
        segments = [Segment(visible(text), base + self._style(name)) for text, name in self._lines[line]]
        strip = _cut(
            Strip(segments).crop(self._shift),
            self.scrollable_content_region.width - self._cursor,
            base + self._style("dim"),
        )
        if self._cursor:
            strip = Strip.join([Strip([edge]), strip])
        return strip.adjust_cell_length(width, base)

    # --- keys and mouse ---

    def action_move(self, lines: int) -> None:
        if self._cursor:
            self.go(self.line + lines)
        else:
            self.scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        step = pages * max(1, self.size.height - 1)
        if self._cursor:
            self.go(self.line + step)
        else:
            self.scroll_relative(y=step, animate=False)

    def action_end(self, last: bool) -> None:
        if self._cursor:
            self.go(len(self._lines) - 1 if last else 0)
        elif last:
            self.scroll_end(animate=False)
        else:
            self.scroll_home(animate=False)

    def action_sideways(self, cells: int) -> None:
        """Scroll to the side."""
        self._shift = max(0, min(self._shift + cells, 1000))
        self.refresh()

    def action_choose(self) -> None:
        if self._cursor and self._lines and not self.lost:
            self.post_message(self.Chosen(self, self.line))

    def on_click(self, event: events.Click) -> None:
        line = self.scroll_offset.y + event.y
        if self._cursor and line < len(self._lines):
            self.go(line)
            if event.chain > 1:
                self.action_choose()


def _cut(strip: Strip, width: int, style: Style) -> Strip:
    """Return the strip in so many cells at the most; one that loses a text to that says so."""
    if strip.cell_length <= width or strip.crop(width).text.isspace():
        return strip
    return Strip.join([strip.crop(0, width - 1), Strip([Segment("…", style)])])
