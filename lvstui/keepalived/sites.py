"""Where in the bytes of a file a statement stands, and whether it can be changed there without touching another.

Not for: what to write (see `weights`, `blocks`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvstui.keepalived.lexical import pieces, plain_statements, text_of
from lvstui.keepalived.model import Configuration
from lvstui.keepalived.statements import Expansion, file_and_row
from lvstui.keepalived.syntax import BLANK, Line

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
class Site:
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
        """The line's code up to the statement."""
        return self.line.code[: self.start]

    @property
    def after(self) -> bytes:
        return self.line.code[self.end :]


def refusal(configuration: Configuration, index: int, reason: str, what_to_do: str) -> EditRefused:
    """A refusal at the line of statement `index`."""
    expansion = configuration.expansion
    where = expansion.diagnostic(expansion.places[index], reason)
    return EditRefused(reason, where.path, where.line, what_to_do)


def site_of(expansion: Expansion, index: int) -> Site | None:
    """Where statement `index` stands; None if its line makes other statements than those that are written in it.

    So a line of a definition that is used twice, of a file that is included twice or of a `~SEQ` has no site.
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
    return Site(file, row, line, start + (condition.end() if condition else 0), end, number, len(raw))


def plain_site(expansion: Expansion, index: int) -> Site | None:
    """As `site_of`, but only in a line that means the same wherever it stands, and outside definitions."""
    site = site_of(expansion, index)
    if site is None or plain_statements(site.line) is None or in_definition(expansion, site.file, site.row):
        return None
    return site


def in_definition(expansion: Expansion, file: int, row: int) -> bool:
    """Whether the line before goes on with a `\\`, so that this one may be part of a definition."""
    lines = expansion.trees[file].lines
    return row > 0 and text_of(lines[row - 1]).endswith(b"\\")


def newline_of(expansion: Expansion, file: int, row: int) -> bytes:
    """The newline that the lines there have."""
    lines = expansion.trees[file].lines
    near = (*lines[row : row + 1], *lines[max(row - 1, 0) : row], *lines[:1])
    return next((line.newline for line in near if line.newline.endswith(b"\n")), b"\n")
