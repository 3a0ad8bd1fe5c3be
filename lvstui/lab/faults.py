"""The faults that can be asked for, in words; what they do is in guest/faults.py."""

from __future__ import annotations

from lvstui.lab.errors import LabError
from lvstui.lab.guest import topology

DIRECTOR_FAULTS = {
    "keepalived-killed": "all its processes killed with -9: the VIPs and the IPVS table stay in its kernel",
    "keepalived-stopped": "stopped as its operator would: it gives its VIPs away",
    "cut-off": "cut off on both networks, silently, as by a power failure",
    "cut-service": "cut off on the service network (ens33), silently",
    "cut-nat": "cut off on the LVS-NAT network (ens36), silently",
    "unplugged-service": "the cable of ens33 pulled: the interface has no carrier",
    "unplugged-nat": "the cable of ens36 pulled: the interface has no carrier",
    "frozen": "every process of it stands still; its kernel goes on",
    "disk-full": "no space left under /etc/keepalived",
    "disk-read-only": "/etc/keepalived is read-only",
}
WEB_FAULTS = {
    "web-stopped": "nginx killed: its connections end, new ones are refused",
    "web-refusing": "new connections are refused, open ones go on",
    "web-silent": "new connections are never answered, open ones go on",
    "web-slow": "every packet from it is late by --seconds",
}


def check_fault(kind: str, target: str) -> None:
    """Raises LabError for a fault that does not exist, or on something that cannot have it."""
    if kind in DIRECTOR_FAULTS:
        known: tuple[str, ...] = topology.DIRECTORS
    elif kind in WEB_FAULTS:
        known = tuple(map(str, topology.WEB_PORTS))
    else:
        raise LabError(f"There is no fault {kind!r}; there are {', '.join([*DIRECTOR_FAULTS, *WEB_FAULTS])}.")
    if target not in known:
        raise LabError(f"{kind} is for {', '.join(known)}, not for {target!r}; nothing was changed.")
