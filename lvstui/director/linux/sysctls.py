"""Kernel settings that LVS depends on. Read at every tick: nobody tells when one changes, and it costs some microseconds."""

from __future__ import annotations

import time
from typing import List

from ..messages import Sysctl, Sysctls

NAMES = (
    "net.ipv4.vs.conn_reuse_mode",
    "net.ipv4.vs.expire_nodest_conn",
    "net.ipv4.vs.expire_quiescent_template",
    "net.ipv4.vs.conntrack",
    "net.ipv4.vs.sloppy_tcp",
    "net.ipv4.ip_forward",
)


def read_sysctls() -> Sysctls:
    """Those that this kernel has; IPVS has its own only while its module is loaded."""
    found: List[Sysctl] = []
    for name in NAMES:
        try:
            with open("/proc/sys/" + name.replace(".", "/"), encoding="ascii") as file:
                found.append(Sysctl(name, file.read().strip()))
        except (OSError, ValueError):
            continue
    return Sysctls(time.monotonic(), tuple(found))
