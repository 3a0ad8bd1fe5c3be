"""Put an instance into effect when its block is read: values that were not set, and values that keepalived changes.

The steps and their order are those of keepalived when it completes an instance, by version. Each change of what is
written is told, and so is what ends keepalived. An interface is taken to exist, to be Ethernet and to have an MTU of 1500.

Not for: what concerns several instances (see `vrrp_instances`).
"""

from __future__ import annotations

from dataclasses import dataclass

from lvstui.keepalived.parsing.numbers import MICROSECONDS
from lvstui.keepalived.parsing.vrrp_addresses import NAME_LIMIT, VirtualAddress
from lvstui.keepalived.reading.defaults import (
    CENTISECOND,
    DEFAULT_PRIORITY,
    DOWN_TIMER_ADVERTS,
    LONGEST_ADVERT_INT,
    MULTICAST_GROUPS,
    OWNER_PRIORITY,
    VMAC_PREFIX,
    VRRP_VERSION,
)
from lvstui.keepalived.reading.vrrp.vrrp_block import VrrpBlock
from lvstui.keepalived.reading.vrrp.vrrp_options import without_effect

_MTU, _MOST_ADDRESSES = 1500, 255
_HEADERS = {"inet": 14 + 20 + 8, "inet6": 14 + 40 + 8}  # Ethernet, IP and VRRP
_AUTH_2, _AH, _HMAC = 8, 24, 28  # bytes that authentication adds to an advert
_MAY_LACK_MULTICAST = ("dummy", "gre", "ip6tnl", "ipip", "ppp", "sit", "tun", "wg")


@dataclass(frozen=True, slots=True)
class VrrpDefaults:
    """Hold what global_defs says for all instances."""

    version: int = VRRP_VERSION
    strict: bool = False
    down_timer_adverts: int = DOWN_TIMER_ADVERTS
    dynamic_interfaces: bool = False
    changing_interfaces: bool = False  # dynamic_interfaces allow_if_changes
    vmac_prefix: str = VMAC_PREFIX
    groups: tuple[str, str] = MULTICAST_GROUPS  # multicast addresses of IPv4 and IPv6


@dataclass(slots=True)
class EffectiveInstance:
    """An instance as it is put into effect."""

    block: VrrpBlock
    family: str
    version: int
    priority: int
    state: str
    unicast: bool
    auth: str | None


def complete(block: VrrpBlock, defaults: VrrpDefaults) -> EffectiveInstance:
    """Put the block into effect: it is changed, and says what was. Its `fatals` say whether keepalived ends there."""
    strict = defaults.strict if block.strict is None else block.strict
    family, version = _family_and_version(block, defaults, strict)
    _minimum(block)
    if block.keepalived < (2, 2, 8):
        _without_vips(block, family, version, strict, written=True)
    priority, state = _priority_and_state(block, strict)
    auth = _authentication(block, family, version, strict)
    if auth == "AH" and state == "MASTER" and priority != OWNER_PRIORITY:
        block.complain("with auth_type AH an instance begins as BACKUP: state MASTER has no effect", "state")
        state = "BACKUP"
    unicast = _unicast(block, strict)
    _limit_vips(block, family, version, auth)
    _preemption(block, priority, state, strict)
    if block.down_timer_adverts != DOWN_TIMER_ADVERTS and strict:
        block.complain(f"strict mode has no down_timer_adverts: it is {DOWN_TIMER_ADVERTS}", "down_timer_adverts")
        block.down_timer_adverts = DOWN_TIMER_ADVERTS
    _advert_int(block, version)
    block.complaints += without_effect(block, priority, version, strict)
    _without_interface(block)
    _without_vips(block, family, version, strict, written=False)
    return EffectiveInstance(block, family, version, priority, state, unicast, auth)


def _family_and_version(block: VrrpBlock, defaults: VrrpDefaults, strict: bool) -> tuple[str, int]:
    family = block.family or "inet"
    if family == "inet6":
        if block.version == 2 and strict:
            block.complain("strict mode has no IPv6 with VRRP version 2: the version is 3", "version")
            return family, 3
        return family, block.version or 3
    return family, block.version or defaults.version


