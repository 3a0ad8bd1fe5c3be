"""What an expansion gives: all statements in reading order, each with its place; and what it needs, a Reader.

Not for: making them (see `expand`).
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from lvstui.keepalived.syntax import Diagnostic, Line, Tree

OPEN, CLOSE = b"{", b"}"
_ROW_BITS = 28  # a place is file << _ROW_BITS | row
_ROW = (1 << _ROW_BITS) - 1


class Reader(Protocol):
    """Gives the bytes of files; this package never touches the disk."""

    def glob(self, pattern: str) -> Sequence[str]:
        """The paths that match, in the order of glob(3): regular files without an x bit only."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises FileNotFoundError."""
        ...


def place_of(file: int, row: int) -> int:
    """The place of line `row` (0-based) of file number `file`."""
    return file << _ROW_BITS | row


def file_and_row(place: int) -> tuple[int, int]:
    """The file's number and the row (0-based) of a place."""
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

    @cached_property
    def made(self) -> Sequence[Sequence[int]]:
        """How many statements each row of each file has made."""
        counts = [array("L", bytes(array("L").itemsize * len(tree.lines))) for tree in self.trees]
        for place in self.places:
            counts[place >> _ROW_BITS][place & _ROW] += 1
        return counts

    def diagnostic(self, place: int, message: str, word: bytes = b"") -> Diagnostic:
        """A diagnostic at a place; `word`, where it stands in that line, gives the column."""
        file, row = file_and_row(place)
        tree = self.trees[file]
        line = tree.lines[row] if row < len(tree.lines) else Line(b"", b"", b"", b"", b"")
        column = max(line.body.find(word), 0) if word else len(line.indent)
        return Diagnostic(tree.path, tree.number(row), column + 1, message)
