"""Read `$NAME=…` definitions, and the `~SEQ` and `~LST` lines that repeat a text with changing ones.

Not for: where the lines come from and in what order they are taken (see `expand`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lvstui.keepalived.parsing.syntax import BLANK, readable

_DEFINITION = re.compile(rb"\$([A-Za-z_][A-Za-z0-9_]*)=[ \t]*(.*)", re.DOTALL)
_REFERENCE = re.compile(
    rb"\$(?:(?P<bare>[A-Za-z_][A-Za-z0-9_]*)(?=[ \t,)]|\Z)"
    rb"|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)(?P<parameters>[ \t0-9A-Za-z_]*)\})"
)
_SEQUENCE = re.compile(rb"~SEQ(x?)[ \t]*\([ \t]*([^ \t,)]+)[ \t]*,[ \t]*([^)]*)\)[ \t]*(.*)", re.DOTALL)
_LIST = re.compile(rb"~LST[ \t]*\([ \t]*(\{[^}]*\}|[^ \t,}]*)[ \t]*,(.*)", re.DOTALL)
_VALUES = re.compile(rb"[ \t]*(?:\{([^}]*)\}|([^ \t,})]*))[ \t]*([,)])")
_NUMBER = re.compile(rb"[ \t]*([+-]?)(0[xX][0-9A-Fa-f]+|[0-9]*)[ \t]*")
_LONG_PARAMETERS = 60  # bytes: keepalived's room for the numbers of a ~SEQ


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the place (see `expand`) where it is written."""

    data: bytes
    place: int


@dataclass(slots=True)
class Definition:
    """Hold what a name stands for: one text, or the lines of a definition that was continued with `\\`."""

    lines: list[Text]
    multiline: bool = False

    @property
    def first(self) -> bytes:
        return self.lines[0].data if self.lines else b""


@dataclass(frozen=True, slots=True)
class Reference:
    """`$NAME` or `${NAME}` in a text, at text[start:end]."""

    name: bytes
    start: int
    end: int
    parameters: bytes  # of `${_RANDOM 1 5}` or `${_ENV HOME}`
    at_end: bool  # the only place where a definition of several lines may stand


class MalformedRepetition(ValueError):
    """A `~SEQ` or `~LST` that keepalived does not take."""


def definition_in(text: bytes) -> tuple[bytes, bytes] | None:
    """Name and value of a `$NAME=value` line; the value still has the `\\` of a definition that goes on."""
    match = _DEFINITION.fullmatch(text)
    return (match[1], match[2]) if match else None


def continued(value: bytes) -> tuple[bytes, bool]:
    """Return the value without the `\\` that continues it, and whether there was one."""
    if not value.endswith(b"\\"):
        return value, False
    return value[:-1].rstrip(BLANK), True


def references(text: bytes, start: int) -> Iterator[Reference]:
    """Give the references of `text` from `start` on, whether they are defined or not."""
    for match in _REFERENCE.finditer(text, start):
        parameters = match["parameters"] or b""
        if parameters.strip() and parameters[-1:].isspace():
            continue
        yield Reference(
            match["bare"] or match["braced"], match.start(), match.end(), parameters, match.end() == len(text)
        )


@dataclass(frozen=True, slots=True)
class Repetition:
    """A text to be read once for each set of values, the names having them."""

    names: tuple[bytes, ...]
    values: Sequence[tuple[bytes, ...]] | range
    text: Text
    hexadecimal: bool = False

    def round(self, number: int) -> list[tuple[bytes, bytes]]:
        """Return the names and what they stand for the `number`th time."""
        value = self.values[number]
        if isinstance(value, int):
            return [(self.names[0], b"%x" % value if self.hexadecimal else b"%d" % value)]
        return list(zip(self.names, value, strict=True))


def sequence(text: bytes, numbers: bytes, place: int) -> Repetition:
    """Return what `~SEQ(name, numbers) text` repeats, the definitions in `numbers` replaced. Raises MalformedRepetition."""
    match = _SEQUENCE.fullmatch(text)
    if match is None or len(numbers) > _LONG_PARAMETERS:
        raise MalformedRepetition("this ~SEQ is not ~SEQ(NAME, [START, [STEP,]] END) TEXT")
    values = [_number(part) for part in numbers.split(b",")]
    if len(values) == 1:
        start, step, end = (-1, -1, values[0]) if values[0] < 0 else (1, 1 if values[0] > 0 else -1, values[0])
    elif len(values) == 2:
        start, end = values
        step = 1 if start <= end else -1
    elif len(values) == 3:
        start, step, end = values
    else:
        raise MalformedRepetition("a ~SEQ has at most START, STEP and END")
    if not step or (end - start) * step < 0 or (match[1] and min(start, end) < 0):
        raise MalformedRepetition("the START, STEP and END of this ~SEQ give no numbers")
    return Repetition(
        (match[2],), range(start, end + (1 if step > 0 else -1), step), Text(match[4], place), bool(match[1])
    )


def sequence_numbers(text: bytes) -> bytes | None:
    """Return the part of a `~SEQ` in which definitions are replaced before it is read."""
    match = _SEQUENCE.fullmatch(text)
    return match[3] if match else None


def _number(text: bytes) -> int:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise MalformedRepetition(f"{readable(text)!r} in this ~SEQ is no number")
    digits = match[2] or b"0"
    base = 16 if digits[:2] in (b"0x", b"0X") else 8 if digits.startswith(b"0") else 10
    try:
        return int(match[1] + digits, base)
    except ValueError:
        raise MalformedRepetition(f"{readable(text)!r} in this ~SEQ is no number") from None


def listing(text: bytes, place: int) -> Repetition:
    """Return what a `~LST({A,B}, {a,b}, …) text` repeats. Raises MalformedRepetition."""
    match = _LIST.fullmatch(text)
    if match is None:
        raise MalformedRepetition("this ~LST is not ~LST({NAME, …}, {VALUE, …}, …) TEXT")
    names = _members(match[1].strip(b"{}"))
    rest = match[2]
    values = []
    while True:
        found = _VALUES.match(rest)
        if found is None:
            raise MalformedRepetition("this ~LST has no closing parenthesis, or a value that is not one word")
        members = _members(found[1] if found[1] is not None else found[2])
        if len(members) > len(names):
            raise MalformedRepetition("this ~LST has more values than names")
        values.append((*members, *[b""] * (len(names) - len(members))))
        rest = rest[found.end() :]
        if found[3] == b")":
            return Repetition(names, values, Text(rest.lstrip(BLANK), place))


def _members(text: bytes) -> tuple[bytes, ...]:
    return tuple(part.strip(BLANK) for part in text.split(b","))
