"""Draw boxes and lines on a sheet of cells. Pure. Not for: what is drawn, nor for text that is longer than the sheet."""

from __future__ import annotations

from itertools import groupby

from rich.cells import cell_len, chop_cells

from lvstui.cluster.text import visible
from lvstui.console.widgets.lines import Line


class Canvas:
    """A sheet of cells."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._cells: list[list[tuple[str, str]]] = [[(" ", "plain")] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, style: str) -> int:
        """Write from x on, what fits. Return the x after it."""
        for char in chop_cells(visible(text), 1) if cell_len(text) != len(text) else visible(text):
            wide = cell_len(char)
            if wide == 0:
                continue
            if not 0 <= y < self.height or x < 0 or x + wide > self.width:
                break
            self._cells[y][x] = (char, style)
            for more in range(1, wide):
                self._cells[y][x + more] = ("", style)
            x += wide
        return x

    def across(self, y: int, left: int, right: int, char: str, style: str) -> None:
        """Draw a horizontal line, both ends included."""
        for x in range(min(left, right), max(left, right) + 1):
            self.put(x, y, char, style)

    def down(self, x: int, top: int, bottom: int, char: str, style: str) -> None:
        """Draw a vertical line, both ends included."""
        for y in range(top, bottom + 1):
            self.put(x, y, char, style)

    def box(self, x: int, y: int, width: int, height: int, style: str) -> None:
        """Draw a frame with round corners."""
        self.across(y, x + 1, x + width - 2, "─", style)
        self.across(y + height - 1, x + 1, x + width - 2, "─", style)
        self.down(x, y + 1, y + height - 2, "│", style)
        self.down(x + width - 1, y + 1, y + height - 2, "│", style)
        for corner, at_x, at_y in (
            ("╭", x, y),
            ("╮", x + width - 1, y),
            ("╰", x, y + height - 1),
            ("╯", x + width - 1, y + height - 1),
        ):
            self.put(at_x, at_y, corner, style)

    def lines(self) -> list[Line]:
        """Return what was drawn, as lines of parts."""
        return [
            [("".join(char for char, _ in run), style) for style, run in groupby(row, key=lambda cell: cell[1])]
            for row in self._cells
        ]
