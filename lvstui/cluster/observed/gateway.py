"""Find the VIP that NAT real servers use as their gateway, as far as it can be told: the one in their own network. Pure.

Not for: who holds it (see `vip_holders`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network

from lvstui.cluster.observed.director import Director
from lvstui.keepalived import RealServerKey


def networks(directors: Sequence[Director]) -> tuple[str, ...]:
    """Return the networks that the Directors stand in, widest last: a VIP's own prefix says nothing."""
    found = {
        str(ip_network(f"{address.address}/{address.prefix}", strict=False))
        for director in directors
        if director.network is not None and director.network.error is None
        for address in director.network.addresses
        if 0 < address.prefix < (128 if ":" in address.address else 32)
        and not address.address.startswith(("127.", "fe80"))
    }
    return tuple(sorted(found, key=lambda text: (-ip_network(text).prefixlen, text)))


@lru_cache(maxsize=65536)
def machine(real_server: str) -> str:
    """Return the address of a real server."""
    try:
        return RealServerKey.parse(real_server).address
    except ValueError:
        return real_server


@lru_cache(maxsize=65536)
def candidates(machine: str, vips: tuple[str, ...], networks: tuple[str, ...]) -> tuple[str, ...]:
    """Return the VIPs in the narrowest of the networks that the real server is in."""
    try:
        address = ip_address(machine)
    except ValueError:
        return ()
    for network in map(ip_network, networks):
        if address in network:
            return tuple(vip for vip in vips if ip_address(vip) in network)
    return ()


@lru_cache(maxsize=4096)
def machines(real_servers: tuple[str, ...]) -> tuple[str, ...]:
    """Return their addresses, each once."""
    return tuple(dict.fromkeys(map(machine, real_servers)))


def interface(director: Director, machine: str) -> str | None:
    """Return the Director's interface in the narrowest network that the machine is in; None: it is in none."""
    if director.network is None:
        return None
    found = [(one.prefix, one.interface) for one in director.network.addresses if _in(machine, one.address, one.prefix)]
    return max(found)[1] if found else None


@lru_cache(maxsize=4096)
def _in(machine: str, address: str, prefix: int) -> bool:
    try:
        return ip_address(machine) in ip_network(f"{address}/{prefix}", strict=False)
    except ValueError:
        return False
