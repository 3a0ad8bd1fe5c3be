"""Add or remove the bytes of a whole real server: modelled on a sibling; with the comment that belongs to it.

Not for: whether it may be done (see `edit`).
"""

from __future__ import annotations

import re
from itertools import accumulate

from lvstui.keepalived.editing.block_numbers import blank_line
from lvstui.keepalived.editing.locations import (
    EditRefused,
    Splice,
    StatementLocation,
    newline_of,
    plain_location,
    refusal,
)
from lvstui.keepalived.keys import RealServerKey
from lvstui.keepalived.parsing.lexical import pieces, word_spans, words_of
from lvstui.keepalived.parsing.syntax import Line
from lvstui.keepalived.reading.model import Configuration, ConfiguredRealServer, VirtualServer


def written_out(
    configuration: Configuration, real: ConfiguredRealServer
) -> tuple[StatementLocation, StatementLocation] | None:
    """Return the locations of its first and last statement; None unless all of it stands, whole, in lines that are read once."""
    expansion = configuration.expansion
    first, last = plain_location(expansion, real.span[0]), plain_location(expansion, real.span[1])
    if first is None or last is None or first.file != last.file or last.text != b"}":
        return None
    inside = range(real.span[0], real.span[1] + 1)
    depths = list(
        accumulate(expansion.words[index] == [b"{"] or -(expansion.words[index] == [b"}"]) for index in inside)
    )
    if depths[-1] or min(depths[1:-1], default=1) < 1:  # a mistake in it makes its end other than it looks
        return None
    places = {expansion.places[index]: index for index in inside}
    if any(plain_location(expansion, index) is None for index in places.values()):
        return None
    return first, last


def _refused(configuration: Configuration, real: ConfiguredRealServer, what_to_do: str) -> EditRefused:
    reason = (
        f"{real.key} does not stand by itself: a definition, a ~SEQ or an include makes it, or its braces do not match"
    )
    return refusal(configuration, real.span[0], reason, what_to_do)


def take_away(configuration: Configuration, server: VirtualServer, real: ConfiguredRealServer) -> Splice:
    """Return the splice without that real server, the comment above it and one blank line around it. Raises EditRefused."""
    locations = written_out(configuration, real)
    if locations is None:
        raise _refused(configuration, real, "Take it out by hand.")
    first, last = locations
    lines = configuration.expansion.trees[first.file].lines
    if first.start or last.after:
        return _take_from_lines(lines, first, last)
    top, end = first.row, last.row + 1
    if _comment_belongs(configuration, server, real, first):
        top = _comment_above(lines, top)
    if top and blank_line(lines[top - 1]) and (end == len(lines) or _closes(lines[end]) or blank_line(lines[end])):
        top -= 1
    return Splice(first.file, top, end, b"")


def _closes(line: Line) -> bool:
    return line.code.startswith(b"}")


def _take_from_lines(lines: tuple[Line, ...], first: StatementLocation, last: StatementLocation) -> Splice:
    """Return the splice where other statements share its first or last line: the bytes between stay as they are."""
    head, tail = first.before, last.after.lstrip(b" \t")
    if not tail:
        head = head.rstrip(b" \t")
    line = last.line._replace(indent=first.line.indent, code=head + tail)
    if not head and not tail:
        line = line._replace(indent=b"", gap=b"")
    return Splice(first.file, first.row, last.row + 1, line.raw)


def _comment_above(lines: tuple[Line, ...], row: int) -> int:
    """Return the row where the comment lines that end just above `row` begin; `row` itself if there are none."""
    while row and not lines[row - 1].code and lines[row - 1].comment[:1] in (b"#", b"!"):
        row -= 1
    return row


def _comment_belongs(
    configuration: Configuration, server: VirtualServer, real: ConfiguredRealServer, location: StatementLocation
) -> bool:
    """Return True if a comment above speaks of this real server rather than of all that follow it."""
    lines = configuration.expansion.trees[location.file].lines
    top = _comment_above(lines, location.row)
    if top == location.row:
        return False
    text = b"\n".join(line.comment for line in lines[top : location.row])
    if real is not server.own_real_servers[0] or real.key.address.encode() in text:
        return True
    others = (plain_location(configuration.expansion, other.span[0]) for other in server.own_real_servers[1:])
    return any(o is not None and o.file == location.file and _comment_above(lines, o.row) < o.row for o in others)


