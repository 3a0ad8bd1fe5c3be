"""Write and find the comment that a drained weight or a lowered priority leaves: the number before, when, by whom, the reason.

    weight 0  # drained, was 1, 2026-11-22 14:01 by ana@ops1: kernel update
    priority 40  # handed over, was 100, 2026-11-29 08:10 by ana@ops1: kernel update

    was 5 ($W)        what stood there was not a plain `5`
    was 1 (not set)   the block had none of its own: the whole statement goes away on restore
    drained 10.0.0.11:80, was …     on a line that holds several real servers
    handed over VI_1, was …         or several instances

Not for: deciding whether a weight is drained (it is if it is 0 and the comment is there, see `effective`), or an instance
handed over (see `vrrp_process`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

DRAINED, HANDED_OVER = "drained", "handed over"
_START = re.compile(rb"(?:^|(?<=[ \t]))# (?:drained|handed over)(?=[ ,])")
_MARK = re.compile(
    rb"# (?P<word>drained|handed over)(?: (?P<key>[^ ,]+))?, was (?P<number>\d+)(?: \((?P<original>.*?)\))?,"
    rb" (?P<when>\d{4}-\d\d-\d\d \d\d:\d\d) by (?P<by>[^ \t]+?)(?:: (?P<reason>.*?))?[ \t]*\\?[ \t]*",
    re.DOTALL,
)
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_REFERENCE = re.compile(r"\$(\{?[A-Za-z_]\w*\}?)$")  # before 2.0.9 a definition was put in its place, in comments too
NOT_SET = b"not set"
NOT_SET_SPLIT = b"not set, line split"  # the line before was cut in two for it


@dataclass(frozen=True, slots=True)
class Mark:
    """One such comment. `original` is what stood in the place of the new number, where that was not the plain old one."""

    number: int  # before: a weight, or a priority
    when: str
    by: str
    reason: str = ""
    original: bytes | None = None
    key: str | None = None  # the real server or the instance, where the line alone does not tell
    word: str = DRAINED

    @property
    def was(self) -> bytes:
        """Return what is to be put back."""
        return b"%d" % self.number if self.original is None else self.original

    def text(self) -> bytes:
        """Return the comment, without the blanks before it."""
        key = f" {self.key}" if self.key else ""
        original = b"" if self.original is None else b" (" + self.original + b")"
        tail = f", {self.when} by {self.by}" + (f": {self.reason}" if self.reason else "")
        return f"# {self.word}{key}, was {self.number}".encode() + original + tail.encode(errors="replace")


def marked(
    number: int, by: str, when: datetime, reason: str, original: bytes | None, key: str | None, word: str = DRAINED
) -> Mark:
    """Return a new mark. Whatever could end the comment's line, continue it or look like another mark is taken out."""
    who = _one_line(by).replace(" ", "_") or "?"
    return Mark(number, f"{when:%Y-%m-%d %H:%M}", who, _one_line(reason), original, key, word)


def _one_line(text: str) -> str:
    line = _UNSAFE.sub(" ", text)
    while (cleared := line.replace(f"# {DRAINED}", DRAINED).replace(f"# {HANDED_OVER}", HANDED_OVER)) != line:
        line = cleared
    line = line.strip(" \\")
    return _REFERENCE.sub(r"\1", line)


@dataclass(frozen=True, slots=True)
class Found:
    """A mark in a comment, at comment[start:end]."""

    mark: Mark
    start: int
    end: int


def marks_in(comment: bytes) -> list[Found]:
    """Return the marks of a line's comment, in order; what only resembles one is not among them."""
    starts = [match.start() for match in _START.finditer(comment)]
    found = []
    for start, end in zip(starts, [*starts, len(comment)][1:], strict=True):
        match = _MARK.fullmatch(comment, start, end)
        if match is None:
            continue
        key, original, when, by, reason = match.group("key", "original", "when", "by", "reason")
        mark = Mark(
            int(match["number"]),
            _shown(when),
            _shown(by),
            _shown(reason or b""),
            original,
            _shown(key) if key else None,
            _shown(match["word"]),
        )
        stop = match.end("reason") if reason is not None else match.end("by")
        found.append(Found(mark, start, stop))
    return found


def mark_of(comment: bytes, name: str, word: str = DRAINED) -> Found | None:
    """Return the mark of that real server or instance: the last that names it, else the last that names none."""
    found = [one for one in marks_in(comment)[::-1] if one.mark.word == word]
    named = next((one for one in found if one.mark.key == name), None)
    return named or next((one for one in found if one.mark.key is None), None)


def _shown(text: bytes) -> str:
    return text.decode(errors="backslashreplace")
