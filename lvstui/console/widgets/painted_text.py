"""Show lines of text in a frame with a title, and draw again only the lines that are others.

Not for: what they say (see `text_panel`, `director_card`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.geometry import Region, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget


class PaintedText(Widget):
    """A widget of lines, each as long as it is wide at the most. It is as high as they are many, where its height is free."""

    CLICKED: ClassVar[str] = ""  # the action that a click on it runs

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Content] = ()
        self._strips: dict[int, Strip] = {}  # that are drawn, by their line
        self._styles: dict[Style, RichStyle] = {}
        self._headed: Content | None = None
        self._heading = False  # is the title all that is another

    def paint(self, title: Content, lines: Sequence[Content]) -> None:
        """Show these; what is shown already is not drawn again."""
        if self._headed is None or not title.is_same(self._headed):
            self._headed = title
            self._heading = self.is_mounted
            self.border_title = title
            self._heading = False
        before, self._lines = self._lines, lines
        others = [y for y, line in enumerate(lines) if y >= len(before) or not line.is_same(before[y])]
        for y in others:
            self._strips.pop(y, None)
        if len(lines) != len(before):
            self.refresh(layout=True)
        elif others:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in others))

    @property
    def content(self) -> Content:
        """Return the whole text."""
        return Content("\n").join(self._lines)

    # --- drawing ---

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if self._heading:  # Textual would draw all of what has another title
            regions = (Region(0, -1, self.size.width, 1),)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines)

    def notify_style_update(self) -> None:
        self._strips.clear()
        self._styles.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._drawn(y)
        return strip

    def _drawn(self, y: int) -> Strip:
        width = self.size.width
        line = self._lines[y] if y < len(self._lines) else Content("")
        selected = None if self.text_selection is None else self.text_selection.get_span(y)
        if selected is not None:
            first, end = selected
            style = Style.from_styles(self.screen.get_component_styles("screen--selection"))
            line = line.stylize(style, first, end if end >= 0 else len(line))
        if line.cell_length > width:
            line = line.truncate(width, ellipsis=True)
        segments = [Segment(text, self._rich(style)) for text, style in line.render(self.visual_style, "", _style)]
        strip = Strip(segments)
        if self.allow_select:
            strip = strip.apply_offsets(0, y)
        return strip.extend_cell_length(width, self.visual_style.rich_style)

    def _rich(self, style: Style) -> RichStyle:
        rich = self._styles.get(style)
        if rich is None:
            rich = self._styles[style] = style.rich_style
        return rich

    # --- the mouse ---

    async def on_click(self) -> None:
        if self.CLICKED and self.text_selection is None:  # else the click ends the selecting of text
            await self.run_action(self.CLICKED)

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        return selection.extract(self.content.plain), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self._strips.clear()
        self.refresh()


def _style(style: str | Style) -> Style:
    """Return a style that may be named by the theme's variables."""
    return Style.parse(style) if isinstance(style, str) else style
