"""Invent a name, an address or a text for each of a recording, and remember which.

A recording is gone through twice: what it holds is noted first, so that nothing is invented that it holds already.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from ipaddress import ip_address

from lvstui.record.anonymous.address_map import AddressMap
from lvstui.record.anonymous.vocabulary import KEPT, SENTENCES

_SIX = r"(?:[0-9A-Fa-f]{1,4}|:):[0-9A-Fa-f:]+(?:[0-9]+(?:\.[0-9]+){3})?"
_WORD = r"[\w\x80-\U0010ffff](?:[\w\-\x80-\U0010ffff]*)"
TOKEN = re.compile(
    rf"(?P<mac>(?<![\w:])(?:[0-9A-Fa-f]{{2}}:){{5}}[0-9A-Fa-f]{{2}}(?![\w:]))|(?P<six>(?<!\w){_SIX})|(?P<four>(?<![\w.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?![\w]|\.\d))|(?P<word>{_WORD})"
)
_WORDS = re.compile(_WORD)
_NOBODYS = (
    "00:00:5e:00:0",
    "01:00:5e:",
    "33:33:",
    "00:00:00:00:00:00",
    "ff:ff:ff:ff:ff:ff",
)  # VRRP, multicast, none, all
_NUMBER = re.compile(r"v[1-9]|[0-9]+(?:-[0-9]+)*(?:ms|s|m|h|d)?|0x[0-9A-Fa-f]+")
_DIGEST = re.compile(r"(?=.*[a-f])[0-9a-f]{32,128}")


class Inventions:
    """The invented names, addresses and texts of one recording."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.phrases: dict[str, str] = {}
        self.addresses: set[str] = set()
        self._key = os.urandom(32)
        self._map: AddressMap | None = None
        self._phrase: re.Pattern[str] | None = None

    def settle(self) -> None:
        """Invent, now that all is noted. Raises NoAddresses."""
        self._map = AddressMap(self.addresses, self.names)
        known = sorted(self.names)
        self.names = {}
        taken = {*known, *KEPT, *SENTENCES}
        for name in known:
            self.names[name] = self._invented(name, taken)
        longest = sorted((one for one in self.phrases if " " in one), key=len, reverse=True)
        self._phrase = re.compile("|".join(map(re.escape, longest))) if longest else None

    def value(self, text: str) -> str:
        """Return a name, an address, a path or several of them, invented."""
        return TOKEN.sub(lambda found: self._token(found, self._name), text)

    def sentence(self, text: str) -> str:
        """Return a sentence whose words stay, but for names, addresses and what is no word of lvstui's or keepalived's."""
        if self._phrase is None:
            return self._plain(text)
        parts, end = [], 0
        for found in self._phrase.finditer(text):
            parts += [self._plain(text[end : found.start()]), self.phrases[found[0]]]
            end = found.end()
        return "".join([*parts, self._plain(text[end:])])

    def free(self, text: str) -> str:
        """Return what stands for a comment, a reason or a title."""
        text = text.strip()
        if not text or is_plain(text):
            return text
        if " " not in text and _WORDS.fullmatch(text):
            return self._name(text)
        return self.phrases.setdefault(text, f"text {len(self.phrases) + 1}")

    def note_addresses(self, text: str) -> None:
        """Take in the addresses of a line of the log, whose words are not taken for names."""
        TOKEN.sub(lambda found: self._token(found, str), text)

    def is_known(self, text: str) -> bool:
        """Return True if every word of a line of the log is keepalived's, a number, or a name that stands elsewhere."""
        words = [found["word"] for found in TOKEN.finditer(text) if found["word"] is not None]
        return all(is_plain(word) or word in SENTENCES or word in self.names for word in words)

    def _plain(self, text: str) -> str:
        return TOKEN.sub(lambda found: self._token(found, self._word), text)

    def _token(self, found: re.Match[str], word: Callable[[str], str]) -> str:
        if found["word"] is not None:
            return word(found["word"])
        if found["mac"] is not None:
            return self._mac(found["mac"])
        text = found[0].rstrip(":.") if not found[0].endswith("::") else found[0]
        try:
            address = str(ip_address(text))
        except ValueError:
            return _WORDS.sub(lambda one: word(one[0]), found[0])
        self.addresses.add(address)
        invented = text if self._map is None else self._map(address)
        return invented + found[0][len(text) :]

    def _mac(self, mac: str) -> str:
        """Return an invented hardware address of no manufacturer; those of VRRP and of nobody stay."""
        if mac.lower().startswith(_NOBODYS):
            return mac
        made = hashlib.blake2b(mac.lower().encode(), key=self._key, digest_size=5).hexdigest()
        return self.phrases.setdefault(mac, ":".join(["02", *(made[at : at + 2] for at in range(0, 10, 2))]))

    def _word(self, word: str) -> str:
        return word if word in SENTENCES and word not in self.names else self._name(word)

    def _name(self, word: str) -> str:
        if is_plain(word):
            return word
        if self._map is None:
            return self.names.setdefault(word, word)
        if word not in self.names:
            self.names[word] = self._invented(word, {*self.names})
        return self.names[word]

    def _invented(self, name: str, taken: set[str]) -> str:
        if _DIGEST.fullmatch(name):
            return hashlib.blake2b(name.encode(), key=self._key).hexdigest()[: len(name)]
        number = len(self.names) + 1
        while (made := f"anon{number}") in taken:
            number += len(taken)
        return made


def is_plain(text: str) -> bool:
    """Return True if the text is made of numbers and words alone that are never mapped."""
    found = TOKEN.finditer(text)
    return all(
        one["word"] is not None and (_NUMBER.fullmatch(one[0]) or one[0] in KEPT or not any(map(str.isalnum, one[0])))
        for one in found
    )
