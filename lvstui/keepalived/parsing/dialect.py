"""Tell how a version of keepalived takes a file apart into lines and statements, where the versions differ.

A version that is not known is read as `ASSUMED`, the one of Debian 12.

Not for: which keywords a version knows (see `keywords`), nor what it makes of the values (see `reading`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

Version = tuple[int, int, int]
ASSUMED: Version = (2, 2, 7)
OLDEST: Version = (2, 0, 0)  # that is told from the others

_VERSION = re.compile(r"v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?")
_BUILT_IN = ((b"_HASH", (2, 1, 4)), (b"_BANG", (2, 1, 4)), (b"_ENV", (2, 4, 0)))

_REPETITIONS = ((b"~SEQ", (2, 0, 9)), (b"~LST", (2, 1, 0)))


@dataclass(frozen=True, slots=True)
class Dialect:
    """The rules for lines. Equal dialects take the same bytes apart into the same statements."""

    reads_a_copy: bool  # the parent strips the comments, the other processes strip them from its copy again
    comments_continue: bool  # a `\\` at the end of a comment counts
    long_lines_go_on: bool  # what is beyond the limit is a line of its own; else the first part of it is ignored
    looks_again: bool  # a line whose definitions were replaced is looked at again for `@id` and further definitions
    includes_checked: bool  # `includem` and the like are known, and end keepalived's start where a file is missing
    repetitions: tuple[bytes, ...]  # what begins a line that is read several times
    repeats_lines: (
        bool  # a repetition may stand anywhere and hold braces; else it ends at a brace, and is a value among values
    )
    sequences_defined: bool  # definitions are replaced in the numbers of a `~SEQ`, and there is `~SEQx`
    built_in: frozenset[bytes]  # names that are defined without being written


@cache
def dialect_of(version: Version | None) -> Dialect:
    """Return the rules of that keepalived; None is read as ASSUMED."""
    known = version or ASSUMED
    return Dialect(
        reads_a_copy=known >= (2, 2, 0),
        comments_continue=known < (2, 4, 0),
        long_lines_go_on=known < (2, 4, 0),
        looks_again=known < (2, 4, 0),
        includes_checked=known >= (2, 2, 0),
        repetitions=tuple(name for name, since in _REPETITIONS if known >= since),
        repeats_lines=known >= (2, 1, 0),
        sequences_defined=known >= (2, 1, 0),
        built_in=frozenset(name for name, since in _BUILT_IN if known >= since),
    )


def name_of(version: Version) -> str:
    """Return the version as it is written, such as `2.3.3`."""
    return ".".join(map(str, version))


def version_of(text: str) -> Version | None:
    """Return the version that `text` names, such as `2.3.3` or `v2.4`; None where it names none."""
    match = _VERSION.fullmatch(text.strip())
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