def _minimum(block: VrrpBlock) -> None:
    if block.vrid is None:
        block.fatals.append(
            (block.where("virtual_router_id"), f"{block.name} has no virtual_router_id: keepalived ends")
        )
    if block.interface is not None:
        return
    version = block.keepalived
    if version < (2, 1, 0) or (2, 2, 5) <= version < (2, 2, 8):
        alone = False  # 2.2.5 to 2.2.7 look before they know that the instance is a unicast one
    else:
        alone = bool(block.peers) if version < (2, 2, 5) else block.says_unicast
    if not alone:
        block.fatals.append((block.where("interface"), f"{block.name} has no interface: keepalived ends"))
    elif block.source is None:
        block.fatals.append((block.index, f"{block.name} has neither an interface nor unicast_src_ip: keepalived ends"))
    elif block.family == "inet6" and block.source.startswith("fe80:"):
        text = f"{block.name} has no interface and a link-local unicast_src_ip: keepalived ends"
        block.fatals.append((block.where("unicast_src_ip"), text))


def _priority_and_state(block: VrrpBlock, strict: bool) -> tuple[int, str]:
    priority, state = block.priority, block.state
    if priority is None:
        priority = OWNER_PRIORITY if state == "MASTER" else DEFAULT_PRIORITY
        if state == "MASTER":
            block.complain(
                f"state MASTER without a priority: the priority is {OWNER_PRIORITY}, that of the address owner", "state"
            )
    owner = "MASTER" if priority == OWNER_PRIORITY else "BACKUP"
    if state is None:
        return priority, owner
    if strict and state != owner:
        block.complain(
            f"strict mode has state MASTER with priority {OWNER_PRIORITY} and with no other: it begins as {owner}",
            "state",
        )
        return priority, owner
    return priority, state


def _authentication(block: VrrpBlock, family: str, version: int, strict: bool) -> str | None:
    """Return the kind of authentication in effect."""
    auth, why = block.auth, ""
    if auth is not None and strict:
        why = "strict mode has no authentication"
    elif auth is not None and version == 3:
        why = "VRRP version 3 has no authentication"
    elif auth is not None and not block.password:
        why = "there is no auth_pass"
    elif auth == "AH" and family == "inet6":
        why = "IPv6 has no authentication AH"
    if why:
        block.complain(f"{why}: auth_type {auth} has no effect", "auth_type")
        auth = None
    if block.hmac:
        if auth is not None:
            block.complain(f"auth_hmac replaces auth_type {auth}, which has no effect", "auth_type")
            auth = None
        if block.hmac_active in block.hmac_keys:
            return "HMAC"
        block.complain(
            "the active_key of auth_hmac is not among its keys: auth_hmac has no effect", "auth_hmac", "active_key"
        )
    return auth


def _unicast(block: VrrpBlock, strict: bool) -> bool:
    """Return True if the instance sends its adverts to its peers alone."""
    if block.peers:
        name, version = block.interface or "", block.keepalived
        looks = version < (2, 2, 5) or version >= (2, 4, 0)  # the others look too early, and see no peers
        if strict and looks and name and not name.startswith(_MAY_LACK_MULTICAST):
            text = f"{block.name}: strict mode has no unicast_peer on an interface with multicast: keepalived ends"
            block.fatals.append((block.where("unicast_peer"), text))
        if block.mcast_destination is not None:
            block.complain("mcast_dst_ip has no effect with unicast_peer", "mcast_dst_ip")
            block.mcast_destination = None
        return True
    if block.says_unicast and block.fault_without_peers:
        block.complain("there is no peer to send to: the instance goes to FAULT", "unicast_fault_no_peer")
    elif block.says_unicast and block.keepalived >= (2, 2, 5):
        block.complain("there is no peer to send to: adverts are sent by multicast", "unicast_peer", "unicast_src_ip")
    return False


