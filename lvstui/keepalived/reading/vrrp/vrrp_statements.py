"""Take each statement in a VRRP instance's block, in keepalived's own order and with its own mistakes.

Not for: the lines of blocks of values (see `vrrp_lines`), nor what the whole block comes to (see `vrrp_effective`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lvstui.keepalived.parsing.numbers import MICROSECONDS, address, microseconds, switch, unsigned
from lvstui.keepalived.parsing.syntax import readable
from lvstui.keepalived.parsing.vrrp_addresses import NAME_LIMIT, exact_address
from lvstui.keepalived.reading.defaults import (
    CENTISECOND,
    DEFAULT_PRIORITY,
    LONGEST_ADVERT_INT,
    MOST_DOWN_TIMER_ADVERTS,
    OWNER_PRIORITY,
)
from lvstui.keepalived.reading.vrrp.vrrp_block import VrrpBlock

_LONGEST_DELAY = 1000 * MICROSECONDS  # of preempt_delay
_VMAC_OPTIONS = (2, 3, 0)  # since then use_vmac and use_ipvlan take `group NAME` and `name NAME`

OPTIONS = frozenset(
    b"accept garp_lower_prio_repeat garp_lower_prio_delay lower_prio_no_advert higher_prio_send_advert"
    b" owner_ignore_adverts timer_expired_backup unicast_ttl vmac_xmit_base".split()
)  # that `vrrp_options` looks at
_KEY_BYTES = (32, 64)  # of a key of auth_hmac

Words = list[bytes]


def take(block: VrrpBlock, index: int, words: Words) -> None:
    """Take a statement of the block, or of one in it."""
    block.at[readable(words[0])] = index
    if words[0] in OPTIONS:
        block.options[readable(words[0])] = words[1] if len(words) > 1 else b""
    handler = _HANDLERS.get(words[0])
    if handler is not None:
        handler(block, words)


def _version(block: VrrpBlock, words: Words) -> None:
    value, remark = unsigned(words[1], 2, 3)
    if value is None:
        return block.complain(f"version {remark}", "version")
    if block.version not in (None, value) or (value == 2 and block.family == "inet6"):
        why = "the instance has IPv6 addresses" if block.version is None else f"it is {block.version} already"
        return block.complain(f"version {value} counts for nothing: {why}", "version")
    block.version = value
    return None


def _native_ipv6(block: VrrpBlock, words: Words) -> None:
    if block.family == "inet":
        return block.complain("native_ipv6 counts for nothing: the instance has IPv4 addresses", "native_ipv6")
    block.family, block.version = "inet6", 3
    return None


def _state(block: VrrpBlock, words: Words) -> None:
    if words[1] == b"BACKUP" and block.state == "MASTER":
        return block.complain("state BACKUP counts for nothing after state MASTER", "state")
    if words[1] not in (b"MASTER", b"BACKUP"):
        block.complain(f"state {readable(words[1])!r} is neither MASTER nor BACKUP: taken as BACKUP", "state")
    block.state = "MASTER" if words[1] == b"MASTER" else "BACKUP"
    return None


def _interface(block: VrrpBlock, words: Words) -> None:
    if len(words[1]) > NAME_LIMIT:
        return block.complain(f"the interface's name {readable(words[1])!r} is too long: ignored", "interface")
    block.interface = readable(words[1])
    if words[1] == b"lo":
        block.complain("VRRP does not run on the loopback interface: ignored", "interface")
        block.interface = None
    return None


def _vrid(block: VrrpBlock, words: Words) -> None:
    value, remark = unsigned(words[1], 1, 255, lenient=False)
    if remark:
        block.complain(f"virtual_router_id {remark}", "virtual_router_id")
    block.vrid = value or block.vrid


def _priority(block: VrrpBlock, words: Words) -> None:
    value, remark = unsigned(words[1], 1, OWNER_PRIORITY, lenient=False)
    if remark:
        block.complain(f"priority {remark}; keepalived takes {DEFAULT_PRIORITY}", "priority")
    block.priority = value or DEFAULT_PRIORITY


def _advert_int(block: VrrpBlock, words: Words) -> None:
    value, remark = microseconds(words[1], CENTISECOND, LONGEST_ADVERT_INT[2], block.keepalived)
    if remark:
        block.complain(f"advert_int {remark}", "advert_int")
    block.advert_int = value or block.advert_int


def _preempt_delay(block: VrrpBlock, words: Words) -> None:
    value, remark = microseconds(words[1], 0, _LONGEST_DELAY, block.keepalived)
    if remark:
        block.complain(f"preempt_delay {remark}", "preempt_delay")
    block.preempt_delay = value or 0


def _down_timer(block: VrrpBlock, words: Words) -> None:
    value, remark = unsigned(words[1], 1, MOST_DOWN_TIMER_ADVERTS)
    if remark:
        block.complain(f"down_timer_adverts {remark}", "down_timer_adverts")
    block.down_timer_adverts = value or block.down_timer_adverts


def _preempt(block: VrrpBlock, words: Words) -> None:
    block.nopreempt = words[0] == b"nopreempt"


def _strict(block: VrrpBlock, words: Words) -> None:
    value = switch(words)
    if value is None:
        return block.complain(f"strict_mode {readable(words[1])!r} is neither on nor off: ignored", "strict_mode")
    block.strict = value
    return None


def _mcast_source(block: VrrpBlock, words: Words) -> None:
    keyword = readable(words[0])
    found = address(words[1])
    if found is None:
        return block.complain(f"{keyword} {readable(words[1])!r} is no address: ignored", keyword)
    block.source = found if block.fits(found) else None
    if block.source is None:
        block.complain(f"{keyword} {found} is not of the instance's family: ignored", keyword)
    return None


def _unicast_source(block: VrrpBlock, words: Words) -> None:
    block.says_unicast = True
    _mcast_source(block, words)


def _mcast_destination(block: VrrpBlock, words: Words) -> None:
    found = address(words[1])
    if found is None:
        return block.complain(f"mcast_dst_ip {readable(words[1])!r} is no address: ignored", "mcast_dst_ip")
    fits = block.fits(found)
    multicast = found.startswith("ff02:") if ":" in found else 224 <= int(found.partition(".")[0]) <= 239
    block.mcast_destination = found if fits and multicast else None
    if not fits or not multicast:
        why = "no multicast address" if fits else "not of the instance's family"
        block.complain(f"mcast_dst_ip {found} is {why}: ignored", "mcast_dst_ip")
    return None


def _unicast(block: VrrpBlock, words: Words) -> None:
    block.says_unicast = True
    block.fault_without_peers = block.fault_without_peers or words[0] == b"unicast_fault_no_peer"


def _vmac(block: VrrpBlock, words: Words) -> None:
    block.vmac = block.vmac or ""
    position = 1
    while position < len(words) and (position < 3 or block.keepalived >= (2, 3, 0)):
        word = words[position]
        if block.keepalived >= (2, 3, 0) and word in (b"group", b"name"):
            position += 1
            if position == len(words):
                block.fatals.append(
                    (block.at["use_vmac"], f"{readable(word)!r} has no parameter: keepalived ends when it reads this")
                )
                return
            word = b"" if word == b"group" else words[position]
        if word and b":" not in word and word != b"netlink_notify_msg":
            _vmac_name(block, word)
        position += 1


def _vmac_name(block: VrrpBlock, word: bytes) -> None:
    if block.vmac:
        block.complain(f"the interface has a name already, {block.vmac}: ignored", "use_vmac", "use_ipvlan")
    elif readable(word) in block.taken:
        block.complain(f"another instance has the interface {readable(word)}: ignored", "use_vmac", "use_ipvlan")
    elif len(word) > NAME_LIMIT or b"/" in word or word in (b".", b".."):
        block.complain(f"{readable(word)!r} can be no interface's name: ignored", "use_vmac", "use_ipvlan")
    else:
        block.vmac = readable(word)


def _ipvlan(block: VrrpBlock, words: Words) -> None:
    if block.ipvlan:
        return block.complain("use_ipvlan stands there twice: ignored", "use_ipvlan")
    block.ipvlan, block.vmac = True, block.vmac or ""
    for word in words[1:]:
        found = exact_address(word.partition(b"/")[0])
        if found is not None:
            if not block.fits(found):
                block.complain(f"the address {found} is not of the instance's family: ignored", "use_ipvlan")
            elif block.source is None:
                block.source = found
        elif word not in (b"bridge", b"private", b"vepa"):
            _vmac_name(block, word)
    return None


def _no_vips(block: VrrpBlock, words: Words) -> None:
    block.without_vips = True


def _auth_type(block: VrrpBlock, words: Words) -> None:
    if words[1] not in (b"AH", b"PASS"):
        return block.complain(f"auth_type {readable(words[1])!r} is neither PASS nor AH: ignored", "auth_type")
    block.auth = words[1].decode()
    return None


def _auth_pass(block: VrrpBlock, words: Words) -> None:
    block.password = bool(words[1])


def _auth_hmac(block: VrrpBlock, words: Words) -> None:
    block.hmac = True


def _hmac_mode(block: VrrpBlock, words: Words) -> None:
    if words[1] not in (b"enforce", b"permissive", b"receive-only"):
        return block.complain(f"auth_hmac: the mode {readable(words[1])!r} is unknown: ignored", "mode")
    block.hmac_receives = words[1] == b"receive-only"
    return None


def _hmac_key(block: VrrpBlock, words: Words) -> None:
    if len(words) < 3:
        return block.complain("auth_hmac: key needs a number and a value: ignored", "key")
    value, remark = unsigned(words[1], 1, 255, lenient=False)
    if remark:
        block.complain("auth_hmac: the number of the key is not valid: ignored", "key")
    elif value in block.hmac_keys:
        block.complain(f"auth_hmac: there is a key {value} already: ignored", "key")
    elif not words[2].startswith(b"file:") and not _KEY_BYTES[0] <= _key_bytes(words[2]) <= _KEY_BYTES[1]:
        block.complain("auth_hmac: a key has 32 to 64 bytes: ignored", "key")
    elif value is not None:
        block.hmac_keys.add(value)
    return None


def _key_bytes(word: bytes) -> int:
    return len(word[4:]) // 2 if word.startswith(b"hex:") else len(word)


def _hmac_active(block: VrrpBlock, words: Words) -> None:
    value, remark = unsigned(words[1], 1, 255, lenient=False)
    if remark:
        block.complain(f"auth_hmac: active_key {remark}", "active_key")
    block.hmac_active = value or block.hmac_active


_HANDLERS: Mapping[bytes, Callable[[VrrpBlock, Words], None]] = {
    b"version": _version,
    b"native_ipv6": _native_ipv6,
    b"state": _state,
    b"interface": _interface,
    b"virtual_router_id": _vrid,
    b"priority": _priority,
    b"advert_int": _advert_int,
    b"preempt": _preempt,
    b"nopreempt": _preempt,
    b"preempt_delay": _preempt_delay,
    b"down_timer_adverts": _down_timer,
    b"strict_mode": _strict,
    b"mcast_src_ip": _mcast_source,
    b"unicast_src_ip": _unicast_source,
    b"mcast_dst_ip": _mcast_destination,
    b"unicast_fault_no_peer": _unicast,
    b"check_unicast_src": _unicast,
    b"old_unicast_checksum": _unicast,
    b"use_vmac": _vmac,
    b"use_ipvlan": _ipvlan,
    b"no_virtual_ipaddress": _no_vips,
    b"auth_type": _auth_type,
    b"auth_pass": _auth_pass,
    b"auth_hmac": _auth_hmac,
    b"key": _hmac_key,
    b"active_key": _hmac_active,
    b"mode": _hmac_mode,
}  # fmt: skip
