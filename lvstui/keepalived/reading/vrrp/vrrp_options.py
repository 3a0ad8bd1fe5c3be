"""Find the options of an instance that have no effect beside its other values, and are not in the model themselves.

Not for: the values of the model (see `vrrp_effective`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lvstui.keepalived.parsing.numbers import switch
from lvstui.keepalived.reading.defaults import OWNER_PRIORITY
from lvstui.keepalived.reading.vrrp.vrrp_block import VrrpBlock

_EXPIRED_BACKUP, _IGNORES = (2, 2, 8), (2, 3, 3)  # since then there are these keywords


def without_effect(block: VrrpBlock, priority: int, version: int, strict: bool) -> Iterator[tuple[int, str]]:
    """Tell which options keepalived resets, each at its statement."""
    for keyword, why in _reset(block, priority, version, strict):
        yield block.where(keyword), f"{keyword} has no effect {why}"


def _reset(block: VrrpBlock, priority: int, version: int, strict: bool) -> Iterator[tuple[str, str]]:
    options = block.options
    if strict:
        for keyword in ("garp_lower_prio_repeat", "garp_lower_prio_delay"):
            if options.get(keyword, b"0").strip(b"0"):
                yield keyword, "in strict mode: it is 0"
        if _on(options, "lower_prio_no_advert") is False:
            yield "lower_prio_no_advert", "in strict mode: it is on"
        if _on(options, "higher_prio_send_advert"):
            yield "higher_prio_send_advert", "in strict mode: it is off"
        if "accept" in options and version == 2 and priority != OWNER_PRIORITY:
            yield "accept", "in strict mode with VRRP version 2"
        if "vmac_xmit_base" in options and block.vmac is not None and not block.ipvlan:
            yield "vmac_xmit_base", "in strict mode"
    if "vmac_xmit_base" in options and (block.vmac is None or block.ipvlan):
        yield "vmac_xmit_base", "without use_vmac"
    if "unicast_ttl" in options and not block.peers:
        yield "unicast_ttl", "without unicast_peer"
    if "timer_expired_backup" in options and not block.nopreempt and block.keepalived >= _EXPIRED_BACKUP:
        yield "timer_expired_backup", "without nopreempt"
    if _on(options, "owner_ignore_adverts") and priority != OWNER_PRIORITY and block.keepalived >= _IGNORES:
        yield "owner_ignore_adverts", f"with another priority than {OWNER_PRIORITY}"


def _on(options: dict[str, bytes], keyword: str) -> bool | None:
    """Return whether a switch is on; None where it is not set."""
    if keyword not in options:
        return None
    word = options[keyword]
    return switch([keyword.encode(), word] if word else [keyword.encode()])
