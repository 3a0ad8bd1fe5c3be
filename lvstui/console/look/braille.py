"""Plot lines with dots (braille), several in one plot. Pure: values in, rows of characters out.

Not for: colours, nor what is plotted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

_BLANK = 0x2800
_FILLED = ((0, 0x40, 0x44, 0x46, 0x47), (0, 0x80, 0xA0, 0xB0, 0xB8))  # left and right column, filled from the bottom
COLUMNS, ROWS = 2, 4  # dots of a character

Values = Sequence[float | None]


class Run(NamedTuple):
    """Characters side by side of one line of a plot."""

    text: str
    line: int | None  # whose dots these are; None: nobody's


def ceiling(value: float) -> float:
    """Return the next round number: 1, 2 or 5 with zeros."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(round(step * power, 9) for step in (1, 2, 5, 10) if value <= step * power * (1 + 1e-9))


def binned(values: Values, columns: int) -> list[float | None]:
    """Return one value for each column, the newest at the right; None before the first."""
    size = max(1, math.ceil(len(values) / columns))
    kept: list[float | None] = []
    for end in range(len(values), 0, -size):
        known = [value for value in values[max(0, end - size) : end] if value is not None]
        kept.append(sum(known) / len(known) if known else None)
    shown = kept[:columns]
    return [None] * (columns - len(shown)) + shown[::-1]


def stretched(values: Values, columns: int, points: int) -> list[float | None]:
    """Return one value for each column, where all columns together stand for so many points; the newest at the right."""
    missing, count = points - len(values), len(values)
    shown: list[float | None] = []
    for column in range(columns):
        begin = column * points // columns - missing
        end = max(begin + 1, (column + 1) * points // columns - missing)
        if end == begin + 1:
            shown.append(values[begin] if 0 <= begin < count else None)
            continue
        known = [value for value in values[max(0, begin) : max(0, end)] if value is not None]
        shown.append(sum(known) / len(known) if known else None)
    return shown


def span(points: int, columns: int) -> int:
    """Return how many points the whole width stands for."""
    return columns * max(1, math.ceil(points / columns))


def _levels(values: Values, top: float, levels: int) -> list[int]:
    """Return how many dots above the base line it is in each column, and little is not nothing; -1 where it is not known."""
    most = levels - 1
    return [-1 if value is None else min(most, max(int(value > 0), round(value / top * most))) for value in values]


def _highest_first(levels: Sequence[Sequence[int]], column: int) -> list[tuple[int, int]]:
    """Return how high each line that is above the base line is there, and which line it is."""
    found = [(one[column], number) for number, one in enumerate(levels) if one[column] > 0]
    found.sort(key=lambda one: (-one[0], one[1]))
    return found


def dots(lines: Sequence[Values], width: int, height: int, top: float, points: int | None = None) -> list[list[Run]]:
    """Return `height` rows of `width` characters, each line filled to the bottom; a lower one lies over a higher one.

    A line at the very bottom is nobody's, a base line, and shows only where no other is: a BACKUP's zeros do not cut the
    MASTER's hill off. `points`: what the whole width stands for; None: as many as there are.
    """
    columns = width * COLUMNS
    shown = [binned(one, columns) if points is None else stretched(one, columns, points) for one in lines]
    levels = [_levels(one, top, height * ROWS) for one in shown]
    heights = [max(column) + 1 for column in zip(*levels, strict=True)] if levels else [0] * columns
    owned = [_highest_first(levels, column) for column in range(columns)]
    return [_row(heights, owned, (height - 1 - row) * ROWS) for row in range(height)]


def _row(heights: Sequence[int], owned: Sequence[Sequence[tuple[int, int]]], base: int) -> list[Run]:
    """Return the row of characters whose lowest dots are `base` dots above the bottom."""
    if max(heights) <= base:
        return [Run(" " * (len(heights) // COLUMNS), None)]
    cells: list[tuple[str, int | None]] = []
    for column in range(0, len(heights), COLUMNS):
        left, right = heights[column] - base, heights[column + 1] - base
        if left <= 0 and right <= 0:
            cells.append((" ", None))
            continue
        covering = [number for one in owned[column : column + COLUMNS] for level, number in one if level >= base]
        dots = _FILLED[0][min(max(left, 0), ROWS)] + _FILLED[1][min(max(right, 0), ROWS)]
        cells.append((chr(_BLANK + dots), covering[-1] if covering else None))
    return [Run("".join(char for char, _ in some), line) for line, some in groupby(cells, key=lambda cell: cell[1])]
