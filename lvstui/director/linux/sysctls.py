"""Read kernel settings that LVS depends on, at every tick: nobody tells when one changes, and it costs some microseconds."""

from __future__ import annotations

import os
import time
from typing import Iterator, List

from ..protocol.host_messages import Sysctl, Sysctls
from .namespaces import within
from .process import contents

NAMES = (
    "net.ipv4.vs.conn_reuse_mode",
    "net.ipv4.vs.expire_nodest_conn",
    "net.ipv4.vs.expire_quiescent_template",
    "net.ipv4.vs.conntrack",
    "net.ipv4.vs.sloppy_tcp",
    "net.ipv4.ip_forward",
    "net.ipv6.conf.all.forwarding",
)
_CONF = "/proc/sys/net/ipv4/conf"
_ALL = ("all", "default", "lo")


def read_sysctls(namespace: str = "") -> Sysctls:
    """Return those that this kernel has; IPVS has its own only while its module is loaded.

    `namespace`: the path of a network namespace, where it is not this process's own. One that cannot be entered has none.
    """
    try:
        with within(namespace):
            found = _read()
    except OSError:
        found = []  # told with the IPVS table, which is there too
    return Sysctls(time.monotonic(), tuple(found))


def _read() -> List[Sysctl]:
    found: List[Sysctl] = []
    for name in NAMES:
        try:
            found.append(Sysctl(name, contents("/proc/sys/" + name.replace(".", "/")).decode("ascii").strip()))
        except (OSError, ValueError):
            continue
    if Sysctl("net.ipv4.ip_forward", "0") in found:
        found += _forwarding()
    return found


def _forwarding() -> Iterator[Sysctl]:
    """Yield the interfaces that forward for themselves, though forwarding is off as a whole."""
    try:
        interfaces = sorted(os.listdir(_CONF))
    except OSError:
        return
    for interface in interfaces:
        try:
            forwards = contents(f"{_CONF}/{interface}/forwarding").strip() == b"1"
        except OSError:
            continue
        if forwards and interface not in _ALL:
            yield Sysctl(f"net.ipv4.conf.{interface}.forwarding", "1")
