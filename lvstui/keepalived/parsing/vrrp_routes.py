"""Read the lines of routes and rules so far as to find their interfaces, and a missing word at which keepalived ends.

keepalived stops reading a line at the first thing that it does not understand, and does not miss what comes behind.

Not for: what the routes and rules are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.keepalived.keys import family_of
from lvstui.keepalived.parsing.vrrp_addresses import exact_address

ROUTES = frozenset((b"virtual_routes", b"static_routes"))
RULES = frozenset((b"virtual_rules", b"static_rules"))

_EITHER_FAMILY = frozenset((b"inet", b"inet6"))
_ROUTE_WORDS = frozenset(
    b"src from tos dsfield table protocol scope metric priority preference dev oif expires hoplimit window realms initcwnd"
    b" initrwnd features quickack pref ttl-propagate fastopen_no_cookie or vrf".split()
)
_SIX = frozenset((b"expires", b"pref"))  # keepalived skips a route of IPv4 that has them
_LOCKED = frozenset(b"mtu advmss rtt rttvar reordering cwnd ssthresh rto_min congctl".split())  # `mtu lock 1400`
_VIA = frozenset((b"via", b"gw"))  # `via inet6 ADDRESS`
_ADDRESSES = _VIA | {b"src"}
_ALONE = frozenset((b"onlink", b"add", b"prepend", b"append", b"no_track"))
_TYPES = frozenset(
    b"local nat broadcast brd anycast multicast prohibit unreachable blackhole xresolve unicast throw".split()
)
_DESTINATIONS = frozenset((b"default", b"any", b"all", b"default6"))
_NEXTHOP_WORDS = frozenset((b"via", b"dev", b"weight", b"realms"))
_RULE_WORDS = frozenset(
    b"from to table lookup preference order priority tos dsfield fwmark realms suppress_prefixlength sup_pl"
    b" suppress_ifgroup sup_group dev iif oif tunnel-id uidrange protocol ipproto sport dport goto".split()
)
_RULE_ALONE = frozenset((b"not", b"l3mdev", b"no_track", b"nop", b"blackhole", b"unreachable", b"prohibit"))
_DEVICES = frozenset((b"dev", b"oif", b"iif"))

Option = tuple[int, int]  # where a word stands that takes another one, and where that one is looked for


def lacking(block: bytes, words: Sequence[bytes]) -> bytes | None:
    """Return the last word of a line if it needs another one behind it."""
    return next((words[at] for at, position in _options(block, words) if position == len(words)), None)


def devices(block: bytes, words: Sequence[bytes]) -> Iterator[bytes]:
    """Return the interfaces that keepalived looks for when it reads the line."""
    for at, position in _options(block, words):
        if words[at] in _DEVICES and position < len(words):
            yield words[position]


def vrfs(block: bytes, words: Sequence[bytes]) -> Iterator[bytes]:
    """Return the VRFs of a line without which keepalived drops the route."""
    for at, position in _options(block, words):
        if words[at] == b"vrf" and position < len(words):
            yield words[position]


def _options(block: bytes, words: Sequence[bytes]) -> Iterator[Option]:
    if block in ROUTES:
        yield from _route(words, block == b"static_routes")
    elif block in RULES:
        yield from _rule(words, block == b"static_rules")


def _route(words: Sequence[bytes], tracked: bool) -> Iterator[Option]:
    last, position = len(words) - 1, 0
    while position <= last:
        word = words[position]
        if word in _ALONE:
            position += 1
            continue
        if word == b"nexthop":
            yield from _nexthops(words, position)
            return
        if word == b"encap":
            return  # what follows is read otherwise
        at = position
        if word in _EITHER_FAMILY:
            position += 2  # keepalived passes over the word behind it
            continue
        if word == b"to" or word in _TYPES:
            position += 1
            if position <= last and _destination(words[position]) is None:
                return
        elif word in _ADDRESSES or word in _LOCKED:
            position += 1
            if position <= last and words[position] in (_EITHER_FAMILY if word in _VIA else (b"lock",)):
                at, position = position, position + 1
            if word in _ADDRESSES and position <= last and exact_address(words[position]) is None:
                return
        elif word in _SIX and any(_destination(before) == "inet" for before in words[:at]):
            return
        elif word in _ROUTE_WORDS or word == b"as" or (tracked and word == b"track_group"):
            position += 1
        elif _destination(word) is not None:
            position += 1
            continue
        else:
            return
        yield at, position
        position += 1


def _nexthops(words: Sequence[bytes], position: int) -> Iterator[Option]:
    """Read from the first `nexthop` on."""
    last = len(words) - 1
    while position <= last:
        word = words[position]
        if word in (b"nexthop", b"onlink"):
            position += 1
            continue
        if word not in _NEXTHOP_WORDS:
            return
        at, position = position, position + 1
        if word == b"via" and position <= last and words[position] in _EITHER_FAMILY:
            at, position = position, position + 1
        if word == b"via" and position <= last and exact_address(words[position]) is None:
            return
        yield at, position
        position += 1


def _destination(word: bytes) -> str | None:
    """Return the family of a destination ("": of none yet); None where it is no destination."""
    found = exact_address(word.partition(b"/")[0])
    return family_of(found) if found is not None else "" if word in _DESTINATIONS else None


def _rule(words: Sequence[bytes], tracked: bool) -> Iterator[Option]:
    last, position = len(words) - 1, 0
    while position <= last:
        at, word = position, words[position]
        if word == b"type":
            if position == last:
                yield position, position + 1
                return
            position += 1
            at, word = position, words[position]
        if word in _RULE_WORDS or (tracked and word == b"track_group"):
            yield at, position + 1
            position += 2
        elif word in _EITHER_FAMILY:
            position += 2  # keepalived passes over the word behind it
        elif word in _RULE_ALONE:
            position += 1
        else:
            return
