"""Take each line of `virtual_ipaddress`, `virtual_ipaddress_excluded` and `unicast_peer` into a VRRP instance.

Not for: what the whole block comes to (see `vrrp_effective`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.keepalived.parsing.numbers import address
from lvstui.keepalived.parsing.syntax import readable
from lvstui.keepalived.parsing.vrrp_addresses import NAME_LIMIT, VirtualAddress, read_line
from lvstui.keepalived.reading.vrrp.vrrp_block import VrrpBlock
from lvstui.keepalived.reading.vrrp.vrrp_tracks import TRACKS, tracked

_NO_DUPLICATES = (2, 3, 3)  # since then an address counts once
_VIPS, _EXCLUDED, _PEERS = b"virtual_ipaddress", b"virtual_ipaddress_excluded", b"unicast_peer"

Words = list[bytes]


def take(block: VrrpBlock, index: int, keyword: bytes, lines: Sequence[tuple[int, Words]]) -> None:
    """Take a block of values: the statement that opens it, and its lines with theirs."""
    block.at[readable(keyword)] = index
    block.says_unicast = block.says_unicast or keyword == _PEERS
    for position, words in lines:
        if keyword == _PEERS:
            _peer(block, position, words)
        elif keyword in TRACKS:
            block.tracks.append(tracked(position, keyword, words))
        elif keyword in (_VIPS, _EXCLUDED):
            _address(block, position, words, keyword == _EXCLUDED)


def _peer(block: VrrpBlock, index: int, words: Words) -> None:
    found = address(words[0])
    if found is None:
        block.complaints.append((index, f"{readable(words[0])!r} is no address: keepalived skips the peer"))
    elif not block.fits(found):
        block.complaints.append((index, f"{found} is not of the instance's family: keepalived drops the peer"))
    elif found in block.peers and block.keepalived >= _NO_DUPLICATES:
        block.complaints.append((index, f"{found} is a peer already: keepalived drops it"))
    else:
        block.peers.append(found)


def _address(block: VrrpBlock, index: int, words: Words, excluded: bool) -> None:
    found, remark, device = read_line(index, words)
    if device is not None and len(device) > NAME_LIMIT and not block.dynamic:
        block.fatals.append((index, f"no interface can have the name {readable(device)!r}: keepalived ends"))
    elif remark:
        block.complaints.append((index, remark))
    if found is None:
        return
    if not excluded and not block.fits(found.address):
        kind = "an IPv6" if block.family == "inet6" else "an IPv4"
        block.complaints.append((index, f"the instance is {kind} one: keepalived drops the VIP {found.address}"))
    elif block.keepalived >= _NO_DUPLICATES and _twice(block, found, excluded):
        what = "excluded VIP" if excluded else "VIP"
        block.complaints.append((index, f"{found.address} is there before: keepalived drops this {what}"))
    else:
        (block.excluded if excluded else block.vips).append(found)


def _twice(block: VrrpBlock, found: VirtualAddress, excluded: bool) -> bool:
    def same(others: Sequence[VirtualAddress], everywhere: bool) -> bool:
        return any(one.address == found.address and (everywhere or one.device == found.device) for one in others)

    return same(block.vips, not excluded) or same(block.excluded, False)
