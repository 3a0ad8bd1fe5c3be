"""The comment that a drained weight leaves on its line: the weight before, when, by whom, the reason.

    weight 0  # drained, was 1, 2026-11-22 14:01 by ana@ops1: kernel update

    was 5 ($W)        what stood there was not a plain `5`
    was 1 (not set)   there was no weight of its own: the whole statement goes away on restore
    drained 10.0.0.11:80, was …     on a line that holds several real servers

Not for: deciding whether a weight is drained (it is if it is 0 and the comment is there, see `servers`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lvstui.keepalived.keys import RealServerKey

_START = re.compile(rb"(?:^|(?<=[ \t]))# drained(?=[ ,])")
_MARK = re.compile(
    rb"# drained(?: (?P<key>[^ ,]+))?, was (?P<weight>\d+)(?: \((?P<original>.*?)\))?,"
    rb" (?P<when>\d{4}-\d\d-\d\d \d\d:\d\d) by (?P<by>[^ \t]+?)(?:: (?P<reason>.*?))?[ \t]*\\?[ \t]*",
    re.DOTALL,
)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
NOT_SET = b"not set"
NOT_SET_SPLIT = b"not set, line split"  # the line before was cut in two for it


@dataclass(frozen=True, slots=True)
class Mark:
    """One such comment. `original` is what stood in the place of the 0, where that was not the plain number."""

    weight: int
    when: str
    by: str
    reason: str = ""
    original: bytes | None = None
    key: str | None = None

    @property
    def was(self) -> bytes:
        """What is to be put back in the place of the 0."""
        return b"%d" % self.weight if self.original is None else self.original

    def text(self) -> bytes:
        """The comment, without the blanks before it."""
        key = f" {self.key}" if self.key else ""
        original = b"" if self.original is None else b" (" + self.original + b")"
        tail = f", {self.when} by {self.by}" + (f": {self.reason}" if self.reason else "")
        return f"# drained{key}, was {self.weight}".encode() + original + tail.encode(errors="replace")


def marked(weight: int, by: str, when: datetime, reason: str, original: bytes | None, key: str | None) -> Mark:
    """A new mark. Whatever could end the comment's line, continue it or look like another mark is taken out."""
    return Mark(
        weight, f"{when:%Y-%m-%d %H:%M}", _one_line(by).replace(" ", "_") or "?", _one_line(reason), original, key
    )


def _one_line(text: str) -> str:
    return _UNSAFE.sub(" ", text).replace("# drained", "drained").strip(" \\")


@dataclass(frozen=True, slots=True)
class Found:
    """A mark in a comment, at comment[start:end]."""

    mark: Mark
    start: int
    end: int


def marks_in(comment: bytes) -> list[Found]:
    """The marks of a line's comment, in order; what only resembles one is not among them."""
    starts = [match.start() for match in _START.finditer(comment)]
    found = []
    for start, end in zip(starts, [*starts, len(comment)][1:], strict=True):
        match = _MARK.fullmatch(comment, start, end)
        if match is None:
            continue
        key, original, when, by, reason = match.group("key", "original", "when", "by", "reason")
        mark = Mark(
            int(match["weight"]),
            _shown(when),
            _shown(by),
            _shown(reason or b""),
            original,
            _shown(key) if key else None,
        )
        stop = match.end("reason") if reason is not None else match.end("by")
        found.append(Found(mark, start, stop))
    return found


def mark_of(comment: bytes, key: RealServerKey) -> Found | None:
    """The mark of that real server: the last that names it, else the last that names none."""
    found = marks_in(comment)[::-1]
    named = next((one for one in found if one.mark.key == str(key)), None)
    return named or next((one for one in found if one.mark.key is None), None)


def _shown(text: bytes) -> str:
    return text.decode(errors="backslashreplace")
