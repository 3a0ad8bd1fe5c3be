"""Take one line's text apart as keepalived does: comments off, cut at unquoted braces, split into words.

Not for: definitions, conditions and includes, which depend on what was read before (see `expand`).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from lvstui.keepalived.parsing.dialect import Dialect, dialect_of
from lvstui.keepalived.parsing.syntax import BLANK, LINE_LIMIT, Line

_MARKS = re.compile(rb'\\.?|[#!"]', re.DOTALL)
_BRACE_OR_QUOTE = re.compile(rb'[{}"]')
_WORD = re.compile(rb'[ \t\f\n\r\v]*(?:"([^"]*)"|([^ \t\f\n\r\v"]+)|("))')
_INCLUDE = re.compile(rb"include([rmwba]?)[ \t\n\v\f\r][ \t]*(.*)", re.DOTALL)


_ASSUMED = dialect_of(None)
_NAME_AND_PATTERN = 2  # words


def decomment(text: bytes, dialect: Dialect = _ASSUMED) -> bytes:
    """Return `text` without its comment and outer blanks. A `\\` at its end stays, before 2.4 even that of a comment."""
    text = text.lstrip(BLANK)
    quoted = False
    end: int | None = None
    kept: list[bytes] = []
    start = 0
    for mark in _MARKS.finditer(text):
        token = mark[0]
        if token == b"\\":
            stop = mark.start() if end is None else end
            return b"".join((*kept, text[start:stop])).rstrip(BLANK) + b"\\"
        if end is not None:
            continue
        if token == b'"':
            quoted = not quoted
        elif token[0] != 0x5C:
            end = None if quoted else mark.start()
            if end is not None and not dialect.comments_continue:
                break
        elif not quoted and token[1:] in (b"#", b"!"):
            kept.append(text[start : mark.start()])
            start = mark.start() + 1
    return b"".join((*kept, text[start:end])).rstrip(BLANK)


def text_of(line: Line, dialect: Dialect = _ASSUMED) -> bytes:
    """Return what keepalived's checker and VRRP processes are given of a line."""
    if not dialect.long_lines_go_on and ignored(line):
        return b""
    if b"\\" not in line.code and not (dialect.comments_continue and line.comment.endswith(b"\\")):
        return line.code
    body = line.body.partition(b"\0")[0]
    if not dialect.reads_a_copy:
        return decomment(body, dialect)
    # Twice: the parent process reads the file, writes what is left to a copy, and the others read the copy.
    return decomment(decomment(body, dialect), dialect)


def ignored(line: Line) -> bool:
    """Return True if keepalived 2.4 ignores the line: it has a NUL, or is the first part of one that is too long."""
    if line.newline.endswith(b"\n"):
        return b"\0" in line.body
    return len(line.raw) == LINE_LIMIT


def pieces(text: bytes) -> list[tuple[int, bytes]]:
    """Return the text cut at its unquoted braces, each brace being a piece of its own; with the offset of each piece."""
    found = []
    offset = 0
    while text:
        if text[:1] in (b"{", b"}"):
            piece, rest = text[:1], text[1:]
        else:
            cut = _first_brace(text)
            piece, rest = text[:cut].rstrip(BLANK), text[cut:]
        found.append((offset, piece))
        stripped = rest.lstrip(BLANK)
        offset += len(text) - len(stripped)
        text = stripped
    return found


def _first_brace(text: bytes) -> int:
    position = 0
    while (match := _BRACE_OR_QUOTE.search(text, position)) is not None:
        if match[0] != b'"':
            return match.start()
        position = text.find(b'"', match.end()) + 1
        if not position:
            break
    return len(text)


def words_of(text: bytes) -> list[bytes]:
    """Return the words of one piece. A quote that is not closed ends them."""
    if b'"' not in text:
        return text.split()
    found = []
    position = 0
    while (match := _WORD.match(text, position)) is not None and match[3] is None:
        found.append(match[1] if match[1] is not None else match[2])
        position = match.end()
    return found


def word_spans(text: bytes) -> list[tuple[int, int]]:
    """Return where the words of one piece stand in it, the quotes included."""
    spans = []
    position = 0
    while (match := _WORD.match(text, position)) is not None and match[3] is None:
        group = 1 if match[1] is not None else 2
        quotes = 1 if group == 1 else 0
        spans.append((match.start(group) - quotes, match.end(group) + quotes))
        position = match.end()
    return spans


def unclosed_quote(text: bytes) -> bool:
    """Return True if the words of `text` end in the middle because of a quote."""
    return text.count(b'"') % 2 == 1


def plain_statements(line: Line, dialect: Dialect) -> list[list[bytes]] | None:
    """Return the statements of a line that means the same wherever it stands; None for any other."""
    text = text_of(line, dialect)
    if b"$" in text:
        return None
    statements = []
    for _, piece in pieces(text):
        if piece[:1] in (b"@", b"~") or piece.startswith(b"include") or unclosed_quote(piece):
            return None
        if statement := words_of(piece):
            statements.append(statement)
    return statements


def include_in(text: bytes, dialect: Dialect = _ASSUMED) -> tuple[str, bytes] | None:
    """Return the kind (`""`, `r`, `m`, `w`, `b`, `a`) and the pattern of an include line."""
    if not dialect.includes_checked:
        words = words_of(text) if text.startswith(b"include") else []
        return ("", words[1]) if len(words) == _NAME_AND_PATTERN and words[0] == b"include" else None
    match = _INCLUDE.fullmatch(text)
    return (match[1].decode(), match[2]) if match else None


@cache
def expand_braces(pattern: str) -> tuple[str, ...]:
    """Expand `a{b,c}d` as keepalived's glob does: `abd`, `acd`, in this order; `{}` stands for itself."""
    start = _unescaped(pattern, "{", 0)
    while start >= 0 and pattern[start : start + 2] == "{}":
        start = _unescaped(pattern, "{", start + 2)
    if start < 0:
        return (pattern,)
    members, end = _alternatives(pattern, start + 1)
    if end < 0:
        return (pattern,)
    heads = pattern[:start]
    tails = expand_braces(pattern[end + 1 :])
    return tuple(heads + m + t for member in members for m, t in product(expand_braces(member), tails))


def _alternatives(pattern: str, position: int) -> tuple[list[str], int]:
    """Return the parts between the commas of a brace that was opened before `position`, and where it closes (or -1)."""
    members, depth, start = [], 0, position
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            position += 1
        elif character == "{":
            depth += 1
        elif character in ",}" and not depth:
            members.append(pattern[start:position])
            start = position + 1
            if character == "}":
                return members, position
        elif character == "}":
            depth -= 1
        position += 1
    return [], -1


def _unescaped(pattern: str, character: str, start: int) -> int:
    while (found := pattern.find(character, start)) >= 0:
        before = pattern[:found]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return found
        start = found + 1
    return -1