def _limit_vips(block: VrrpBlock, family: str, version: int, auth: str | None) -> None:
    """Move those that find no place in an advert to the excluded ones."""
    room = _MTU - _HEADERS[family]
    if family == "inet" and version == 2:
        room -= _AUTH_2 + (_AH if auth == "AH" else 0)
    room -= _HMAC if auth == "HMAC" and not block.hmac_receives else 0
    most = min(room // (4 if family == "inet" else 16), _MOST_ADDRESSES)
    if len(block.vips) > most:
        kept = most if block.keepalived < (2, 1, 0) or block.keepalived >= (2, 2, 5) else most - 1
        text = f"{len(block.vips)} VIPs do not go into one advert: those after the first {kept} are treated as excluded"
        block.complain(text, "virtual_ipaddress")
        block.excluded += block.vips[kept:]
        del block.vips[kept:]


def _preemption(block: VrrpBlock, priority: int, state: str, strict: bool) -> None:
    if block.nopreempt and priority == OWNER_PRIORITY:
        block.complain(f"nopreempt has no effect with priority {OWNER_PRIORITY}", "nopreempt")
        block.nopreempt = False
    if block.nopreempt and state == "MASTER":
        block.complain("nopreempt has no effect with state MASTER", "nopreempt")
        block.nopreempt = False
    for holds, what in ((state == "MASTER", "state MASTER"), (strict, "strict mode"), (block.nopreempt, "nopreempt")):
        if block.preempt_delay and holds:
            block.complain(f"preempt_delay has no effect with {what}", "preempt_delay")
            block.preempt_delay = 0


def _advert_int(block: VrrpBlock, version: int) -> None:
    value, step, longest = block.advert_int, MICROSECONDS if version == 2 else CENTISECOND, LONGEST_ADVERT_INT[version]
    if value >= longest + step:
        block.advert_int = longest
    elif value % step:
        block.advert_int = max((value + step // 2) // step * step, step)
        if version == 3 and block.keepalived >= (2, 3, 2):
            block.advert_int = min(block.advert_int, longest)
    if block.advert_int != value:
        unit = "whole seconds up to 255" if version == 2 else "steps of 0.01 s up to 40.95 s"
        was, now = value / MICROSECONDS, block.advert_int / MICROSECONDS
        block.complain(f"VRRP version {version} has {unit}: advert_int {was:g} becomes {now:g}", "advert_int")


def _without_interface(block: VrrpBlock) -> None:
    """Remove the addresses that are on no interface."""
    if block.interface is not None or block.fatals:
        return
    if block.keepalived < (2, 2, 0):
        return  # they are on the default interface

    def removed(addresses: list[VirtualAddress]) -> list[VirtualAddress]:
        for one in addresses:
            if one.device is None:
                block.complaints.append((one.statement, f"{one.address} is on no interface: keepalived removes it"))
        return [one for one in addresses if one.device is not None]

    block.vips, block.excluded = removed(block.vips), removed(block.excluded)
    if block.vmac is not None:
        block.complain("there is no interface to put it on: use_vmac has no effect", "use_vmac", "use_ipvlan")
        block.vmac = None


def _without_vips(block: VrrpBlock, family: str, version: int, strict: bool, *, written: bool) -> None:
    """Complain of an instance that has no VIP, as it is `written` or at last."""
    if block.vips or (block.fatals and not written):
        return
    if block.without_vips and strict:
        block.complain("strict mode has no no_virtual_ipaddress: it has no effect", "no_virtual_ipaddress")
    elif block.without_vips:
        return
    six = family == "inet6" and (block.keepalived < (2, 1, 0) or (block.keepalived < (2, 2, 8) and not written))
    if version == 3 or strict or six:
        why = "strict mode" if strict else "IPv6" if six else f"VRRP version {version}"
        text = f"{block.name} has no VIP, and {why} needs one: keepalived ends"
        if (block.where("virtual_ipaddress"), text) not in block.fatals:
            block.fatals.append((block.where("virtual_ipaddress"), text))
    elif not written:
        block.complain("there is no VIP", "virtual_ipaddress")


def vmac_name(prefix: str, vrid: int, family: str, taken: set[str]) -> str:
    """Return the name that keepalived gives to a VMAC, of those that nobody has."""
    number = ""
    while True:
        tail = f"{number}.{vrid}"
        name = prefix[: NAME_LIMIT - len(tail)] + tail
        if name not in taken:
            return name
        if family == "inet6":
            following = {"": 6, "6": 1}.get(number, int(number or 0) + 1)
            number = str(7 if following == 6 and number not in ("", "6") else following)
        else:
            number = str(int(number or 0) + 1)
