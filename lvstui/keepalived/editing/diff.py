"""Write a unified diff that `patch --binary -p0` applies byte for byte.

Not for: the shortest diff there is: edits are local, so this one looks for the next lines that agree and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from io import BytesIO
from typing import NamedTuple

_CONTEXT = 3  # lines
_AGREE = 4  # lines in a row that make two places the same again
_LOOK_AHEAD = 600  # lines
_LONGEST_BLOCK = 100  # lines
_STRIDE = 256  # lines that are compared at once
_SURE = 12  # lines in a row that no two blocks have in common


class ChangedRows(NamedTuple):
    """before[i1:i2] became after[j1:j2]."""

    i1: int
    i2: int
    j1: int
    j2: int


def changed(before: bytes, after: bytes) -> tuple[ChangedRows, ...]:
    """Return the rows that became others, from 0."""
    return tuple(_blocks(split(before), split(after)))


def unified(path: str, before: bytes, after: bytes, hidden: Callable[[bytes], bool] = lambda line: False) -> bytes:
    """Return the diff of one file; b"" where nothing differs. No `hidden` line is in it that did not change itself."""
    old, new = split(before), split(after)
    out: list[bytes] = []
    blocks = [part for block in _blocks(old, new) for part in _parted(block, old, new, hidden)]
    for hunk in _hunks(blocks, old, hidden):
        out += _hunk(hunk, old, new, hidden)
    if not out:
        return b""
    name = path.encode(errors="surrogateescape") + (b"\t" if " " in path else b"")
    return b"--- " + name + b"\n+++ " + name + b"\n" + b"".join(out)


def split(data: bytes) -> list[bytes]:
    """Return the lines of a file, each with its newline."""
    return BytesIO(data).readlines()


def _blocks(old: list[bytes], new: list[bytes]) -> Iterator[ChangedRows]:
    i = j = 0
    while i < len(old) or j < len(new):
        while i < len(old) and old[i : i + _STRIDE] == new[j : j + _STRIDE]:
            i, j = i + _STRIDE, j + _STRIDE
        while i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
        if i >= len(old) and j >= len(new):
            break
        block = _agreement(old, new, i, j)
        yield block
        i, j = block.i2, block.j2


def _agreement(old: list[bytes], new: list[bytes], i: int, j: int) -> ChangedRows:
    """Return what differs from here on, up to where the two agree again."""
    alone = _alone(old, new, i, j)
    if alone is not None:
        return alone
    for distance in range(1, _LOOK_AHEAD):
        for taken in range(distance + 1):
            i2, j2 = i + taken, j + distance - taken
            if i2 <= len(old) and j2 <= len(new) and old[i2 : i2 + _AGREE] == new[j2 : j2 + _AGREE]:
                return ChangedRows(i, i2, j, j2)
    tail = 0
    while tail < min(len(old) - i, len(new) - j) and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return ChangedRows(i, len(old) - tail, j, len(new) - tail)


def _alone(old: list[bytes], new: list[bytes], i: int, j: int) -> ChangedRows | None:
    """Return the lines that were only taken out, or only put in, as one block, however like it its neighbours are."""
    for count in range(1, _LONGEST_BLOCK):
        for block in (ChangedRows(i, i + count, j, j), ChangedRows(i, i, j, j + count)):
            _, i2, _, j2 = block
            if i2 < len(old) and j2 < len(new) and old[i2] == new[j2] and old[i2 : i2 + _SURE] == new[j2 : j2 + _SURE]:
                return block
    return None


def _parted(
    block: ChangedRows, old: list[bytes], new: list[bytes], hidden: Callable[[bytes], bool]
) -> Iterator[ChangedRows]:
    """Give the block, taken apart where a hidden line in it did not change."""
    lines = old[block.i1 : block.i2]
    if not any(map(hidden, lines)):
        yield block
        return
    for what, i1, i2, j1, j2 in SequenceMatcher(None, lines, new[block.j1 : block.j2], autojunk=False).get_opcodes():
        if what != "equal":
            yield ChangedRows(block.i1 + i1, block.i1 + i2, block.j1 + j1, block.j1 + j2)


def _hunks(blocks: list[ChangedRows], old: list[bytes], hidden: Callable[[bytes], bool]) -> Iterator[list[ChangedRows]]:
    """Give the blocks, those together whose context would touch and between which nothing is hidden."""
    hunk: list[ChangedRows] = []
    for block in blocks:
        apart = block.i1 - hunk[-1].i2 if hunk else 0
        if hunk and (apart > 2 * _CONTEXT or any(map(hidden, old[hunk[-1].i2 : block.i1]))):
            yield hunk
            hunk = []
        hunk.append(block)
    if hunk:
        yield hunk


def _hunk(
    blocks: list[ChangedRows], old: list[bytes], new: list[bytes], hidden: Callable[[bytes], bool]
) -> list[bytes]:
    first, last = blocks[0], blocks[-1]
    lead, trail = min(_CONTEXT, first.i1), min(_CONTEXT, len(old) - last.i2)
    seen = min(
        next((n for n in range(lead) if hidden(old[first.i1 - 1 - n])), _CONTEXT),
        next((n for n in range(trail) if hidden(old[last.i2 + n])), _CONTEXT),
    )
    lead, trail = min(lead, seen), min(trail, seen)  # patch takes more above than below for the end of the file
    start, end = first.i1 - lead, last.i2 + trail
    start_new, end_new = first.j1 - lead, last.j2 + trail
    out = [b"@@ -%s +%s @@\n" % (_range(start, end), _range(start_new, end_new))]
    position = start
    for block in blocks:
        out += [_line(b" ", line) for line in old[position : block.i1]]
        out += [_line(b"-", line) for line in old[block.i1 : block.i2]]
        out += [_line(b"+", line) for line in new[block.j1 : block.j2]]
        position = block.i2
    return out + [_line(b" ", line) for line in old[position:end]]


def _range(start: int, end: int) -> bytes:
    length = end - start
    return b"%d,%d" % (start + (length > 0), length)


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n\\ No newline at end of file\n"
