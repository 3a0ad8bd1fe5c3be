"""Read the lines of `track_interface`, `track_script`, `track_file` and `track_bfd` in a VRRP instance.

Not for: which of them count (see `vrrp_tracking`).
"""

from __future__ import annotations

from typing import NamedTuple

from lvstui.keepalived.parsing.numbers import signed
from lvstui.keepalived.parsing.syntax import readable
from lvstui.keepalived.reading.defaults import LARGEST_TRACK_WEIGHT

TRACKS = frozenset((b"track_interface", b"track_script", b"track_file", b"track_bfd"))


class TrackedItem(NamedTuple):
    """A line of what is tracked."""

    statement: int  # its line's
    kind: str  # "interface" | "script" | "file" | "bfd"
    name: str
    weight: int | None  # that the line gives


def tracked(index: int, block: bytes, words: list[bytes]) -> TrackedItem:
    """Read a line of `track_interface` and of the like."""
    weight = None
    if len(words) > 2 and words[1] == b"weight":
        weight = signed(words[2], -LARGEST_TRACK_WEIGHT, LARGEST_TRACK_WEIGHT)[0]
    kind = block.decode().partition("_")[2]
    return TrackedItem(index, kind, readable(words[0]), weight)
