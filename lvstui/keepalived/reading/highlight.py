"""Tell what each part of a line is, for whoever shows it: keyword, value, quoted, brace, comment, secret.

Not for: what a line means (see `expand`), nor colours. A password's bytes are never given away, only that there is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from lvstui.keepalived.parsing.keywords import BlockKeywords, KeepalivedProcess, every_root
from lvstui.keepalived.parsing.lexical import pieces, word_spans
from lvstui.keepalived.parsing.syntax import BLANK, Line, Tree, readable, render
from lvstui.keepalived.secrets import MASK, NOTHING_KNOWN, Known, known, spans

TokenKind = Literal["blank", "keyword", "value", "quoted", "brace", "comment", "secret"]
_DEFINITION = re.compile(rb"\$([A-Za-z0-9_]+)=")


def _names(block: BlockKeywords) -> Iterator[bytes]:
    for keyword in block.keywords.values():
        yield keyword.name
        if keyword.block is not None:
            yield from _names(keyword.block)


# In whatever block: an entry of a list, an address, or a word that is none at all, is a value
_KEYWORDS = frozenset(name for process in KeepalivedProcess for name in _names(every_root(process)))


class Token(NamedTuple):
    """A part of a line, and what it is."""

    kind: TokenKind
    text: str  # as it is in the file, control characters and all


def secrets_of(trees: Iterable[Tree]) -> Known:
    """Return what the lines of these files say of the passwords and keys in others."""
    return known(render(tree) for tree in trees)


def tokens(line: Line, secrets: Known = NOTHING_KNOWN) -> tuple[Token, ...]:
    """Return the parts of one line, in order; joined they are its text without the newline, but for the passwords."""
    hidden = spans(line.body, secrets)
    code, comment = len(line.indent), len(line.indent) + len(line.code) + len(line.gap)
    found = [Token("blank", readable(line.indent))]
    found += _masked(line.code, hidden, code, _code)
    found.append(Token("blank", readable(line.gap)))
    # An old line that was commented out may still hold the password that is in use
    found += _masked(line.comment, hidden, comment, lambda text: [Token("comment", readable(text))])
    return tuple(token for token in found if token.text)


def _code(code: bytes) -> Iterator[Token]:
    definition = _DEFINITION.match(code)
    if definition is None:
        yield from _statements(code)
        return
    yield Token("keyword", readable(definition[0]))
    yield Token("value", readable(code[definition.end() :]))


def _masked(
    text: bytes, hidden: Iterable[tuple[int, int]], offset: int, others: Callable[[bytes], Iterable[Token]]
) -> Iterator[Token]:
    """Give the parts of `text`, which stands at `offset` in the line: the secrets masked, the rest as `others` has it."""
    position = 0
    for start, end in hidden:
        first, last = max(start - offset, position), min(end - offset, len(text))
        if first < last:
            yield from others(text[position:first])
            yield Token("secret", MASK)
            position = last
    yield from others(text[position:])


def _statements(code: bytes) -> Iterator[Token]:
    stripped = code.lstrip(BLANK)
    yield Token("blank", readable(code[: len(code) - len(stripped)]))
    position = 0
    for start, piece in pieces(stripped):
        yield Token("blank", readable(stripped[position:start]))
        position = start + len(piece)
        if piece in (b"{", b"}"):
            yield Token("brace", readable(piece))
        else:
            yield from _words(piece)
    yield Token("blank", readable(stripped[position:]))


def _words(piece: bytes) -> Iterator[Token]:
    """Give the tokens of a statement: the first word is the keyword, and the second too, where the first is an @condition."""
    position = 0
    due = True
    for start, end in word_spans(piece):
        yield Token("blank", readable(piece[position:start]))
        word = piece[start:end]
        position = end
        keyword = due and (word in _KEYWORDS or word.startswith((b"@", b"~", b"$", b"include")))
        kind: TokenKind = "quoted" if word.startswith(b'"') else "keyword" if keyword else "value"
        due = due and word.startswith(b"@")
        yield Token(kind, readable(word))
    rest = piece[position:]  # a quote that is never closed
    yield Token("quoted" if rest.strip() else "blank", readable(rest))
