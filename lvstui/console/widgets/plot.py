"""Draw a plot in a frame: one line for each Director, the axis with its unit at the left, the time below.

Not for: where the values come from, nor the dots (see `console.look.braille`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.console.look import braille, formatting
from lvstui.console.look.braille import Values
from lvstui.console.look.glyphs import DIM

COLOURS = ("$accent", "$secondary")  # of no tone: no Director is the one in trouble
_AXIS = 6  # cells

Parts = list[tuple[str, str]]
"""A line of text, each part with its style."""


class Plot(Static):
    """A plot whose axis has its top at `least` at the least."""

    def __init__(self, id: str, least: float) -> None:
        super().__init__(id=id, markup=False, classes="plot")
        self._least = least
        self._largest = 0.0
        self._given: tuple[str, tuple[str, ...], Sequence[Values], PlotRange, Callable[[float], str]] | None = None

    def show(
        self,
        title: str,
        names: tuple[str, ...],
        lines: Sequence[Values],
        over: PlotRange,
        write: Callable[[float], str],
        largest: float = 0.0,
    ) -> None:
        """Draw each Director's values `over` that time, oldest first, the last of now; `write` one at the axis.

        `largest`: what the axis has room for besides, so that plots of one virtual server can be compared.
        """
        self._largest = largest
        self._given = (title, names, lines, over, write)
        self._draw()

    async def on_click(self) -> None:
        """Show the next range."""
        await self.run_action("app.do('plot_range')")

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._given is None or self.size.width <= _AXIS + 4 or self.size.height < 3:
            return
        title, names, lines, over, write = self._given
        short = [f"d{number}" for number in range(1, len(names) + 1)]
        for mark, known_as in (("━ ", names), ("━ ", short), ("", short)):
            legend = _legend(known_as, lines, write, mark)
            if cell_len(title) + sum(cell_len(text) for text, _ in legend) <= self.size.width - 4:
                break
        self.border_title = Content.assemble((title, "bold"), *legend)
        shown = picture(
            lines, over.step, self.size.width, self.size.height, write, max(self._least, self._largest), over.points
        )
        self.update(Content("\n").join(Content.assemble(*parts) for parts in shown), layout=False)


def _legend(names: Sequence[str], lines: Sequence[Values], write: Callable[[float], str], mark: str) -> Parts:
    parts: Parts = []
    for name, values, colour in zip(names, lines, COLOURS, strict=False):
        last = values[-1] if values else None
        parts.append((f"  {mark}{name} {formatting.UNKNOWN if last is None else write(last)}", colour))
    return parts


def picture(
    lines: Sequence[Values],
    step: float,
    width: int,
    height: int,
    write: Callable[[float], str],
    least: float,
    points: int | None = None,
) -> list[Parts]:
    """Return the lines of the plot with its axes, so many cells wide. `points`: what the width stands for; None: all."""
    known = [value for values in lines for value in values if value is not None]
    if not known:
        shown = [[(" " * width, DIM)] for _ in range(height)]
        shown[height // 2] = [("no data yet".center(width)[:width], DIM)]
        return shown
    top = braille.ceiling(max(least, *known))
    columns, rows = width - _AXIS, height - 1
    shown = []
    for number, row in enumerate(braille.dots(lines, columns, rows, top, points)):
        label = write(top) if number == 0 else "0" if number == rows - 1 else ""
        axis = (f"{label:>{_AXIS - 1}}{'┤' if label else '│'}", DIM)
        shown.append([axis, *((text, DIM if line is None else COLOURS[line % len(COLOURS)]) for text, line in row)])
    told = points or braille.span(max(len(values) for values in lines), columns * braille.COLUMNS)
    ago = formatting.age(told * step)
    left, now = f"−{ago}", "now"
    gap = columns - len(left) - len(now)
    below = f"{left}{' ' * gap}{now}" if gap > 0 else now.rjust(columns)
    shown.append([(" " * _AXIS + below, DIM)])
    return shown
