"""keepalived's JSON dump as VRRP instances. Text in, facts out; a password in it goes no further than this module."""

from __future__ import annotations

import json
from typing import Any, Dict, Tuple

from ..messages import VrrpInstance

_STATES = ("INIT", "BACKUP", "MASTER", "FAULT")


def instances(text: bytes) -> Tuple[VrrpInstance, ...]:
    """Raises ValueError for what is not a whole dump."""
    try:
        parsed = json.loads(text.decode("utf-8", "replace"))
        listed = parsed["vrrp"] if isinstance(parsed, dict) else parsed
        return tuple(_instance(entry["data"], entry.get("stats", {})) for entry in listed)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"unexpected content: {type(error).__name__} {error}") from None


def _instance(data: Dict[str, Any], stats: Dict[str, Any]) -> VrrpInstance:
    state = _STATES[data["state"]]
    vips = [*data.get("vips", ()), *data.get("evips", ())]
    return VrrpInstance(
        name=str(data["iname"]),
        vrid=int(data["vrid"]),
        interface=str(data.get("ifp_ifname", "")),
        state=state,
        base_priority=int(data["base_priority"]),
        priority=int(data["effective_priority"]),
        master_priority=0 if state == "MASTER" else int(data.get("master_priority", 0)),
        advert_interval=float(data.get("adver_int", 0)),
        version=int(data.get("version", 0)),
        last_transition=float(data.get("last_transition", 0)),
        vips=tuple(vip.split()[0].partition("/")[0] for vip in vips if vip.strip()),
        adverts_received=int(stats.get("advert_rcvd", 0)),
        adverts_sent=int(stats.get("advert_sent", 0)),
        become_master=int(stats.get("become_master", 0)),
        release_master=int(stats.get("release_master", 0)),
    )
