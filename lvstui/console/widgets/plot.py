"""A plot in a frame: one line for each Director, the axis with its unit at the left, the time below.

Not for: where the values come from, nor the dots (see `console.plot`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from lvstui.console import figures, plot
from lvstui.console.plot import Values

COLOURS = ("$accent", "$warning", "$success")
_AXIS = 6  # cells
DIM = "$foreground-muted"


class Plot(Static):
    """`write` gives a value as it is written at the axis, whose top is `least` at the least."""

    def __init__(self, id: str, write: Callable[[float], str], least: float) -> None:
        super().__init__(id=id, markup=False, classes="plot")
        self._write = write
        self._least = least
        self._given: tuple[str, tuple[str, ...], Sequence[Values], float] | None = None

    def show(self, title: str, names: tuple[str, ...], lines: Sequence[Values], step: float) -> None:
        """Each Director's values, oldest first, `step` seconds apart, the last of now."""
        self._given = (title, names, lines, step)
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._given is None or self.size.width <= _AXIS + 4 or self.size.height < 3:
            return
        title, names, lines, step = self._given
        short = [f"d{number}" for number in range(1, len(names) + 1)]
        for mark, known_as in (("━ ", names), ("━ ", short), ("", short)):
            legend = _legend(known_as, lines, self._write, mark)
            if cell_len(title) + sum(cell_len(text) for text, _ in legend) <= self.size.width - 4:
                break
        self.border_title = Content.assemble((title, "bold"), *legend)
        self.update(picture(lines, step, self.size.width, self.size.height, self._write, self._least))


def _legend(
    names: Sequence[str], lines: Sequence[Values], write: Callable[[float], str], mark: str
) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for name, values, colour in zip(names, lines, COLOURS, strict=False):
        last = values[-1] if values else None
        parts.append((f"  {mark}{name} {figures.UNKNOWN if last is None else write(last)}", colour))
    return parts


def picture(
    lines: Sequence[Values], step: float, width: int, height: int, write: Callable[[float], str], least: float
) -> Content:
    """The plot and its axes, in so many cells."""
    known = [value for values in lines for value in values if value is not None]
    if not known:
        return Content.styled("\n" * (height // 2) + "nothing is known yet".center(width), DIM)
    top = plot.ceiling(max(least, *known))
    columns, rows = width - _AXIS, height - 1
    shown = []
    for number, row in enumerate(plot.dots(lines, columns, rows, top)):
        label = write(top) if number == 0 else "0" if number == rows - 1 else ""
        parts: list[tuple[str, str]] = [(f"{label:>{_AXIS - 1}}{'┤' if label else '│'}", DIM)]
        parts += [(cell.char, COLOURS[(cell.line or 0) % len(COLOURS)]) for cell in row]
        shown.append(Content.assemble(*parts))
    points = max(len(values) for values in lines)
    ago = figures.age(plot.span(points, columns * plot.COLUMNS) * step)
    left, now = f"−{ago}", "now"
    gap = columns - len(left) - len(now)
    below = f"{left}{' ' * gap}{now}" if gap > 0 else now.rjust(columns)
    shown.append(Content.styled(" " * _AXIS + below, DIM))
    return Content("\n").join(shown)
