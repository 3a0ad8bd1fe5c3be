"""The bytes of a weight: replaced where it stands, put in where there is none, given back after a drain.

Not for: whether it may be done (see `edit`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from lvstui.keepalived.lexical import pieces, text_of, word_spans, words_of
from lvstui.keepalived.mark import NOT_SET, NOT_SET_SPLIT, Found, Mark, mark_of
from lvstui.keepalived.model import Configuration, RealServer
from lvstui.keepalived.sites import Site, Splice, newline_of, plain_site, refusal, site_of
from lvstui.keepalived.syntax import BLANK, LINE_LIMIT, Line

NewMark = Callable[[bytes | None, str | None], Mark]  # (what the 0 stands for, the real server's name if needed)
_CONTINUATION = re.compile(rb"[ \t]*\\\Z")
_SHORTEST_REASON = 1


def put_weight(
    configuration: Configuration, real: RealServer, value: int, new_mark: NewMark | None, *, override: bool = True
) -> Splice:
    """Gives a real server that weight, with a mark or without. Raises EditRefused.

    The weight is changed where it stands; if it stands where others are read from too, a line of its own overrides it.
    """
    site = None if real.weight_at is None else site_of(configuration.expansion, real.weight_at)
    if site is None or words_of(site.text)[:1] != [b"weight"]:
        if real.weight_at is not None and not override:
            raise _shared(configuration, real.weight_at)
        return _insert(configuration, real, value, new_mark)
    start, end = _value_span(configuration, real, site)
    line = _with_code(site.line, start, end, b"%d" % value)
    if new_mark is None:
        return _splice(configuration, real, site, _without(line, _mark(site, real)))
    old = site.line.code[start:end]
    plain = re.fullmatch(rb"0|[1-9][0-9]*", old) is not None
    mark = new_mark(None if plain else old, _name(site, real))
    return _splice(configuration, real, site, _with_mark(configuration, real, line, mark))


def take_back(configuration: Configuration, real: RealServer) -> Splice:
    """What stood there before the drain, byte for byte. Raises EditRefused."""
    assert real.weight_at is not None
    site = site_of(configuration.expansion, real.weight_at)
    found = None if site is None else _mark(site, real)
    if site is None or found is None:
        raise _shared(configuration, real.weight_at)
    if found.mark.original in (NOT_SET, NOT_SET_SPLIT):
        return _take_out(configuration, site, found)
    start, end = _value_span(configuration, real, site)
    return _splice(configuration, real, site, _with_code(_without(site.line, found), start, end, found.mark.was))


def _shared(configuration: Configuration, index: int) -> Exception:
    return refusal(
        configuration,
        index,
        "this weight is written where more than this real server is read from",
        "Give the real server a weight line of its own, or change it by hand.",
    )


def _value_span(configuration: Configuration, real: RealServer, site: Site) -> tuple[int, int]:
    """Where the weight's value stands in the code of its line."""
    start, end = (site.start + offset for offset in word_spans(site.text)[1])
    assert real.weight_at is not None
    if configuration.expansion.words[real.weight_at][1].endswith(b"\\"):  # a stray one belongs to the value
        end = site.end
    return start, end


def _mark(site: Site, real: RealServer) -> Found | None:
    return mark_of(site.line.comment, real.key) if real.drained is not None else None


def _name(site: Site, real: RealServer) -> str | None:
    """The name that the mark must have because the line holds more than one real server or weight."""
    first = [words_of(piece)[:1] for _, piece in pieces(site.line.code)]
    return str(real.key) if max(first.count([b"weight"]), first.count([b"real_server"])) > 1 else None


def _with_code(line: Line, start: int, end: int, new: bytes) -> Line:
    return line._replace(code=line.code[:start] + new + line.code[end:])


