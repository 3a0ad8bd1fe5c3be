"""Hold all statements in reading order, each with its place; and say what reading them needs, a FileReader.

Not for: making them (see `expand`).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from lvstui.keepalived.parsing.dialect import Dialect, dialect_of
from lvstui.keepalived.parsing.syntax import Diagnostic, Line, Tree

OPEN, CLOSE = b"{", b"}"
_ROW_BITS = 28  # a place is file << _ROW_BITS | row
_ROW = (1 << _ROW_BITS) - 1


class FileReader(Protocol):
    """Gives the bytes of files; this package never touches the disk."""

    def glob(self, pattern: str) -> Sequence[str]:
        """Return the paths that match, in the order of glob(3): regular files without an x bit only."""
        ...

    def read(self, path: str) -> bytes:
        """Return the bytes of a file. Raises FileNotFoundError."""
        ...


def place_of(file: int, row: int) -> int:
    """Return the place of line `row` (0-based) of file number `file`."""
    return file << _ROW_BITS | row


def file_and_row(place: int) -> tuple[int, int]:
    """Return the file's number and the row (0-based) of a place."""
    return place >> _ROW_BITS, place & _ROW


@dataclass(frozen=True, eq=False)
class Expansion:
    """All statements, in reading order; statement i has words[i] and stands at places[i]."""

    words: list[list[bytes]]
    places: array[int]
    trees: tuple[Tree, ...]  # the files by number, the main one first
    include_patterns: tuple[str, ...]
    complaints: tuple[tuple[int, str], ...]  # place and message
    # By id() of a line of the trees: its statements, where they are the same wherever it stands; None: they are not.
    plain: Mapping[int, list[list[bytes]] | None] = field(default_factory=dict, repr=False)
    unclosed: frozenset[int] = frozenset()  # statements that a quote which is never closed cut short
    fatals: tuple[tuple[int, str], ...] = ()  # places at which keepalived does not start, and why
    dialect: Dialect = field(default_factory=lambda: dialect_of(None))  # by which the lines were read

    @cached_property
    def made(self) -> Sequence[Sequence[int]]:
        """Return how many statements each row of each file has made."""
        counts = [array("L", bytes(array("L").itemsize * len(tree.lines))) for tree in self.trees]
        for place in self.places:
            counts[place >> _ROW_BITS][place & _ROW] += 1
        return counts

    def comment(self, index: int) -> bytes:
        """Return the comment of the line in which statement `index` stands."""
        file, row = file_and_row(self.places[index])
        return self.trees[file].lines[row].comment

    def path_and_line(self, index: int) -> tuple[str, int]:
        """Return the file and the line, 1-based, in which statement `index` stands."""
        file, row = file_and_row(self.places[index])
        tree = self.trees[file]
        return tree.path, tree.number(row)

    def diagnostic(self, place: int, message: str, word: bytes = b"") -> Diagnostic:
        """Return a diagnostic at a place; `word`, where it stands in that line, gives the column."""
        file, row = file_and_row(place)
        tree = self.trees[file]
        line = tree.lines[row] if row < len(tree.lines) else Line(b"", b"", b"", b"", b"")
        column = max(line.body.find(word), 0) if word else len(line.indent)
        return Diagnostic(tree.path, tree.number(row), column + 1, message)
