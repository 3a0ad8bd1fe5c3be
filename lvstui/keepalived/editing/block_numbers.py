"""Write the bytes of a number that a block sets, a real server's weight or an instance's priority.

It is changed where it stands, or put on a line of its own where there is none, and taken back after a drain or a handover.

Not for: whether it may be done (see `edit`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lvstui.keepalived.drain_comment import DRAINED, HANDED_OVER, NOT_SET, NOT_SET_SPLIT, Found, Mark, mark_of
from lvstui.keepalived.editing.locations import (
    Splice,
    StatementLocation,
    location_of,
    newline_of,
    plain_location,
    refusal,
)
from lvstui.keepalived.parsing.lexical import pieces, word_spans, words_of
from lvstui.keepalived.parsing.syntax import BLANK, LINE_LIMIT, Line
from lvstui.keepalived.reading.model import Configuration, ConfiguredRealServer, ConfiguredVrrpInstance, Span

NewMark = Callable[[bytes | None, str | None], Mark]  # (what the new number stands for, the block's name if needed)
_SHORTEST_REASON = 1
_MARKABLE = re.compile(r"[^\s,]+")  # a name that can stand in a mark


@dataclass(frozen=True, slots=True)
class BlockNumber:
    """A number that a block sets, and the block."""

    keyword: bytes  # b"weight"
    block: bytes  # that opens the block: b"real_server"
    kind: str  # what the block is: "real server"
    name: str
    span: Span
    at: int | None  # the statement that sets it; None: the block has none
    word: str | None  # of the mark that it has; None: it has none

    @property
    def statement(self) -> str:
        return self.keyword.decode()


def weight_of(real: ConfiguredRealServer) -> BlockNumber:
    """Return a real server's weight."""
    word = DRAINED if real.drained is not None else None
    return BlockNumber(b"weight", b"real_server", "real server", str(real.key), real.span, real.weight_at, word)


def priority_of(instance: ConfiguredVrrpInstance) -> BlockNumber:
    """Return an instance's priority."""
    word = HANDED_OVER if instance.handed_over is not None else None
    return BlockNumber(
        b"priority", b"vrrp_instance", "instance", instance.name, instance.span, instance.priority_at, word
    )


def put(configuration: Configuration, number: BlockNumber, value: int, new_mark: NewMark | None) -> Splice:
    """Give the number that value, with a mark or without. Raises EditRefused.

    It is changed where it stands; if it stands where others are read from too, a line of its own overrides it.
    """
    location = None if number.at is None else location_of(configuration.expansion, number.at)
    if location is None or words_of(location.text)[:1] != [number.keyword]:
        return _insert(configuration, number, value, new_mark)
    start, end = _value_span(configuration, number, location)
    line = _with_code(location.line, start, end, b"%d" % value)
    if new_mark is None:
        return _splice(configuration, number, location, _without(line, _mark(location, number)))
    old = location.line.code[start:end]
    plain = re.fullmatch(rb"0|[1-9][0-9]*", old) is not None
    mark = new_mark(None if plain else old, _name(configuration, location, number))
    return _splice(configuration, number, location, _with_mark(configuration, number, line, mark))


def take_back(configuration: Configuration, number: BlockNumber) -> Splice:
    """Put back what stood there before the mark was made, byte for byte. Raises EditRefused."""
    assert number.at is not None
    location = location_of(configuration.expansion, number.at)
    found = None if location is None else _mark(location, number)
    if location is None or found is None:
        raise _shared(configuration, number)
    if found.mark.original in (NOT_SET, NOT_SET_SPLIT):
        return _take_out(configuration, location, found)
    start, end = _value_span(configuration, number, location)
    line = _with_code(_without(location.line, found), start, end, found.mark.was)
    return _splice(configuration, number, location, line)


def _shared(configuration: Configuration, number: BlockNumber) -> Exception:
    return refusal(
        configuration,
        number.span[0] if number.at is None else number.at,
        f"this {number.statement} is written where more than this {number.kind} is read from",
        f"Give the {number.kind} a {number.statement} line of its own, or change it by hand.",
    )


def _value_span(configuration: Configuration, number: BlockNumber, location: StatementLocation) -> tuple[int, int]:
    """Return where the value stands in the code of its line."""
    start, end = (location.start + offset for offset in word_spans(location.text)[1])
    assert number.at is not None
    if configuration.expansion.words[number.at][1].endswith(b"\\"):  # a stray one belongs to the value
        end = location.end
    return start, end


def _mark(location: StatementLocation, number: BlockNumber) -> Found | None:
    return None if number.word is None else mark_of(location.line.comment, number.name, number.word)


def _name(configuration: Configuration, location: StatementLocation, number: BlockNumber) -> str | None:
    """Return the name that the mark must have because the line holds more than one such block or number. Raises EditRefused."""
    first = [words_of(piece)[:1] for _, piece in pieces(location.line.code)]
    if max(first.count([number.keyword]), first.count([number.block])) < 2:
        return None
    if not _MARKABLE.fullmatch(number.name):
        raise refusal(
            configuration,
            number.span[0],
            f"the line holds more than one {number.kind}, and the name {number.name!r} cannot stand in a comment",
            f"Write this {number.kind} on lines of its own.",
        )
    return number.name


def _with_code(line: Line, start: int, end: int, new: bytes) -> Line:
    return line._replace(code=line.code[:start] + new + line.code[end:])


