"""Look for what should not be in a recording any more, in its bytes alone: without knowing what stands where.

Not for: what was put in its place (see `inventions`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address

from lvstui.record.anonymous.address_map import is_kept
from lvstui.record.anonymous.inventions import Inventions

_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|(.))")
_WORD = re.compile(r"[\w\x80-\U0010ffff][\w\-\x80-\U0010ffff]*")
_FOUR = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_SIX = re.compile(r"[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*")
_LONG = 8  # bytes of what is looked for in compressed data too: anything shorter is there by chance


class LeakCheck:
    """The originals of a recording."""

    def __init__(self, inventions: Inventions) -> None:
        self._names = frozenset(one for one, made in inventions.names.items() if one != made)
        self._phrases = tuple(inventions.phrases)
        self._addresses = frozenset(one for one in inventions.addresses if not is_kept(ip_address(one)))

    def found(self, data: bytes) -> list[str]:
        """Return the originals that are in JSON text."""
        text = _ESCAPE.sub(_meant, data.decode(errors="surrogateescape"))
        of_files = text.encode("latin-1", "ignore").decode(errors="surrogateescape")  # as bytes stand in JSON
        return [*self._found(text), *self._found(of_files)]

    def _found(self, text: str) -> list[str]:
        return [
            *self._names.intersection(
                _WORD.findall(_SIX.sub(_no_address, text))
            ),  # `dc19` may be the end of an address, too
            *(phrase for phrase in self._phrases if phrase in text),
            *self._addresses.intersection(_canonical((*_FOUR.findall(text), *_SIX.findall(text)))),
        ]

    def found_in_file(self, data: bytes) -> list[str]:
        """Return the longer originals that are anywhere in a file."""
        every = (*self._names, *self._phrases, *self._addresses)
        return [one for one in every if len(one) >= _LONG and _stands_in(one.encode(errors="replace"), data)]


def _stands_in(one: bytes, data: bytes) -> bool:
    return one in data and re.search(rb"(?<![\w.:-])" + re.escape(one) + rb"(?![\w.:-])", data) is not None


def _meant(escape: re.Match[str]) -> str:
    if escape[1] is not None:
        return chr(int(escape[1], 16))
    return "\n" if escape[2] in "nrtbf" else escape[2]


def _no_address(found: re.Match[str]) -> str:
    return " " if _canonical([found[0]]) else found[0]


def _canonical(texts: Iterable[str]) -> set[str]:
    found = set()
    for text in texts:
        try:
            found.add(str(ip_address(text.rstrip(".") if text.endswith("::") else text.rstrip(":."))))
        except ValueError:
            continue
    return found
