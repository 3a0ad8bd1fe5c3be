"""Take a unified diff apart again: what was where before, and what is there now. Reads what `diff` writes.

Not for: making the diff (see `diff`), nor whether taking it back means what it should (see `undo`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lvstui.keepalived.editing.diff import split

_HUNK = re.compile(rb"@@ -\d+,(?P<old>\d+) \+(?P<at>\d+),(?P<new>\d+) @@\n")
_NO_NEWLINE = b"\\ No newline at end of file\n"
_CONTEXT = 3  # lines


@dataclass(frozen=True, slots=True)
class ReplacedLines:
    """Lines in a row that a diff replaced.

    `row` is where they are in the new file, from 0; `new` is empty where it took lines out."""

    row: int
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]
    before: tuple[bytes, ...]  # lines of context just above
    after: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class FilePatch:
    """The lines that a diff replaced in one file."""

    path: str
    blocks: tuple[ReplacedLines, ...]


def parse(diff: bytes) -> tuple[FilePatch, ...]:
    """Return the files of a diff, in order. Raises ValueError for what is no such diff."""
    lines = split(diff)
    files: list[FilePatch] = []
    position = 0
    while position < len(lines):
        if not lines[position].startswith(b"--- ") or not lines[position + 1 : position + 2]:
            raise ValueError(f"line {position + 1} of the diff is not the name of a file")
        path = lines[position + 1][4:].rstrip(b"\n").removesuffix(b"\t").decode(errors="surrogateescape")
        position += 2
        blocks: list[ReplacedLines] = []
        while position < len(lines) and (head := _HUNK.fullmatch(lines[position])) is not None:
            body, position = _body(lines, position + 1, int(head["old"]), int(head["new"]))
            start = int(head["at"]) - (int(head["new"]) > 0)
            blocks += _blocks(body, start)
        if not blocks:
            raise ValueError(f"line {position + 1} of the diff is no hunk")
        files.append(FilePatch(path, tuple(blocks)))
    return tuple(files)


def _body(lines: Sequence[bytes], position: int, old: int, new: int) -> tuple[list[tuple[bytes, bytes]], int]:
    """Return a hunk's lines with their signs; they are counted, because a line taken out may look like a file's name."""
    body: list[tuple[bytes, bytes]] = []
    while old or new or lines[position : position + 1] == [_NO_NEWLINE]:
        if position == len(lines):
            raise ValueError("the diff ends in the middle of a hunk")
        line = lines[position]
        position += 1
        if line == _NO_NEWLINE and body:
            body[-1] = (body[-1][0], body[-1][1].removesuffix(b"\n"))
            continue
        sign = line[:1]
        if sign not in (b" ", b"-", b"+"):
            raise ValueError(f"line {position} of the diff has no sign")
        old -= sign != b"+"
        new -= sign != b"-"
        if min(old, new) < 0:
            raise ValueError(f"line {position} of the diff is one too many")
        body.append((sign, line[1:]))
    return body, position


def _blocks(body: Sequence[tuple[bytes, bytes]], row: int) -> Iterator[ReplacedLines]:
    index = 0
    while index < len(body):
        if body[index][0] == b" ":
            index, row = index + 1, row + 1
            continue
        end = index
        while end < len(body) and body[end][0] != b" ":
            end += 1
        old = tuple(text for sign, text in body[index:end] if sign == b"-")
        new = tuple(text for sign, text in body[index:end] if sign == b"+")
        yield ReplacedLines(row, old, new, _above(body, index), _below(body, end))
        index, row = end, row + len(new)


def _above(body: Sequence[tuple[bytes, bytes]], index: int) -> tuple[bytes, ...]:
    found: list[bytes] = []
    while index and body[index - 1][0] == b" " and len(found) < _CONTEXT:
        index -= 1
        found.insert(0, body[index][1])
    return tuple(found)


def _below(body: Sequence[tuple[bytes, bytes]], index: int) -> tuple[bytes, ...]:
    found: list[bytes] = []
    while index < len(body) and body[index][0] == b" " and len(found) < _CONTEXT:
        found.append(body[index][1])
        index += 1
    return tuple(found)
