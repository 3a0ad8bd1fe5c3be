"""Show a unified diff: the lines' numbers, what was taken out and put in, and of a changed line what changed.

Pure: text in, text out. Not for: making diffs (see the plan), nor for applying them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from textual.content import Content

from lvstui.cluster.text import plain
from lvstui.console.look.paragraphs import NARROWEST

DIM = "$foreground-muted"
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_WORDS = re.compile(r"\s+|\S+")
_LONGEST = 300  # characters of a line that are shown


class DiffLine(NamedTuple):
    """A line of a hunk."""

    sign: Literal[" ", "-", "+"]
    number: int  # in the file as it is for what is taken out, as it will be for the rest
    text: str


@dataclass(frozen=True)
class FileDiff:
    """The part of a unified diff that is of one file."""

    path: str
    hunks: tuple[tuple[DiffLine, ...], ...]

    @property
    def changed(self) -> tuple[DiffLine, ...]:
        return tuple(line for hunk in self.hunks for line in hunk if line.sign != " ")

    @property
    def where(self) -> str:
        """Return the numbers of the changed lines, as "line 50" or "lines 50 to 58"."""
        numbers = [line.number for line in self.changed]
        if not numbers:
            return ""
        low, high = min(numbers), max(numbers)
        return f"line {low}" if low == high else f"lines {low} to {high}"


def parse(text: str) -> tuple[FileDiff, ...]:
    """Return the files of a unified diff, in its order."""
    files: list[tuple[str, list[tuple[DiffLine, ...]]]] = []
    lines = iter(text.split("\n"))
    for raw in lines:
        if raw.startswith("--- "):
            files.append((raw[4:].rstrip("\t"), []))
        elif (header := _HUNK.match(raw)) and files:
            files[-1][1].append(tuple(_read_hunk(lines, [int(number or 1) for number in header.groups()])))
    return tuple(FileDiff(path, tuple(hunks)) for path, hunks in files)


def _read_hunk(lines: Iterator[str], header: Sequence[int]) -> Iterator[DiffLine]:
    """Return as many lines as its header says: only so is a "-- " that was taken out told from the next file's name."""
    old, olds, new, news = header
    olds, news = old + olds, new + news
    while old < olds or new < news:
        raw = next(lines, None)
        if raw is None:
            return
        if raw.startswith("\\"):  # "no newline at the end of the file"
            continue
        sign: Literal[" ", "-", "+"] = "-" if raw[:1] == "-" else "+" if raw[:1] == "+" else " "
        yield DiffLine(sign, old if sign == "-" else new, raw[1:])
        old += sign != "+"
        new += sign != "-"


def same(one: str, other: str) -> bool:
    """Return True if two diffs change the same lines in the same way, wherever these stand."""
    mine, theirs = ([(line.sign, line.text) for file in parse(diff) for line in file.changed] for diff in (one, other))
    return mine == theirs


def shown(file: FileDiff, context: int = 3, width: int = 1000) -> Content:
    """Return the changed lines with so many lines around them; what is longer than `width` goes on beneath its beginning."""
    numbers = [line.number for hunk in file.hunks for line in hunk]
    digits = len(str(max(numbers, default=0)))
    lines: list[Content] = []
    for count, hunk in enumerate(file.hunks):
        if count:
            lines.append(Content.styled("  ⋮", DIM))
        near = _near(hunk, context)
        lines += [_line(line, _partner(near, index), digits, width) for index, line in enumerate(near)]
    return Content("\n").join(lines)


def _near(hunk: Sequence[DiffLine], context: int) -> Sequence[DiffLine]:
    changed = [index for index, line in enumerate(hunk) if line.sign != " "]
    if not changed:
        return hunk
    return [line for index, line in enumerate(hunk) if any(abs(index - one) <= context for one in changed)]


def _partner(hunk: Sequence[DiffLine], index: int) -> DiffLine | None:
    """Return the line that it replaces or that replaces it, where one was changed for one."""
    line = hunk[index]
    other = index + 1 if line.sign == "-" else index - 1
    if line.sign == " " or not 0 <= other < len(hunk) or {line.sign, hunk[other].sign} != {"+", "-"}:
        return None
    around = (min(index, other) - 1, max(index, other) + 1)
    alone = all(not 0 <= one < len(hunk) or hunk[one].sign == " " for one in around)
    return hunk[other] if alone else None


def _line(line: DiffLine, partner: DiffLine | None, digits: int, width: int) -> Content:
    style = {"+": "$success", "-": "$error"}.get(line.sign, DIM)
    text = _text(line)
    start, end = (0, 0) if partner is None else _difference(text, _text(partner))
    body = Content.assemble((text[:start], style), (text[start:end], f"bold {style}"), (text[end:], style))
    lead = Content.assemble((f"  {line.number:>{digits}} ", DIM), (f"{line.sign} ", style))
    indent = len(text) - len(text.lstrip(" "))
    room = max(NARROWEST, width - lead.cell_length - indent)
    gap = Content("\n" + " " * (lead.cell_length + indent))
    return lead + Content(" " * indent) + gap.join(body[indent:].wrap(room))


def _text(line: DiffLine) -> str:
    expanded = line.text.expandtabs(4)
    indent = len(expanded) - len(expanded.lstrip(" "))
    return " " * min(indent, 40) + plain(expanded.strip(" "), _LONGEST)


def _difference(text: str, other: str) -> tuple[int, int]:
    """Return from where to where `text` is not as `other`, in whole words."""
    mine, theirs = (_WORDS.findall(one) for one in (text, other))
    most = min(len(mine), len(theirs))
    start = next((at for at in range(most) if mine[at] != theirs[at]), most)
    most -= start
    end = next((at for at in range(most) if mine[-1 - at] != theirs[-1 - at]), most)
    before, after = mine[:start], mine[len(mine) - end :]
    return sum(map(len, before)), len(text) - sum(map(len, after))
