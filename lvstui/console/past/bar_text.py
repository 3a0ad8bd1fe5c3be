"""Write the time bar: the whole recorded range as a line of connections per second, its events, the moment, the times.

Pure. Not for: which moment is shown (see `moment.playback`), nor keys and mouse (see `time_bar`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from lvstui.cluster.view import Severity
from lvstui.cluster.views.recorded_range import EventMark, RecordedRange
from lvstui.console.look import braille
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import DIM, SEVERITY, STYLES

_HOLDS = 15.0  # seconds for which a figure of connections per second stands at most, where the machine was busy
_TICKS = (10, 30, 60, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600, 7 * 24 * 3600)  # seconds
_APART = 16  # cells from one time to the next, at least
_GRAVITY = {severity: number for number, severity in enumerate(Severity)}


class TimeScale(NamedTuple):
    """Tell which moments the cells stand for."""

    began: float
    ended: float
    width: int  # cells

    def wall(self, cell: int) -> float:
        """Return the moment of a cell."""
        return self.began + (self.ended - self.began) * min(max(cell, 0), self.width - 1) / max(1, self.width - 1)

    def cell(self, wall: float) -> int:
        """Return the cell of a moment."""
        share = (wall - self.began) / max(1e-6, self.ended - self.began)
        return min(max(round(share * (self.width - 1)), 0), self.width - 1)


def scale_of(known: RecordedRange, width: int) -> TimeScale:
    """Return the scale of the whole range in so many cells."""
    return TimeScale(known.began, max(known.ended, known.began + 1.0), max(1, width))


def lines(known: RecordedRange, at: float, rows: int, width: int, display: Display, now: float) -> list[Content]:
    """Return `rows` lines of the plot, one of the events, and one of the times."""
    scale = scale_of(known, width)
    cursor = scale.cell(at)
    values = _values(known, scale)
    plot = braille.dots([values], width, rows, top(values))
    drawn = [_with_cursor([(char, "$accent") for run in row for char in run.text], cursor) for row in plot]
    return [*drawn, _with_cursor(_events(known, scale), cursor), _times(scale, at, display, now)]


def top(values: Sequence[float | None]) -> float:
    """Return the upper end of the plot's scale: no round number, for the rows are few."""
    return max((value for value in values if value is not None), default=0.0) or 1.0


def highest(known: RecordedRange, width: int) -> float | None:
    """Return the upper end of the scale of a range in so many cells; None: no figure is known."""
    return top(_values(known, scale_of(known, width))) if known.rates else None


def _values(known: RecordedRange, scale: TimeScale) -> list[float | None]:
    """Return one value for each column of dots: the mean, or the figure in whose seconds it is; None: nothing is known."""
    columns = scale.width * braille.COLUMNS
    walls = [point.wall for point in known.rates]
    wide = (scale.ended - scale.began) / columns
    found: list[float | None] = []
    for column in range(columns):
        first = bisect_right(walls, scale.began + column * wide)
        last = bisect_right(walls, scale.began + (column + 1) * wide)
        some = known.rates[first : max(last, first + 1)]
        near = bool(some) and (last > first or some[0].wall - scale.began - (column + 1) * wide < _HOLDS)
        found.append(sum(point.value for point in some) / len(some) if near else None)
    return found


def _events(known: RecordedRange, scale: TimeScale) -> list[tuple[str, str]]:
    """Return the cells of the line of events: the gravest of each, on a rule where there is a recording."""
    cells = [(" ", "")] * scale.width
    for span in known.spans:
        for cell in range(scale.cell(span.began), scale.cell(span.ended) + 1):
            cells[cell] = ("─", DIM)
    gravest: dict[int, EventMark] = {}
    for mark in known.marks:
        cell = scale.cell(mark.wall)
        if cell not in gravest or _GRAVITY[mark.severity] > _GRAVITY[gravest[cell].severity]:
            gravest[cell] = mark
    for cell, mark in gravest.items():
        glyph, tone = SEVERITY[mark.severity]
        cells[cell] = (glyph[0], STYLES[tone])
    return cells


def _with_cursor(cells: Sequence[tuple[str, str]], cursor: int) -> Content:
    """Return the line, the cell of the moment reversed."""
    marked = [
        (char, f"{style} bold reverse".strip() if place == cursor else style)
        for place, (char, style) in enumerate(cells)
    ]
    return Content.assemble(*marked)


def _times(scale: TimeScale, at: float, display: Display, now: float) -> Content:
    """Return the line of the times: that of the moment, the two ends, and round ones between."""
    taken: dict[int, tuple[str, str]] = {}
    first, last = display.moment(scale.began, now, seconds=False), display.moment(scale.ended, now, seconds=False)
    shown = display.moment(at, now)
    cell = scale.cell(at)
    _put(taken, cell - len(shown) // 2, shown, "bold $accent", scale.width)
    _put(taken, 0, first, DIM, scale.width)
    _put(taken, scale.width - len(last), last, DIM, scale.width)
    step = next((one for one in _TICKS if scale.width * one / (scale.ended - scale.began) >= _APART), _TICKS[-1])
    midnight = display.date_and_time(scale.began).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    tick = midnight + ((scale.began - midnight) // step + 1) * step
    while tick < scale.ended:
        text = display.moment(tick, now, seconds=step < 60)
        _put(taken, scale.cell(tick) - len(text) // 2, text, DIM, scale.width)
        tick += step
    return Content.assemble(*(taken.get(place, (" ", "")) for place in range(scale.width)))


def _put(taken: dict[int, tuple[str, str]], begin: int, text: str, style: str, width: int) -> None:
    """Put a text there if it has room beside what is there already."""
    begin = min(max(begin, 0), width - len(text))
    if begin >= 0 and not any(place in taken for place in range(begin - 2, begin + len(text) + 2)):
        taken |= {begin + number: (char, style) for number, char in enumerate(text)}
