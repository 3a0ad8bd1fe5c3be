"""Change every line just before it goes to the terminal, whichever widget drew it (decision 0004).

Harmless, always: what a Director says may hold anything, and none of it may reach the terminal as more than letters.

Only ASCII: every glyph, bar and border has a plain character of the same width. The privacy mask: addresses and names are
replaced, each always by the same other one of the same length, so that a picture can be shown and still be read.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_PLAIN = {
    "●": "*", "○": "o", "◐": "%", "◌": ".", "◇": "?", "≠": "!", "✖": "x", "▲": "^", "△": "^", "▽": "v", "▼": "v", "◔": "%",
    "✓": "+", "✔": "+", "–": "-", "—": "-", "…": "~", "→": ">", "←": "<", "↑": "^", "↓": "v", "·": ".", "▾": "v", "▸": ">",
    "▶": ">", "◀": "<", "▌": "|", "▐": "|", "█": "#", "×": "x", "≥": ">", "≤": "<", "µ": "u", "“": '"', "”": '"', "‘": "'",
    "’": "'", "�": "?", "⏎": "<", "■": "#", "□": "o", "◆": "*", "★": "*", "∞": "~", "±": "+", "↔": "-", "⇄": "-", "▷": ">",
    "◁": "<", "◉": "*", "⚠": "!", "⏸": "=", "⏵": ">", "•": "o", "−": "-", "⊘": "0",
} | dict(zip("▁▂▃▄▅▆▇", "__.-=+*", strict=True))  # fmt: skip
_DOTS = " ..::++##"  # a plot's cell of braille, by how many of its dots are set


@lru_cache(4096)
def plain(char: str) -> str:
    """Return ASCII characters of the same width."""
    if char.isascii():
        return char
    known = _PLAIN.get(char)
    if known is not None:
        return known
    if "\u2800" <= char <= "\u28ff":
        return _DOTS[(ord(char) - 0x2800).bit_count()]
    if "\u2500" <= char <= "\u257f":
        return _line(unicodedata.name(char))
    if "\u2580" <= char <= "\u259f":
        return "#"
    letter = unicodedata.normalize("NFKD", char)[:1]
    width = cell_len(char)
    return letter if letter.isascii() and letter.isprintable() and width == 1 else "?" * width


def _line(name: str) -> str:
    """Return the ASCII character for one that draws lines, by its Unicode name."""
    if "HORIZONTAL" in name and not re.search(r"VERTICAL|UP|DOWN", name):
        return "-"
    if "VERTICAL" in name and not re.search(r"HORIZONTAL|LEFT|RIGHT", name):
        return "|"
    return "+"


@lru_cache(4096)
def harmless(char: str) -> str:
    """Return what a terminal does not obey, in the same width: no control, direction mark or surrogate."""
    if char.isprintable() or unicodedata.category(char) == "Zs":
        return char
    return "�" * cell_len(char)


class Harmless(LineFilter):
    """The filter that lets nothing through but letters, always."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment
            if segment.text.isprintable() or segment.control
            else Segment("".join(map(harmless, segment.text)), segment.style)
            for segment in segments
        ]


class OnlyAscii(LineFilter):
    """The filter for terminals and fonts that have only ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.text.isascii() else Segment("".join(map(plain, segment.text)), segment.style)
            for segment in segments
        ]


_ADDRESSES = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"  # IPv4
    r"|(?<![\w.])(?:\d{1,3}\.){1,3}\d{0,3}(?=…)"  # as much of it as there was room for
    r"|(?<![\w:])(?=[0-9a-fA-F:]*(?:::|[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){4}))[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}"
)
_PARTS = re.compile(r"[0-9a-fA-F]+")
_LETTERS = re.compile(r"[a-zA-Z]+")
_SHORTEST_NAME = 3  # characters; a shorter one is in too many words


class PrivacyMask(LineFilter):
    """The mask over addresses and names. It is another one at each start: nobody can undo it from the picture."""

    def __init__(self, names: Iterable[str] = (), seed: str | None = None) -> None:
        super().__init__()
        self._random = random.Random(seed) if seed is not None else random.SystemRandom()
        self._octets: dict[str, str] = {}
        for low, high in ((0, 10), (10, 100), (100, 256)):
            others = list(range(low, high))
            self._random.shuffle(others)
            self._octets |= {str(one): str(other) for one, other in zip(range(low, high), others, strict=True)}
        self._words: dict[str, str] = {}
        self._others: dict[str, str] = {}  # of the names
        self._pattern = _ADDRESSES
        self.learn(names)

    def learn(self, names: Iterable[str]) -> None:
        """Mask these names too: of Directors, hosts, the cluster, the operator."""
        new = {name for name in names if len(name) >= _SHORTEST_NAME and name not in self._others}
        if new:
            for name in sorted(new, key=len, reverse=True):
                self._others[name] = _LETTERS.sub(self._other_word, name)
            longest_first = "|".join(re.escape(name) for name in sorted(self._others, key=len, reverse=True))
            self._pattern = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)|{_ADDRESSES.pattern}")

    def _other_word(self, found: re.Match[str]) -> str:
        """Return another word; digits stay: director1 and director2 are still the first and the second of the same."""
        word = found[0]
        if word not in self._words:
            self._words[word] = "".join(self._random.choice("bdfgklmnprstvz") for _ in word)
        return self._words[word]

    def masked(self, text: str) -> str:
        """Return a text of the same length, with other addresses and names."""
        return self._pattern.sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        text = found[0]
        return self._others.get(text) or _PARTS.sub(self._part, text)

    def _part(self, found: re.Match[str]) -> str:
        part = found[0]
        if part not in self._octets:
            digits = "123456789abcdef" if re.search("[a-fA-F]", part) or len(part) > 3 else "123456789"
            self._octets[part] = "".join(self._random.choice(digits) for _ in part)
        return self._octets[part]

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        line = "".join(segment.text for segment in segments)
        masked = self.masked(line)
        if masked == line:
            return segments
        result: list[Segment] = []
        at = 0
        for segment in segments:
            end = at + len(segment.text)
            result.append(Segment(masked[at:end], segment.style, segment.control))
            at = end
        return result
