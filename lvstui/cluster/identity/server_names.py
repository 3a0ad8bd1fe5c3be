"""Write the names of virtual and real servers in one way, whoever tells of them: a kernel, a dump, a log.

Not for: names that an operator types (see `plan.targets`), nor those of a configuration, which has its own keys.
"""

from __future__ import annotations

from functools import lru_cache

from lvstui.cluster.text import plain
from lvstui.director.protocol.ipvs_messages import ServiceId
from lvstui.keepalived.keys import ServiceKey, canonical_address


@lru_cache(maxsize=65536)
def real_server_id(address: str, port: int) -> str:
    """Return a real server's name: `192.168.211.13:8081`, `[2001:db8::13]:8081`."""
    if ":" not in address:
        return f"{address}:{port}"
    try:
        return f"[{canonical_address(address)}]:{port}"
    except ValueError:
        return f"[{plain(address, 60)}]:{port}"


def service_id(key: ServiceKey) -> ServiceId:
    """Return the kernel's name of a service."""
    return ServiceId(key.family, key.protocol, key.address, key.port, key.fwmark)


def service_name(service: ServiceId) -> str:
    """Return the name of a kernel's service: `tcp/10.10.0.20:80`, `fwmark/7`."""
    return plain(str(ServiceKey(*service)))


@lru_cache(maxsize=4096)
def dumped_virtual_servers(name: str) -> tuple[str, ...]:
    """Return the names that `10.10.0.20 tcp 80`, `fwmark 7 inet6` or `group udp web`, of a checker dump, can have."""
    words = name.split(" ")
    if words[0] == "group" and len(words) > 2:
        return group_names(name.split(" ", 2)[2], words[1])
    if words[0] == "fwmark" and len(words) > 1 and words[1].isdigit():
        return (str(ServiceKey.marked(int(words[1]), words[2] if len(words) > 2 else "inet")),)
    if len(words) == 3 and words[2].isdigit():
        return (f"{words[1].lower()}/{real_server_id(words[0], int(words[2]))}",)
    return (plain(name),)


def group_names(group: str, qualifier: str) -> tuple[str, ...]:
    """Return a group's name with what tells it from others of the group, as where there are any, and without."""
    return f"group/{group}/{qualifier}", f"group/{group}"
