"""What each part of a line is, for whoever shows it: keyword, value, quoted, brace, comment; and what nobody should see.

Not for: what a line means (see `expand`), nor colours. A password's bytes are never given away, only that there is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from lvstui.keepalived.keywords import Block, Process, root
from lvstui.keepalived.lexical import pieces, word_spans
from lvstui.keepalived.syntax import BLANK, Line, Tree

Ink = Literal["blank", "keyword", "value", "quoted", "brace", "comment", "secret"]
MASK = "••••••••"  # as long for every password

_SECRET = re.compile(rb"""(?<![^ \t{}"#!])(?:auth_pass|password)[ \t]+("[^"]*"?|\$\{\w*\}|[^ \t}]+)""")
_NAMED = re.compile(rb"(?:auth_pass|password)[ \t]+\"?\$\{?([A-Za-z0-9_]+)")
_DEFINITION = re.compile(rb"\$([A-Za-z0-9_]+)=")


def _names(block: Block) -> Iterator[bytes]:
    for keyword in block.keywords.values():
        yield keyword.name
        if keyword.block is not None:
            yield from _names(keyword.block)


# In whatever block: an entry of a list, an address, or a word that is none at all, is a value
_KEYWORDS = frozenset(name for process in Process for name in _names(root(process)[0]))


class Piece(NamedTuple):
    ink: Ink
    text: str  # as it is in the file, control characters and all


def secret_names(trees: Iterable[Tree]) -> frozenset[bytes]:
    """The definitions that hold a password: those that an auth_pass names."""
    return frozenset(name for tree in trees for line in tree.known.values() for name in _NAMED.findall(line.code))


def inks(line: Line, secrets: frozenset[bytes] = frozenset()) -> tuple[Piece, ...]:
    """The parts of one line, in order; joined they are its text without the newline, but for the passwords."""
    found = [Piece("blank", _text(line.indent)), *_code(line.code, secrets), Piece("blank", _text(line.gap))]
    # An old line that was commented out may still hold the password that is in use
    found += _masked(line.comment, lambda text: [Piece("comment", _text(text))])
    return tuple(piece for piece in found if piece.text)


def _text(part: bytes) -> str:
    return part.decode(errors="backslashreplace")


def _code(code: bytes, secrets: frozenset[bytes]) -> Iterator[Piece]:
    definition = _DEFINITION.match(code)
    if definition is not None:
        yield Piece("keyword", _text(definition[0]))
        body = code[definition.end() :]
        yield Piece("secret", MASK) if definition[1] in secrets else Piece("value", _text(body))
        return
    yield from _masked(code, _statements)


def _masked(text: bytes, others: Callable[[bytes], Iterable[Piece]]) -> Iterator[Piece]:
    """The passwords masked, and what is between them as `others` has it."""
    position = 0
    for match in _SECRET.finditer(text):
        yield from others(text[position : match.start(1)])
        yield Piece("secret", MASK)
        position = match.end(1)
    yield from others(text[position:])


def _statements(code: bytes) -> Iterator[Piece]:
    stripped = code.lstrip(BLANK)
    yield Piece("blank", _text(code[: len(code) - len(stripped)]))
    position = 0
    for start, piece in pieces(stripped):
        yield Piece("blank", _text(stripped[position:start]))
        position = start + len(piece)
        if piece in (b"{", b"}"):
            yield Piece("brace", _text(piece))
        else:
            yield from _words(piece)
    yield Piece("blank", _text(stripped[position:]))


def _words(piece: bytes) -> Iterator[Piece]:
    """A statement: its first word is the keyword, and the second one too, where the first is an @condition."""
    position = 0
    due = True
    for start, end in word_spans(piece):
        yield Piece("blank", _text(piece[position:start]))
        word = piece[start:end]
        position = end
        keyword = due and (word in _KEYWORDS or word.startswith((b"@", b"~", b"$", b"include")))
        ink: Ink = "quoted" if word.startswith(b'"') else "keyword" if keyword else "value"
        due = due and word.startswith(b"@")
        yield Piece(ink, _text(word))
    rest = piece[position:]  # a quote that is never closed
    yield Piece("quoted" if rest.strip() else "blank", _text(rest))
