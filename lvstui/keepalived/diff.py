"""A unified diff that `patch --binary -p0` applies byte for byte.

Not for: the shortest diff there is: edits are local, so this one looks for the next lines that agree and goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

_CONTEXT = 3  # lines
_AGREE = 4  # lines in a row that make two places the same again
_LOOK_AHEAD = 600  # lines
_LONGEST_BLOCK = 100  # lines
_STRIDE = 256  # lines that are compared at once
_SURE = 12  # lines in a row that no two blocks have in common


class Block(NamedTuple):
    """before[i1:i2] became after[j1:j2]."""

    i1: int
    i2: int
    j1: int
    j2: int


def changed(before: bytes, after: bytes) -> tuple[Block, ...]:
    """The rows that became others, from 0."""
    return tuple(_blocks(split(before), split(after)))


def unified(path: str, before: bytes, after: bytes) -> bytes:
    """The diff of one file; b"" where nothing differs."""
    old, new = split(before), split(after)
    out: list[bytes] = []
    for hunk in _hunks(list(_blocks(old, new))):
        out += _hunk(hunk, old, new)
    if not out:
        return b""
    name = path.encode(errors="surrogateescape") + (b"\t" if " " in path else b"")
    return b"--- " + name + b"\n+++ " + name + b"\n" + b"".join(out)


def split(data: bytes) -> list[bytes]:
    """The lines of a file, each with its newline."""
    return BytesIO(data).readlines()


def _blocks(old: list[bytes], new: list[bytes]) -> Iterator[Block]:
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


def _agreement(old: list[bytes], new: list[bytes], i: int, j: int) -> Block:
    """What differs from here on, up to where the two agree again."""
    alone = _alone(old, new, i, j)
    if alone is not None:
        return alone
    for distance in range(1, _LOOK_AHEAD):
        for taken in range(distance + 1):
            i2, j2 = i + taken, j + distance - taken
            if i2 <= len(old) and j2 <= len(new) and old[i2 : i2 + _AGREE] == new[j2 : j2 + _AGREE]:
                return Block(i, i2, j, j2)
    tail = 0
    while tail < min(len(old) - i, len(new) - j) and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Block(i, len(old) - tail, j, len(new) - tail)


def _alone(old: list[bytes], new: list[bytes], i: int, j: int) -> Block | None:
    """Lines that were only taken out, or only put in: a whole block is then seen as one, however like it its neighbours are."""
    for count in range(1, _LONGEST_BLOCK):
        for block in (Block(i, i + count, j, j), Block(i, i, j, j + count)):
            _, i2, _, j2 = block
            if i2 < len(old) and j2 < len(new) and old[i2] == new[j2] and old[i2 : i2 + _SURE] == new[j2 : j2 + _SURE]:
                return block
    return None


def _hunks(blocks: list[Block]) -> Iterator[list[Block]]:
    """The blocks, those together whose context would touch."""
    hunk: list[Block] = []
    for block in blocks:
        if hunk and block.i1 - hunk[-1].i2 > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(block)
    if hunk:
        yield hunk


def _hunk(blocks: list[Block], old: list[bytes], new: list[bytes]) -> list[bytes]:
    first, last = blocks[0], blocks[-1]
    lead = min(_CONTEXT, first.i1)
    trail = min(_CONTEXT, len(old) - last.i2)
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
