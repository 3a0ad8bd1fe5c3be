"""Plots of dots (braille), several lines in one, with an axis. Pure: values in, rows of characters out.

Not for: colours, nor what is plotted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

_BLANK = 0x2800
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # of the left and the right column, from the top
COLUMNS, ROWS = 2, 4  # dots of a character

Values = Sequence[float | None]


class Cell(NamedTuple):
    char: str
    line: int | None  # whose dots these are; None: nobody's


def ceiling(value: float) -> float:
    """The next round number: 1, 2 or 5 with zeros."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(round(step * power, 9) for step in (1, 2, 5, 10) if value <= step * power * (1 + 1e-9))


def binned(values: Values, columns: int) -> list[float | None]:
    """One value for each column, the newest at the right; what has no value yet is None."""
    size = max(1, math.ceil(len(values) / columns))
    kept: list[float | None] = []
    for end in range(len(values), 0, -size):
        known = [value for value in values[max(0, end - size) : end] if value is not None]
        kept.append(sum(known) / len(known) if known else None)
    shown = kept[:columns]
    return [None] * (columns - len(shown)) + shown[::-1]


def span(points: int, columns: int) -> int:
    """How many points the whole width stands for."""
    return columns * max(1, math.ceil(points / columns))


def _levels(shown: Sequence[Values], column: int, top: float, levels: int) -> list[tuple[int, int]]:
    """How many dots high each line is there, and whose it is; the highest first."""
    known = [(values[column], number) for number, values in enumerate(shown)]
    found = [
        (min(levels - 1, max(0, round(value / top * (levels - 1)))), number)
        for value, number in known
        if value is not None
    ]
    found.sort(key=lambda one: (-one[0], one[1]))
    return [one for one in found if one[0] > 0] or found[:1]


def dots(lines: Sequence[Values], width: int, height: int, top: float) -> list[list[Cell]]:
    """`height` rows of `width` characters, each line filled to the bottom; a lower one lies over a higher one.

    A line at the very bottom shows only where no other is: a BACKUP's zeros do not cut the MASTER's hill off.
    """
    bits = [[0] * width for _ in range(height)]
    owners: list[list[int | None]] = [[None] * width for _ in range(height)]
    levels = height * ROWS
    shown = [binned(values, width * COLUMNS) for values in lines]
    for column in range(width * COLUMNS):
        place = column // COLUMNS
        for level, number in _levels(shown, column, top, levels):
            for dot in range(level + 1):
                row, up = height - 1 - dot // ROWS, ROWS - 1 - dot % ROWS
                bits[row][place] |= _DOTS[column % COLUMNS][up]
                owners[row][place] = number
    return [
        [Cell(chr(_BLANK + bit) if bit else " ", owner) for bit, owner in zip(row, owned, strict=True)]
        for row, owned in zip(bits, owners, strict=True)
    ]
