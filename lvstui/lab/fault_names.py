"""Name the faults that can be asked for, in words; what they do is in guest/faults.py."""

from __future__ import annotations

from lvstui.lab.errors import LabError
from lvstui.lab.guest import addresses

DIRECTOR_FAULTS = {
    "keepalived-killed": "kill -9 of all its processes: VIPs and IPVS table stay in the kernel",
    "keepalived-stopped": "stopped by the operator: it gives up its VIPs",
    "cut-off": "cut off from both networks, silently, as by a power failure",
    "cut-service": "cut off from the service network (ens33), silently",
    "cut-nat": "cut off from the LVS-NAT network (ens36), silently",
    "unplugged-service": "the cable of ens33 pulled: the interface has no carrier",
    "unplugged-nat": "the cable of ens36 pulled: the interface has no carrier",
    "adverts-blocked": "VRRP adverts to it are dropped: it hears no other Director; of both, a split brain",
    "frozen": "every process is stopped; the kernel keeps running",
    "disk-full": "no space left under /etc/keepalived",
    "disk-read-only": "/etc/keepalived is read-only",
}
WEB_FAULTS = {
    "web-stopped": "nginx killed: its connections end, new ones are refused",
    "web-refusing": "new connections are refused, open ones continue",
    "web-silent": "new connections are never answered, open ones continue",
    "web-slow": "every packet from it is delayed by --seconds",
}


def check_fault(kind: str, target: str) -> None:
    """Check the kind and its target; raises LabError for a fault that does not exist, or that the target cannot have."""
    if kind in DIRECTOR_FAULTS:
        known: tuple[str, ...] = addresses.DIRECTORS
    elif kind in WEB_FAULTS:
        known = tuple(map(str, addresses.WEB_PORTS))
    else:
        raise LabError(f"unknown fault {kind!r}; choose one of {', '.join([*DIRECTOR_FAULTS, *WEB_FAULTS])}.")
    if target not in known:
        raise LabError(f"{kind} is for {', '.join(known)}, not for {target!r}; nothing was changed.")
