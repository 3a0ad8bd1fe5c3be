"""Which statement belongs to which block, found as keepalived finds it: with its keywords, once for each process.

A process passes over the blocks of the others by counting braces, and reads its own by keyword; so in a file with a
mistake the two can disagree, and an unknown block's body is read at the level where it stands.

Not for: what a statement means (a Visitor is told of each, see `servers` and `instances`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lvstui.keepalived.keywords import Block, Keyword, Process, root
from lvstui.keepalived.statements import CLOSE, OPEN, Expansion
from lvstui.keepalived.turns import give_way, in_turns


class Visitor(Protocol):
    """Is told of what a process reads, in its order. `index` is the statement's number in the Expansion."""

    def statement(self, block: str, index: int, words: list[bytes]) -> bool:
        """A keyword inside `block` ("" at the top). False: the block that it opens is to be passed over."""
        ...

    def values(self, block: str, index: int, words: list[bytes], entries: list[int]) -> None:
        """A keyword with a block of values, `entries` being their statements."""
        ...

    def closed(self, block: str, index: int) -> None:
        """`block` ended with the statement at `index` (or with the file)."""
        ...


class Fatal(Exception):
    """keepalived ends when it reads this statement, in a reload as well."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


@dataclass(frozen=True, slots=True)
class Braces:
    """The pairs of braces by counting alone, and what is wrong with them."""

    closing: dict[int, int]  # statement of the opening one -> of the closing one
    extra: tuple[int, ...]  # statements that close what is not open
    missing: tuple[int, ...]  # statements that open what is not closed


def braces(expansion: Expansion) -> Braces:
    """The braces of all statements."""
    closing: dict[int, int] = {}
    extra: list[int] = []
    opened: list[int] = []
    for index, words in in_turns(enumerate(expansion.words)):
        if OPEN not in words and CLOSE not in words:
            continue
        for word in words:
            if word == OPEN:
                opened.append(index)
            elif word == CLOSE:
                if opened:
                    closing[opened.pop()] = index
                else:
                    extra.append(index)
    return Braces(closing, tuple(extra), tuple(opened))


def read(expansion: Expansion, pairs: Braces, process: Process, visitor: Visitor) -> list[tuple[int, str]]:
    """Tells `visitor` of all that `process` reads. Gives statement and message of every complaint. Raises Fatal."""
    top, passed_over = root(process)
    reading = _Reading(expansion.words, pairs.closing, passed_over, visitor)
    reading.block(0, top, False, True)
    return reading.complaints


class _Reading:
    def __init__(
        self, words: list[list[bytes]], closing: dict[int, int], passed_over: frozenset[bytes], visitor: Visitor
    ) -> None:
        self.complaints: list[tuple[int, str]] = []
        self._words = words
        self._closing = closing
        self._passed_over = passed_over
        self._visitor = visitor
        self._skip = False  # the block that comes next, if one comes

    def block(self, index: int, block: Block, need_brace: bool, top: bool) -> int:
        """Reads statements as inside `block`, from `index` to its end; gives the index after it."""
        give_way()
        words, total, keywords, name = self._words, len(self._words), block.keywords, block.name
        while index < total:
            statement = words[index]
            first = statement[0]
            if self._skip:
                self._skip = False
                if first == OPEN:
                    index = self._closing.get(index, total) + 1
                    if not top:
                        return index
                    need_brace = False
                    continue
            if need_brace:
                need_brace = False
                if first == OPEN:
                    index += 1
                    continue
                self._complain(index, f"the block of {name!r} has no {{ at its beginning")
            elif first == OPEN:
                self._complain(index, "this { opens nothing: what is in it is read as if it stood outside")
                index += 1
                continue
            if first == CLOSE and not top:
                self._visitor.closed(name, index)
                return index + 1
            keyword = keywords.get(first)
            if keyword is not None:
                index = self._keyword(index, statement, keyword, name)
            else:
                self._unknown(index, first, top)
                index += 1
        if not top:
            self._visitor.closed(name, total)
        return index

    def _unknown(self, index: int, word: bytes, top: bool) -> None:
        if top and word in self._passed_over:
            self._skip = True
        elif word != CLOSE:  # an extra } is complained of by counting
            self._complain(index, f"unknown keyword {word.decode(errors='backslashreplace')!r}")

    def _complain(self, index: int, message: str) -> None:
        self.complaints.append((index, message))

    def _keyword(self, index: int, statement: list[bytes], keyword: Keyword, block: str) -> int:
        if keyword.parameter and len(statement) < 2:
            name = keyword.name.decode()
            raise Fatal(index, f"{name!r} has no parameter: keepalived ends when it reads this, VRRP included")
        if keyword.values:
            return self._values(index, statement, block)
        brace_on_line = len(statement) > 1 and statement[-1] == OPEN  # quoted: else it is a statement of its own
        if brace_on_line and keyword.block is not None:
            statement = statement[:-1]
        taken = self._visitor.statement(block, index, statement)
        if keyword.block is None:
            return index + 1
        if not taken:
            self._skip = True
        return self.block(index + 1, keyword.block, not brace_on_line, False)

    def _values(self, index: int, statement: list[bytes], block: str) -> int:
        entries: list[int] = []
        named = statement[0] == b"virtual_server_group"
        if len(statement) > 1 + named:
            self._complain(index, f"{statement[0].decode()!r} has more parameters than it takes")
        position = index + 1
        if position < len(self._words) and self._words[position] == [OPEN]:
            position += 1
        else:
            self._complain(index, f"the block of {statement[0].decode()!r} has no {{ at its beginning")
        while position < len(self._words) and self._words[position][0] != CLOSE:
            entries.append(position)
            position += 1
        self._visitor.values(block, index, statement, entries)
        return position + 1