def _with_mark(configuration: Configuration, real: RealServer, line: Line, mark: Mark) -> bytes:
    """The line with the mark at its end, before a `\\` that continues a definition. The reason gives way to the limit."""
    body = line.body
    tail = b""
    if text_of(line).endswith(b"\\") and (match := _CONTINUATION.search(body)) is not None:
        body, tail = body[: match.start()], match[0]
    while True:
        data = body + b"  " + mark.text() + tail + line.newline
        if len(data) <= LINE_LIMIT:
            return data
        if len(mark.reason) <= _SHORTEST_REASON:
            raise refusal(
                configuration,
                real.span[0],
                "the line is too long to hold the note of what its weight was",
                f"Shorten the line: keepalived reads no more than {LINE_LIMIT} bytes of it.",
            )
        mark = replace(mark, reason=mark.reason[: -max(_SHORTEST_REASON, (len(data) - LINE_LIMIT) // 4)].rstrip(" \\"))


def _without(line: Line, found: Found | None) -> Line:
    """The line without a mark and the two blanks before it."""
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


def _splice(configuration: Configuration, real: RealServer, site: Site, line: Line | bytes) -> Splice:
    data = line.raw if isinstance(line, Line) else line
    if len(data) > LINE_LIMIT:
        raise refusal(configuration, real.span[0], "the line would be longer than keepalived reads", "Break the line.")
    return Splice(site.file, site.row, site.row + 1, data)


def _insert(configuration: Configuration, real: RealServer, value: int, new_mark: NewMark | None) -> Splice:
    """A weight statement just before the brace that closes the real server: the last one wins."""
    expansion = configuration.expansion
    site = plain_site(expansion, real.span[1])
    if site is None or site.text != b"}":
        raise refusal(
            configuration,
            real.span[0],
            f"{real.key} is made by a line that makes others too (a definition, a ~SEQ, an include)",
            "Write this real server out by itself first.",
        )
    newline = newline_of(expansion, site.file, site.row)
    statement = b"weight %d" % value
    if site.start == 0:
        line = Line(_indent_inside(configuration, real, site), statement, b"", b"", newline)
        data = line.raw if new_mark is None else _with_mark(configuration, real, line, new_mark(NOT_SET, None))
        return Splice(site.file, site.row, site.row, data)
    if pieces(site.before)[-1][1] in (b"{", b"}"):
        line = _with_code(site.line, site.start, site.start, statement + b" ")
        if new_mark is None:
            return _splice(configuration, real, site, line)
        marked = _with_mark(configuration, real, line, new_mark(NOT_SET, _name(site, real)))
        return _splice(configuration, real, site, marked)
    line = Line(site.line.indent + _step(site.line.indent), statement, b"", b"", newline)
    middle = line.raw if new_mark is None else _with_mark(configuration, real, line, new_mark(NOT_SET_SPLIT, None))
    head = site.line.indent + site.before + newline
    tail = b"".join((site.line.code[site.start :], *site.line[2:]))
    return Splice(site.file, site.row, site.row + 1, head + middle + tail)


def _take_out(configuration: Configuration, site: Site, found: Found) -> Splice:
    """The file without a weight statement that a drain had put in."""
    lines = configuration.expansion.trees[site.file].lines
    if not site.alone:
        line = _without(site.line, found)
        end = site.end + (line.code[site.end : site.end + 1] in (b" ", b"\t"))
        return Splice(site.file, site.row, site.row + 1, _with_code(line, site.start, end, b"").raw)
    before, after = lines[max(site.row - 1, 0)], lines[site.row + 1 : site.row + 2]
    if found.mark.original == NOT_SET_SPLIT and site.row and after and not before.comment:
        return Splice(site.file, site.row - 1, site.row + 2, before.body + after[0].raw)
    return Splice(site.file, site.row, site.row + 1, b"")


def _indent_inside(configuration: Configuration, real: RealServer, close: Site) -> bytes:
    """The indentation of the first line inside the real server's braces; one step more than theirs if there is none."""
    expansion = configuration.expansion
    for index in range(real.span[0] + 1, real.span[1]):
        site = plain_site(expansion, index) if expansion.words[index][0] not in (b"{", b"}") else None
        if site is not None and site.file == close.file and site.start == 0:
            return site.line.indent
    return close.line.indent + _step(close.line.indent)


def _step(indent: bytes) -> bytes:
    return b"\t" if b"\t" in indent else b"    "


def blank_line(line: Line) -> bool:
    """Whether nothing stands there."""
    return not line.body.strip(BLANK)
