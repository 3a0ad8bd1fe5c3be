"""Keep a file as it is written: a lossless tree over bytes, `render(parse(data)) == data` for any data.

    Tree                      one file
      Line                    one line as keepalived reads it, in five slices
        indent    "    "
        code      "weight 1"          what keepalived acts on
        gap       "  "
        comment   "# canary"          from an unquoted # or ! to the end
        newline   "\\n"

The tree stops at lines on purpose. Which lines belong together is not in the text: a brace opens a block only
after a keyword that has one, `@id` lines come and go with the Director, a definition may hold half a block, an
include may close what another file opened. So `expand` makes statements of the lines and `nesting` puts them into blocks.

A file's line of more than 1,023 bytes is several Lines, because keepalived reads it so; only the last has a newline.
Lines are immutable and know nothing of their place: equal lines of a file are one object, and a change is a new Tree, which
shares with the old one what did not change.

Not for: what a line means (see `expand`), nor files (bytes in, bytes out).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import NamedTuple

from lvstui.keepalived.parsing.cooperative import with_checkpoints

LINE_LIMIT = 1023  # bytes of one line with its newline: keepalived's buffer is 1,024 with the closing NUL

_CHUNK = re.compile(rb"[^\n]{0,%d}\n|[^\n]{1,%d}" % (LINE_LIMIT - 1, LINE_LIMIT))
# What keepalived acts on: up to a # or ! outside quotes. A backslash takes the next byte with it, in quotes too; a
# quote that is not closed runs to the end; a NUL ends the line, as it ends a string in C.
_CODE = re.compile(rb'(?:[^"#!\\\0]++|\\[^\0]?|"(?:[^"\\\0]++|\\[^\0]?)*+"?)*+', re.DOTALL)
_SPECIAL = re.compile(rb'["#!\\\0]')
BLANK = b" \t"  # what keepalived calls blank; \f and \v only separate words


def readable(word: bytes) -> str:
    """Return the bytes as they are shown: what is not UTF-8 as `\\xff`."""
    return word.decode(errors="backslashreplace")


class Line(NamedTuple):
    """One line as keepalived reads it. The five slices, joined, are its bytes."""

    indent: bytes
    code: bytes
    gap: bytes
    comment: bytes
    newline: bytes

    @property
    def raw(self) -> bytes:
        return b"".join(self)

    @property
    def body(self) -> bytes:
        """Return everything but the newline."""
        return b"".join(self[:4])


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something that keepalived would complain of, or that it reads otherwise than it looks."""

    path: str
    line: int  # 1-based
    column: int  # 1-based, in bytes
    message: str
    lowers_quorum: bool = False  # of a quorum that the weights cannot reach, so that keepalived reads a lower one

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class Tree:
    """One file. `lines` are in order; `number` gives the line number that an editor shows."""

    path: str
    lines: tuple[Line, ...]
    broken: tuple[int, ...] = field(compare=False)  # indexes of Lines without newline, the last apart
    known: Mapping[bytes, Line] = field(compare=False, repr=False)  # each line of it once, by its bytes

    def number(self, index: int) -> int:
        """Return the 1-based number, in the file, of the Line at `index`."""
        return index + 1 - bisect_right(self.broken, index - 1)

    def splice(self, first: int, last: int, data: bytes) -> Tree:
        """Return a new tree, with `data` in the place of the bytes of lines[first:last]."""
        before, after = self.lines[:first], self.lines[last:]
        if after and not data.endswith(b"\n"):  # what follows is joined to it
            return parse(render(self._with(before)) + data + render(self._with(after)), self.path)
        return self._with((*before, *parse(data, self.path).lines, *after))

    def _with(self, lines: tuple[Line, ...]) -> Tree:
        broken = tuple(n for n, line in enumerate(lines[:-1]) if not line.newline.endswith(b"\n"))
        return Tree(self.path, lines, broken, {line.raw: line for line in lines})


def parse(data: bytes, path: str = "keepalived.conf", like: Tree | None = None) -> Tree:
    """Return the tree of any bytes whatever; nothing is refused, nothing is raised.

    Lines that are in `like` too, an earlier tree, are the same objects.
    """
    chunks = BytesIO(data).readlines()
    if max(map(len, chunks), default=0) > LINE_LIMIT:
        chunks = _CHUNK.findall(data)
    before = like.known if like is not None else {}
    known = {chunk: before.get(chunk) or parse_line(chunk) for chunk in with_checkpoints(set(chunks))}
    broken: tuple[int, ...] = ()
    if data.count(b"\n") < len(chunks):
        broken = tuple(number for number, chunk in enumerate(chunks[:-1]) if chunk[-1] != 0x0A)
    return Tree(path, tuple(map(known.__getitem__, chunks)), broken, known)


def render(tree: Tree) -> bytes:
    """Return the bytes of the tree."""
    return b"".join([part for line in tree.lines for part in line])


def parse_line(chunk: bytes) -> Line:
    """Return the five slices of one line of at most LINE_LIMIT bytes. Any bytes go."""
    body = chunk.removesuffix(b"\n").rstrip(b"\r")
    text = body.lstrip(BLANK)
    length = len(text)
    if _SPECIAL.search(text) is not None and (match := _CODE.match(text)) is not None:
        length = match.end()
    code = text[:length].rstrip(BLANK)
    return Line(body[: len(body) - len(text)], code, text[len(code) : length], text[length:], chunk[len(body) :])
