"""Map addresses to invented ones. What shares a prefix of any length still shares one of that length.

The bits of an address are turned over, each by a keyed hash of the bits before it. The last octet of IPv4 and the last 16 bits of
IPv6 stay, for a range of addresses to stay a range. What everybody has stays too: loopback, the unspecified address, netmasks,
224.0.0.0/24 and its like in IPv6. Private, link-local, unique local and multicast addresses stay such.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_Address = IPv4Address | IPv6Address
_SAME = tuple(map(ip_network, ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/24", "240.0.0.0/4", "::/127")))
_CLASSES = tuple(map(ip_network, ("224.0.0.0/4", "169.254.0.0/16", "fe80::/10", "ff00::/12", "fc00::/8", "fd00::/8")))
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_TRIES = 200


class NoAddresses(Exception):
    """There are too many addresses to invent others."""


class AddressMap:
    """The invented addresses of one recording. `originals` are all that it holds: no invented one is one of them."""

    def __init__(self, originals: Iterable[str], names: Collection[str] = ()) -> None:
        """Find a key with which no original is invented, and no part is one of `names`, as `dc19` is. Raises NoAddresses."""
        every = {ip_address(one) for one in originals}
        known = {one for one in every if not is_kept(one)}
        for number in range(_TRIES):
            self._key = os.urandom(32)
            self._fixed = _SAME + _CLASSES + (_PRIVATE if number < _TRIES // 2 else ())
            self._made: dict[_Address, _Address] = {}
            made = {one: self._invent(one) for one in known}
            parts = (_parts(new) - _parts(old) for old, new in made.items())
            if not known & set(made.values()) and not any(part in names for some in parts for part in some):
                return
        raise NoAddresses("there are too many addresses to invent others for them")

    def __call__(self, text: str) -> str:
        """Return the invented address of one."""
        address = ip_address(text)
        return text if is_kept(address) else str(self._invent(address))

    def _invent(self, address: _Address) -> _Address:
        made = self._made.get(address)
        if made is None:
            made = self._made[address] = self._turned(address)
        return made

    def _turned(self, address: _Address) -> _Address:
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            return IPv6Address(f"::ffff:{self._invent(address.ipv4_mapped)}")
        size, number = address.max_prefixlen, int(address)
        kept = 8 if size == 32 else 16
        for bit in range(size - kept):
            before = int(address) >> (size - bit)
            if not self._is_above(before, bit, size) and self._turns(before, bit, size):
                number ^= 1 << (size - 1 - bit)
        return type(address)(number)

    def _is_above(self, before: int, bit: int, size: int) -> bool:
        """Return True if the next bit decides whether an address is of a class that stays."""
        return any(
            one.max_prefixlen == size and bit < one.prefixlen and int(one.network_address) >> (size - bit) == before
            for one in self._fixed
        )

    def _turns(self, before: int, bit: int, size: int) -> bool:
        told = f"{size} {bit} {before:x}".encode()
        return bool(hashlib.blake2b(told, key=self._key, digest_size=1).digest()[0] & 1)


def _parts(address: _Address) -> set[str]:
    return set(str(address).split(":")) if isinstance(address, IPv6Address) else set()


def is_kept(address: _Address) -> bool:
    """Return True if the address says nothing of anybody."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_kept(address.ipv4_mapped)
        if address.is_multicast and int(address) & ((1 << 112) - 1) < 1 << 16:
            return True
    return any(address in one for one in _SAME if one.version == address.version)
