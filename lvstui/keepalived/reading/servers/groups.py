"""Read `virtual_server_group`: the addresses, ranges and firewall marks that one virtual server serves.

Not for: the virtual server that names the group (see `checker_process`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from lvstui.keepalived.keys import ServiceKey, address_number, family_of
from lvstui.keepalived.parsing.numbers import UNSIGNED_MAX, address, address_port, unsigned
from lvstui.keepalived.parsing.syntax import readable

_RANGE_LIMIT = 65_536  # services: the most that keepalived makes of one IPv6 range, and far beyond use


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """One line of a group: the addresses first to last at a port, or a firewall mark."""

    first: str = ""
    last: str = ""
    port: int = 0
    fwmark: int = 0
    family: str | None = None  # None: a firewall mark that names none


@dataclass(slots=True)
class Group:
    """A `virtual_server_group`."""

    name: str
    entries: list[GroupEntry] = field(default_factory=list)
    complaints: list[tuple[int, str]] = field(default_factory=list)

    @property
    def ranges(self) -> list[GroupEntry]:
        return [entry for entry in self.entries if entry.first]

    @property
    def marks(self) -> list[GroupEntry]:
        return [entry for entry in self.entries if not entry.first]

    @property
    def families(self) -> frozenset[str]:
        return frozenset(entry.family for entry in self.entries if entry.family)


def group_of(name: bytes, lines: list[tuple[int, list[bytes]]]) -> Group:
    """Return a group from its lines (statement number and words); a line that is not valid is left out, as keepalived does."""
    group = Group(readable(name))
    for index, words in lines:
        entry = _mark(words) if words[0] == b"fwmark" else _addresses(words)
        if entry is None:
            text = readable(b" ".join(words))
            group.complaints.append((index, f"{text!r} is no valid line of a group: it is passed over"))
        else:
            group.entries.append(entry)
    return group


def services_of(entry: GroupEntry, protocol: str, family: str) -> tuple[ServiceKey, ...]:
    """Return the kernel's services of an entry; `family` is that of a mark which names none."""
    if not entry.first:
        return (ServiceKey.marked(entry.fwmark, entry.family or family),)
    six = ":" in entry.first
    first, last = address_number(entry.first), address_number(entry.last)
    kind = IPv6Address if six else IPv4Address
    return tuple(
        ServiceKey.at(protocol, str(kind(number)), entry.port)
        for number in range(first, min(last, first + _RANGE_LIMIT - 1) + 1)
    )


def _mark(words: list[bytes]) -> GroupEntry | None:
    if len(words) < 2 or (len(words) > 2 and words[2] not in (b"inet", b"inet6")):
        return None
    fwmark, _ = unsigned(words[1], 0, UNSIGNED_MAX)
    if fwmark is None:
        return None
    return GroupEntry(fwmark=fwmark, family=words[2].decode() if len(words) > 2 else None)


def _addresses(words: list[bytes]) -> GroupEntry | None:
    found = address_port(words[:2])
    if found is None:
        return None
    first, port = found
    six = ":" in first
    end = _end(words[0], first, six)
    if end is None or end < address_number(first):
        return None
    last = str(IPv6Address(end) if six else IPv4Address(end))
    return GroupEntry(first, last, port, family=family_of(first))


def _end(word: bytes, first: str, six: bool) -> int | None:
    """Return the last address of `A/mask`, `A-B`, `A-n` (only the last part counted) or `A`; None where it is not valid."""
    start = address_number(first)
    bits = 128 if six else 32
    if b"/" in word:
        mask = word.partition(b"/")[2]
        if not mask.isdigit() or not 0 < int(mask) <= bits:
            return None
        below = (1 << (bits - int(mask))) - 1
        return None if start & below else start | below
    tail = word.partition(b"-")[2]
    if not tail:
        return start if b"-" not in word else None
    if (b":" if six else b".") in tail:
        end = address(tail)
        return address_number(end) if end is not None and (":" in end) == six else None
    try:
        number = int(tail, 16 if six else 10)
    except ValueError:
        return None
    part = 0xFFFF if six else 0xFF
    return (start & ~part) | number if start & part < number <= part else None
