"""Find which statement belongs to which block, as keepalived does: with its keywords, once for each process.

A process passes over the blocks of the others by counting braces, and reads its own by keyword; so in a file with a
mistake the two can disagree, and an unknown block's body is read at the level where it stands.

Not for: what a statement means (a Visitor is told of each, see `checker_process` and `vrrp_process`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lvstui.keepalived.parsing.cooperative import checkpoint, with_checkpoints
from lvstui.keepalived.parsing.dialect import ASSUMED, Version, name_of
from lvstui.keepalived.parsing.keywords import BlockKeywords, KeepalivedProcess, Keyword, first_version, root
from lvstui.keepalived.parsing.missing_words import lacking
from lvstui.keepalived.parsing.statements import CLOSE, OPEN, Expansion
from lvstui.keepalived.parsing.syntax import readable


class Visitor(Protocol):
    """Is told of what a process reads, in its order. `index` is the statement's number in the Expansion."""

    def statement(self, block: str, index: int, words: list[bytes]) -> bool:
        """Take a keyword inside `block` ("" at the top). False: the block that it opens is to be passed over."""
        ...

    def values(self, block: str, index: int, words: list[bytes], entries: list[int]) -> None:
        """Take a keyword with a block of values, `entries` being their statements."""
        ...

    def closed(self, block: str, index: int) -> None:
        """Note that `block` ended with the statement at `index` (or with the file)."""
        ...


_READS_ON = ((2, 1, 4), (2, 2, 0))  # from the one on and before the other, at the end of the files with a block open


class Fatal(Exception):
    """keepalived ends when it reads this statement, in a reload as well."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


@dataclass(frozen=True, slots=True)
class Complaints:
    """Collect what a process complains of while it reads."""

    complaints: list[tuple[int, str]]  # statement and message
    unknown: list[int]  # the statements among them whose keyword is unknown


@dataclass(frozen=True, slots=True)
class Braces:
    """The pairs of braces by counting alone, and what is wrong with them."""

    closing: dict[int, int]  # statement of the opening one -> of the closing one
    extra: tuple[int, ...]  # statements that close what is not open
    missing: tuple[int, ...]  # statements that open what is not closed


def braces(expansion: Expansion) -> Braces:
    """Return the braces of all statements."""
    closing: dict[int, int] = {}
    extra: list[int] = []
    opened: list[int] = []
    for index, words in with_checkpoints(enumerate(expansion.words)):
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


def read(
    expansion: Expansion, pairs: Braces, process: KeepalivedProcess, visitor: Visitor, version: Version | None
) -> Complaints:
    """Tell `visitor` of all that `process` reads; return what there is to complain of. Raises Fatal."""
    top, passed_over = root(process, version)
    reading = _BlockReader(expansion, pairs.closing, passed_over, visitor, version or ASSUMED)
    reading.block(0, top, False, True)
    return Complaints(reading.complaints, reading.unknown)


def without_parameter(word: bytes) -> str:
    """Return what to say of a word that keepalived cannot do without the next one of."""
    return f"{readable(word)!r} has no parameter: keepalived ends when it reads this, VRRP included"


class _BlockReader:
    """A reading of all statements by one process: which block it is in, and what it complains of."""

    def __init__(
        self,
        expansion: Expansion,
        closing: dict[int, int],
        passed_over: frozenset[bytes],
        visitor: Visitor,
        version: Version,
    ) -> None:
        self.complaints: list[tuple[int, str]] = []
        self.unknown: list[int] = []
        self._words = expansion.words
        self._unclosed = expansion.unclosed
        self._closing = closing
        self._passed_over = passed_over
        self._visitor = visitor
        self._version = version
        self._skip = False  # the block that comes next, if one comes

    def block(self, index: int, block: BlockKeywords, need_brace: bool, top: bool) -> int:
        """Read statements as inside `block`, from `index` to its end; return the index after it."""
        checkpoint()
        opened = index - 1
        words, total, keywords, name = self._words, len(self._words), block.keywords, block.name
        while index < total:
            statement = words[index]
            first = statement[0]
            if self._skip:
                self._skip = False
                if first == OPEN:
                    if index not in self._closing:
                        self._left_open(index - 1)
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
                self._unknown(index, first, name)
                index += 1
        if not top:
            self._left_open(opened)
            self._visitor.closed(name, total)
        return index

    def _left_open(self, index: int) -> None:
        """Take note that the files end within the block which the statement at `index` opens."""
        if _READS_ON[0] <= self._version < _READS_ON[1]:
            version = name_of(self._version)
            raise Fatal(
                index, f"this block is never closed: keepalived {version} crashes or hangs at the end of the file"
            )

    def _unknown(self, index: int, word: bytes, block: str) -> None:
        if not block and word in self._passed_over:
            self._skip = True
        elif word != CLOSE:  # an extra } is complained of by counting
            since = first_version(block, word)
            known = "" if since is None else f"; keepalived knows it from {name_of(since)} on"
            self.unknown.append(index)
            self._complain(index, f"unknown keyword {readable(word)!r}{known}")

    def _complain(self, index: int, message: str) -> None:
        self.complaints.append((index, message))

    def _keyword(self, index: int, statement: list[bytes], keyword: Keyword, block: str) -> int:
        if keyword.parameter and len(statement) < 2 and not (keyword.script and index in self._unclosed):
            raise Fatal(index, without_parameter(keyword.name))
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
        if named and len(statement) > 3:
            raise Fatal(index, "a virtual_server_group with several names ends keepalived when it reads this")
        if len(statement) > 1 + named:
            self._complain(index, f"{statement[0].decode()!r} has more parameters than it takes")
        position = index + 1
        if position < len(self._words) and self._words[position] == [OPEN]:
            position += 1
        else:
            self._complain(index, f"the block of {statement[0].decode()!r} has no {{ at its beginning")
        while position < len(self._words) and self._words[position][0] != CLOSE:
            if (word := lacking(statement[0], self._words[position])) is not None:
                raise Fatal(position, without_parameter(word))
            entries.append(position)
            position += 1
        if position == len(self._words):
            self._left_open(index)
        self._visitor.values(block, index, statement, entries)
        return position + 1
