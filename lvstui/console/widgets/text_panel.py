"""Be a panel of the main screen: lines of text in the size that its place has."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size

from lvstui.console.look.glyphs import DIM
from lvstui.console.widgets.painted_text import PaintedText


class TextPanel(PaintedText):
    """A panel in a place of a deck; `lines` writes it in its size."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self._written_in = Size()

    def title(self) -> Content:
        """Return what its frame says."""
        raise NotImplementedError

    def lines(self, width: int, height: int) -> list[Content]:
        """Write it in so many cells and lines, or more lines: what is below is cut off."""
        raise NotImplementedError

    def on_resize(self) -> None:
        super().on_resize()
        self.draw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.size != self._written_in:  # its frame is another; Textual tells of a resize only where the outside is
            self.draw()

    def draw(self) -> None:
        """Draw it as it is now."""
        width, height = self.size
        if width and height:
            self._written_in = self.size
            self.paint(self.title(), stacked(self.lines(width, height), height))


def stacked(lines: Sequence[Content], height: int) -> list[Content]:
    """Return exactly so many lines: the last that is shown ends with "…" where more were cut off."""
    if len(lines) <= height:
        return [*lines, *[Content("")] * (height - len(lines))]
    shown = list(lines[:height])
    if shown:
        shown[-1] = Content.assemble(shown[-1], (" …", DIM))
    return shown


def filled(line: Content, width: int) -> Content:
    """Return the line in exactly so many cells."""
    cut = line.truncate(width, ellipsis=True) if line.cell_length > width else line
    return cut.pad_right(width - cut.cell_length)
