"""Read the lines of `virtual_ipaddress` and `virtual_ipaddress_excluded`: which address each is, and which are none.

Not for: whether an instance takes the address (see `vrrp_block`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lvstui.keepalived.keys import canonical_address, family_of
from lvstui.keepalived.parsing.numbers import unsigned
from lvstui.keepalived.parsing.syntax import readable

NAME_LIMIT = 15  # bytes of an interface's name, and of an address' label
_TAKE_A_WORD = frozenset((b"dev", b"scope", b"broadcast", b"brd", b"label", b"peer", b"preferred_lft"))
_TAKE_NONE = frozenset((b"home", b"-nodad", b"mngtmpaddr", b"noprefixroute", b"autojoin", b"no_track", b"use_vmac"))


class VirtualAddress(NamedTuple):
    """An address of an instance, as its line says it."""

    address: str
    device: str | None  # the interface that the line names
    statement: int  # its line's

    @property
    def family(self) -> str:
        return family_of(self.address)


class AddressLine(NamedTuple):
    """An address, or None where keepalived skips the line, and what there is to say about it ("": nothing)."""

    found: VirtualAddress | None
    remark: str
    device: bytes | None = None  # the interface that keepalived looks for when it reads it


def exact_address(word: bytes) -> str | None:
    """Return the address that the whole word is; None where it is none."""
    shown = word.decode("ascii", "replace")
    if "%" in shown:
        return None
    try:
        return canonical_address(shown)
    except ValueError:
        return None


def read_line(index: int, words: Sequence[bytes]) -> AddressLine:
    """Read one line of the block as keepalived does."""
    shown = readable(words[0])
    bare, slash, prefix = words[0].partition(b"/")
    address = exact_address(bare)
    if address is None:
        return AddressLine(None, f"{shown!r} is no address: keepalived skips it")
    remark = ""
    if slash:
        value, said = unsigned(prefix, 0, 128 if ":" in address else 32)
        remark = said and f"the prefix length of {shown} is not valid" + (
            "" if value is not None else ": the longest is taken"
        )
    device: bytes | None = None
    position = 1
    while position < len(words):
        word = words[position]
        if word in _TAKE_A_WORD:
            position += 1
            if position == len(words):
                return AddressLine(
                    None, f"{word.decode()!r} has no parameter: keepalived skips the address {shown}", device
                )
            problem = _refused(word, words[position], address, device)
            if problem:
                looked_for = words[position] if word == b"dev" and device is None else device
                return AddressLine(None, f"{problem}: keepalived skips the address {shown}", looked_for)
            device = words[position] if word == b"dev" else device
        elif word not in _TAKE_NONE:
            remark = f"{readable(word)!r} is unknown in an address: keepalived ignores it"
        position += 1
    return AddressLine(VirtualAddress(address, None if device is None else readable(device), index), remark, device)


def _refused(keyword: bytes, word: bytes, address: str, device: bytes | None) -> str:
    """Tell why this parameter loses the whole address; "": it does not."""
    if keyword == b"dev" and device is not None:
        return "'dev' stands there twice"
    if keyword in (b"dev", b"label") and len(word) > NAME_LIMIT:
        return f"the name {readable(word)!r} is too long"
    if keyword in (b"brd", b"broadcast"):
        if ":" in address:
            return "an IPv6 address has no broadcast address"
        if word not in (b"+", b"-") and (exact_address(word) is None or b":" in word):
            return "the broadcast address is not valid"
    return ""
