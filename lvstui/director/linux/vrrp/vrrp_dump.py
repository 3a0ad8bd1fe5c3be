"""Read keepalived's JSON dump as VRRP instances. Text in, facts out; a password in it goes no further than this module."""

from __future__ import annotations

import json
from typing import Any, Dict, NamedTuple, Sequence, Tuple

from ...protocol.vrrp_messages import VrrpInstance

_STATES = ("INIT", "BACKUP", "MASTER", "FAULT")


def instances(text: bytes) -> Tuple[VrrpInstance, ...]:
    """Return the instances of a dump. Raises ValueError for what is not a whole dump."""
    try:
        parsed = json.loads(text.decode("utf-8", "replace"))
        listed = parsed["vrrp"] if isinstance(parsed, dict) else parsed
        return tuple(_instance(entry["data"], entry.get("stats", {})) for entry in listed)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"unexpected content: {type(error).__name__} {error}") from None


def _instance(data: Dict[str, Any], stats: Dict[str, Any]) -> VrrpInstance:
    state = _STATES[data["state"]]
    own = [vip(text) for text in data.get("vips", ()) if text.strip()]
    vips = own + [vip(text) for text in data.get("evips", ()) if text.strip()]
    interface, vmac = str(data.get("ifp_ifname", "")), str(data.get("vmac_ifname", ""))
    return VrrpInstance(
        name=str(data["iname"]),
        vrid=int(data["vrid"]),
        interface=interface,
        state=state,
        base_priority=int(data["base_priority"]),
        priority=int(data["effective_priority"]),
        master_priority=0 if state == "MASTER" else int(data.get("master_priority", 0)),
        advert_interval=float(data.get("adver_int", 0)),
        version=int(data.get("version", 0)),
        last_transition=float(data.get("last_transition", 0)),
        vips=tuple(one.address for one in vips),
        adverts_received=int(stats.get("advert_rcvd", 0)),
        adverts_sent=int(stats.get("advert_sent", 0)),
        become_master=int(stats.get("become_master", 0)),
        release_master=int(stats.get("release_master", 0)),
        family="" if not own else "inet6" if ":" in own[0].address else "inet",
        configured=interface if not vmac else _under(interface, vips),
        vip_interfaces=tuple(one.interface for one in vips),
    )


class DumpedVip(NamedTuple):
    """A VIP as a dump has it."""

    address: str
    interface: str
    base: str  # the interface under it, of a VMAC; "" where it is none, and before 2.2


def vip(text: str) -> DumpedVip:
    """Read `10.10.0.20/24 dev vrrp.51@ens33 scope global set`."""
    words = text.split()
    place = next((after for word, after in zip(words, words[1:]) if word == "dev"), "")
    interface, _, base = place.partition("@")
    return DumpedVip(words[0].partition("/")[0], interface, base)


def _under(vmac: str, vips: Sequence[DumpedVip]) -> str:
    """Return the interface under an instance's VMAC, where a VIP on it tells."""
    return next((one.base for one in vips if one.interface == vmac and one.base), "")
