"""Find where in the bytes of a file a statement stands, and whether it can be changed there without touching another.

Not for: what to write (see `block_numbers`, `blocks`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvstui.keepalived.parsing.lexical import pieces, plain_statements, text_of
from lvstui.keepalived.parsing.statements import Expansion, file_and_row
from lvstui.keepalived.parsing.syntax import BLANK, Line
from lvstui.keepalived.reading.model import Configuration

BY_HAND = "Change it by hand."  # what to do where nothing better is known
_CONDITION = re.compile(rb"@[^ \t]+[ \t]+")


class EditRefused(Exception):
    """The edit cannot be made without changing something else, or would not do what was asked. Nothing was changed."""

    def __init__(self, reason: str, path: str, line: int, what_to_do: str) -> None:
        super().__init__(f"{path}:{line}: {reason}; nothing was changed. {what_to_do}")
        self.reason = reason
        self.path = path
        self.line = line  # 1-based
        self.what_to_do = what_to_do


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines first to last (not included) of a file, to be replaced by `data`."""

    file: int
    first: int
    last: int
    data: bytes


@dataclass(frozen=True, slots=True)
class StatementLocation:
    """A statement in the code of its line, at code[start:end]. `alone`: the line's code is nothing else."""

    file: int
    row: int
    line: Line
    start: int
    end: int
    number: int  # of the line's statements, from 0
    total: int

    @property
    def text(self) -> bytes:
        return self.line.code[self.start : self.end]

    @property
    def alone(self) -> bool:
        return self.start == 0 and self.end == len(self.line.code)

    @property
    def before(self) -> bytes:
        """Return the line's code up to the statement."""
        return self.line.code[: self.start]

    @property
    def after(self) -> bytes:
        return self.line.code[self.end :]


def refusal(configuration: Configuration, index: int, reason: str, what_to_do: str) -> EditRefused:
    """Return a refusal at the line of statement `index`."""
    expansion = configuration.expansion
    where = expansion.diagnostic(expansion.places[index], reason)
    return EditRefused(reason, where.path, where.line, what_to_do)


def location_of(expansion: Expansion, index: int) -> StatementLocation | None:
    """Return where statement `index` stands; None if its line makes other statements than those that are written in it.

    So a line of a definition that is used twice, of a file that is included twice or of a `~SEQ` has none.
    """
    if index >= len(expansion.places):
        return None
    place = expansion.places[index]
    file, row = file_and_row(place)
    line = expansion.trees[file].lines[row]
    raw = [(start, piece) for start, piece in pieces(line.code) if piece.strip(b"\\" + BLANK)]
    if expansion.made[file][row] != len(raw) or line.code.startswith(b"~"):
        return None
    first = expansion.places.index(place, max(0, index - len(raw)))
    if expansion.places[first : first + len(raw)].tolist() != [place] * len(raw):
        return None
    number = index - first
    if not 0 <= number < len(raw):
        return None
    start, piece = raw[number]
    condition = _CONDITION.match(piece)
    end = start + len(piece)
    return StatementLocation(file, row, line, start + (condition.end() if condition else 0), end, number, len(raw))


def plain_location(expansion: Expansion, index: int) -> StatementLocation | None:
    """Return the same as `location_of`, but only in a line that means the same wherever it stands, and outside definitions."""
    location = location_of(expansion, index)
    if (
        location is None
        or plain_statements(location.line, expansion.dialect) is None
        or in_definition(expansion, location.file, location.row)
    ):
        return None
    return location


def in_definition(expansion: Expansion, file: int, row: int) -> bool:
    """Return True if the line before goes on with a `\\`, so that this one may be part of a definition."""
    lines = expansion.trees[file].lines
    return row > 0 and text_of(lines[row - 1], expansion.dialect).endswith(b"\\")


def newline_of(expansion: Expansion, file: int, row: int) -> bytes:
    """Return the newline that the lines there have."""
    lines = expansion.trees[file].lines
    near = (*lines[row : row + 1], *lines[max(row - 1, 0) : row], *lines[:1])
    return next((line.newline for line in near if line.newline.endswith(b"\n")), b"\n")