def _with_mark(configuration: Configuration, number: BlockNumber, line: Line, mark: Mark) -> bytes:
    """Return the line with the mark at its end. The reason gives way to the limit. Raises EditRefused."""
    if line.body.rstrip(BLANK).endswith(b"\\"):
        raise refusal(
            configuration,
            number.span[0],
            f"its {number.statement} stands in a line that goes on with a \\: keepalived 2.4 would end the definition at the "
            f"note of what the {number.statement} was",
            f"Write the {number.statement} into the definition's last line, or this {number.kind} out by itself.",
        )
    while True:
        data = line.body + b"  " + mark.text() + line.newline
        if len(data) <= _room(data):
            return data
        if len(mark.reason) <= _SHORTEST_REASON:
            raise refusal(
                configuration,
                number.span[0],
                f"the line is too long to hold the note of what its {number.statement} was",
                f"Shorten the line: keepalived reads no more than {LINE_LIMIT} bytes of it.",
            )
        mark = replace(mark, reason=mark.reason[: -max(_SHORTEST_REASON, (len(data) - _room(data)) // 4)].rstrip(" \\"))


def _room(data: bytes) -> int:
    """Return how many bytes a line may have; keepalived 2.4 wants to see its newline, or the end of the file."""
    return LINE_LIMIT if data.endswith(b"\n") else LINE_LIMIT - 1


def _without(line: Line, found: Found | None) -> Line:
    """Return the line without a mark and the two blanks before it."""
    if found is None:
        return line
    before, after = line.comment[: found.start], line.comment[found.end :]
    if before:
        return line._replace(comment=_unpad(before) + after)
    return line._replace(gap=_unpad(line.gap), comment=after)


def _unpad(blanks: bytes) -> bytes:
    for pad in (b"  ", b" ", b"\t"):
        if blanks.endswith(pad):
            return blanks[: -len(pad)]
    return blanks


def _splice(
    configuration: Configuration, number: BlockNumber, location: StatementLocation, line: Line | bytes
) -> Splice:
    data = line.raw if isinstance(line, Line) else line
    if len(data) > max(_room(data), len(location.line.raw)):
        raise refusal(
            configuration, number.span[0], "the line would be longer than keepalived reads", "Break the line."
        )
    return Splice(location.file, location.row, location.row + 1, data)


def _insert(configuration: Configuration, number: BlockNumber, value: int, new_mark: NewMark | None) -> Splice:
    """Put a statement just before the brace that closes the block: the last one wins."""
    expansion = configuration.expansion
    location = plain_location(expansion, number.span[1])
    if location is None or location.text != b"}":
        raise refusal(
            configuration,
            number.span[0],
            f"{number.name} is made by a line that makes others too (a definition, a ~SEQ, an include)",
            f"Write this {number.kind} out by itself first.",
        )
    newline = newline_of(expansion, location.file, location.row)
    statement = b"%b %d" % (number.keyword, value)
    if location.start == 0:
        line = Line(_indent_inside(configuration, number, location), statement, b"", b"", newline)
        data = line.raw if new_mark is None else _with_mark(configuration, number, line, new_mark(NOT_SET, None))
        return Splice(location.file, location.row, location.row, data)
    if pieces(location.before)[-1][1] in (b"{", b"}"):
        line = _with_code(location.line, location.start, location.start, statement + b" ")
        if new_mark is None:
            return _splice(configuration, number, location, line)
        marked = _with_mark(configuration, number, line, new_mark(NOT_SET, _name(configuration, location, number)))
        return _splice(configuration, number, location, marked)
    line = Line(location.line.indent + _step(location.line.indent), statement, b"", b"", newline)
    middle = line.raw if new_mark is None else _with_mark(configuration, number, line, new_mark(NOT_SET_SPLIT, None))
    head = location.line.indent + location.before + newline
    tail = b"".join((location.line.code[location.start :], *location.line[2:]))
    return Splice(location.file, location.row, location.row + 1, head + middle + tail)


def _take_out(configuration: Configuration, location: StatementLocation, found: Found) -> Splice:
    """Take out a statement that a drain or a handover had put in."""
    lines = configuration.expansion.trees[location.file].lines
    if not location.alone:
        line = _without(location.line, found)
        end = location.end + (line.code[location.end : location.end + 1] in (b" ", b"\t"))
        return Splice(location.file, location.row, location.row + 1, _with_code(line, location.start, end, b"").raw)
    before, after = lines[max(location.row - 1, 0)], lines[location.row + 1 : location.row + 2]
    if found.mark.original == NOT_SET_SPLIT and location.row and after and not before.comment:
        return Splice(location.file, location.row - 1, location.row + 2, before.body + after[0].raw)
    return Splice(location.file, location.row, location.row + 1, b"")


def _indent_inside(configuration: Configuration, number: BlockNumber, close: StatementLocation) -> bytes:
    """Return the indentation of the first line inside the block's braces; one step more than theirs if there is none."""
    expansion = configuration.expansion
    for index in range(number.span[0] + 1, number.span[1]):
        location = plain_location(expansion, index) if expansion.words[index][0] not in (b"{", b"}") else None
        if location is not None and location.file == close.file and location.start == 0:
            return location.line.indent
    return close.line.indent + _step(close.line.indent)


def _step(indent: bytes) -> bytes:
    return b"\t" if b"\t" in indent else b"    "


def blank_line(line: Line) -> bool:
    """Return True if nothing stands there."""
    return not line.body.strip(BLANK)
