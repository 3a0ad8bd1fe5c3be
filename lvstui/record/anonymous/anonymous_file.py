"""Put invented names into files of keepalived and into diffs of them, line by line: they parse as before.

A comment becomes an invented one; that of a drained weight or a priority that was handed over keeps its form.
"""

from __future__ import annotations

from dataclasses import replace

from lvstui.keepalived import drain_comment
from lvstui.keepalived.parsing.syntax import parse, parse_line
from lvstui.record.anonymous.inventions import Inventions


def anonymous_file(data: bytes, inventions: Inventions) -> bytes:
    """Return a file with invented names, addresses, paths, comments and arguments."""
    parts: list[bytes] = []
    for line in parse(data).lines:
        parts += [line.indent, _code(line.code, inventions), line.gap, _comment(line.comment, inventions), line.newline]
    return b"".join(parts)


def anonymous_diff(diff: str, inventions: Inventions) -> str:
    """Return a diff with invented names."""
    return "".join([_diff_line(line, inventions) for line in diff.splitlines(keepends=True)])


def _diff_line(text: str, inventions: Inventions) -> str:
    if text.startswith(("---", "+++", "@@", "\\")):
        return inventions.value(text)
    line = parse_line(text[1:].encode(errors="surrogateescape"))
    code, comment = _code(line.code, inventions), _comment(line.comment, inventions)
    body = b"".join([line.indent, code, line.gap, comment, line.newline])
    return text[:1] + body.decode(errors="surrogateescape")


def _code(code: bytes, inventions: Inventions) -> bytes:
    return inventions.value(code.decode(errors="surrogateescape")).encode(errors="surrogateescape")


def _comment(comment: bytes, inventions: Inventions) -> bytes:
    if not comment:
        return comment
    marks = drain_comment.marks_in(comment)
    parts, end = [], 0
    for found in marks:
        parts += [_free(comment[end : found.start], inventions), _mark(found.mark, inventions)]
        end = found.end
    return b"".join([*parts, _free(comment[end:], inventions)])


def _mark(mark: drain_comment.Mark, inventions: Inventions) -> bytes:
    original = None if mark.original is None else mark.original
    if original is not None and original not in (drain_comment.NOT_SET, drain_comment.NOT_SET_SPLIT):
        original = _code(original, inventions)
    by = inventions.value(mark.by)
    key = None if mark.key is None else inventions.value(mark.key)
    return replace(mark, by=by, reason=inventions.free(mark.reason), original=original, key=key).text()


def _free(comment: bytes, inventions: Inventions) -> bytes:
    """Return a comment with its marks and blanks around it, and with the backslash at its end."""
    text = comment.decode(errors="surrogateescape")
    bare = text.strip(" \t#!\\\r\n")
    if not bare:
        return comment
    start = text.index(bare)
    return (text[:start] + inventions.free(bare) + text[start + len(bare) :]).encode(errors="surrogateescape")
