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


def dots(lines: Sequence[Values], width: int, height: int, top: float) -> list[list[Cell]]:
    """`height` rows of `width` characters; the first line lies over the others."""
    bits = [[0] * width for _ in range(height)]
    owners: list[list[int | None]] = [[None] * width for _ in range(height)]
    levels = height * ROWS
    for number in range(len(lines) - 1, -1, -1):
        before: int | None = None
        for column, value in enumerate(binned(lines[number], width * COLUMNS)):
            if value is None:
                before = None
                continue
            level = min(levels - 1, max(0, round(value / top * (levels - 1))))
            low, high = (level, level) if before is None else sorted((before, level))
            for dot in range(low, high + 1):
                row, up = height - 1 - dot // ROWS, ROWS - 1 - dot % ROWS
                place = column // COLUMNS
                if owners[row][place] not in (None, number):
                    bits[row][place] = 0  # a character has one colour
                owners[row][place] = number
                bits[row][place] |= _DOTS[column % COLUMNS][up]
            before = level
    return [
        [Cell(chr(_BLANK + bit) if bit else " ", owner) for bit, owner in zip(row, owned, strict=True)]
        for row, owned in zip(bits, owners, strict=True)
    ]