def one_more(
    configuration: Configuration, server: VirtualServer, like: ConfiguredRealServer, key: RealServerKey, weight: int
) -> Splice:
    """Return the splice with a real server after the last one that is written out, like its sibling. Raises EditRefused."""
    model = written_out(configuration, like)
    place = next(
        (s for r in reversed(server.own_real_servers) if (s := written_out(configuration, r)) is not None), None
    )
    if model is None or place is None:
        raise _refused(configuration, like, "Name another real server to model it on, or write it by hand.")
    after = place[1]
    lines = configuration.expansion.trees[after.file].lines
    newline = newline_of(configuration.expansion, after.file, after.row)
    block = b"".join(line._replace(newline=newline).raw for line in _copy(configuration, like, model, key, weight))
    own_lines = place[0].row and place[0].start == 0
    gap = newline if own_lines and blank_line(lines[place[0].row - 1]) else b""
    if after.after.strip():  # something follows on the line: the new one stands on lines of its own before it
        head = after.line.indent + after.line.code[: after.end]
        tail = after.line._replace(indent=after.line.indent, code=after.after.lstrip(b" \t"))
        return Splice(after.file, after.row, after.row + 1, head + newline + block + tail.raw)
    last = after.line if after.line.newline.endswith(b"\n") else after.line._replace(newline=newline)
    return Splice(after.file, after.row, after.row + 1, last.raw + gap + block)


def _copy(
    configuration: Configuration,
    like: ConfiguredRealServer,
    locations: tuple[StatementLocation, StatementLocation],
    key: RealServerKey,
    weight: int,
) -> list[Line]:
    """Return the lines of the sibling, without comments, with the new address, port and weight."""
    first, last = locations
    lines = list(configuration.expansion.trees[first.file].lines[first.row : last.row + 1])
    lines[-1] = lines[-1]._replace(code=lines[-1].code[: last.end])
    lines[0] = lines[0]._replace(code=lines[0].code[first.start :])
    found = []
    depth = 0
    weighed = False
    for line in lines:
        if not line.code:
            continue
        code = b""
        position = 0
        for start, piece in pieces(line.code):
            words = words_of(piece)
            depth += (piece == b"{") - (piece == b"}")
            new = piece
            if words[:1] == [b"real_server"] and depth == 0:
                new = _head(piece, key)
            elif words[:1] == [b"weight"] and depth == 1:
                new, weighed = b"weight %d" % weight, True
            elif depth > 1:
                new = _checker_option(piece, words, like, key)
            code += line.code[position:start] + new
            position = start + len(piece)
        found.append(Line(line.indent, code + line.code[position:], b"", b"", line.newline))
    return found if weighed else _weighed(found, weight)


def _head(piece: bytes, key: RealServerKey) -> bytes:
    spans = word_spans(piece)
    return piece[: spans[1][0]] + b"%s %d" % (key.address.encode(), key.port)


def _checker_option(
    piece: bytes, words: list[bytes], like: RealServerKey | ConfiguredRealServer, key: RealServerKey
) -> bytes:
    old = like.key if isinstance(like, ConfiguredRealServer) else like
    if words[:1] == [b"connect_port"] and words[1:2] == [b"%d" % old.port]:
        spans = word_spans(piece)
        return piece[: spans[1][0]] + b"%d" % key.port + piece[spans[1][1] :]
    return re.sub(rb"(?<![\w.:])" + re.escape(old.address.encode()) + rb"(?![\w.:])", key.address.encode(), piece)


def _weighed(lines: list[Line], weight: int) -> list[Line]:
    """Return the copy of a sibling that has no weight of its own, with one."""
    code = lines[-1].code
    close = pieces(code)[-1][0]
    before = code[:close].rstrip(b" \t")
    if not before:
        step = b"\t" if b"\t" in lines[-1].indent else b"    "
        indent = lines[1].indent if len(lines) > 2 else lines[-1].indent + step
        return [*lines[:-1], Line(indent, b"weight %d" % weight, b"", b"", lines[-1].newline), lines[-1]]
    if pieces(before)[-1][1] in (b"{", b"}"):
        return [*lines[:-1], lines[-1]._replace(code=before + b" weight %d }" % weight)]
    indent = lines[-1].indent
    return [
        *lines[:-1],
        lines[-1]._replace(code=before),
        Line(indent + b"    ", b"weight %d" % weight, b"", b"", lines[-1].newline),
        Line(indent, b"}", b"", b"", lines[-1].newline),
    ]
