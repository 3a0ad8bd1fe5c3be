"""Name the addresses and hosts of the seed's LVS-NAT pair, for both the host's side and the guest's."""

from __future__ import annotations

DIRECTORS = ("director1", "director2")
REAL_SERVER = "real-server"
CLIENT = "client"
HOSTS = (*DIRECTORS, REAL_SERVER, CLIENT)

SERVICE_NETWORK = "10.10.0.0/24"
SERVICE_GATEWAY = "10.10.0.1"
SERVICE_VIP = "10.10.0.20"
SERVICE_PORT = 80
NAT_VIP = "192.168.211.20"
REAL_SERVER_ADDRESS = "192.168.211.13"
WEB_PORTS = (8081, 8082, 8083)

# The client has several addresses, so that one can be used per kind of client (persistence is by address).
CLIENT_ADDRESSES = tuple(f"10.10.0.{last}" for last in range(100, 108))

# The same two networks in IPv6, with documentation's prefixes; a host's last part is that of its IPv4 address.
SERVICE_PREFIX_6 = "2001:db8:a::"
NAT_PREFIX_6 = "2001:db8:d::"

SERVICE_INTERFACE = "ens33"
NAT_INTERFACE = "ens36"
NETWORKS = {"service": SERVICE_INTERFACE, "nat": NAT_INTERFACE}

LAST_BYTE = {"director1": 11, "director2": 12, REAL_SERVER: 13}

# Where the guest meets the host: the addresses that slirp4netns forwards to, the guest's own and one for each sshd.
LINK_ADDRESS = "10.0.2.100"
CONTROL_PORT = 7000
SSH_LINK_ADDRESSES = {"director1": "10.0.2.101", "director2": "10.0.2.102", CLIENT: "10.0.2.103"}
SSH_PORT = 22

RETURN_PATHS = ("single-nic", "policy-route", "snat")


def service_address(host: str) -> str:
    """Return the host's own address on the service network."""
    return CLIENT_ADDRESSES[0] if host == CLIENT else f"10.10.0.{LAST_BYTE[host]}"


def nat_address(host: str) -> str:
    """Return the host's own address on the LVS-NAT network."""
    return f"192.168.211.{LAST_BYTE[host]}"


def addresses_6(host: str) -> tuple[tuple[str, str], ...]:
    """Return the host's own IPv6 addresses, each with its interface."""
    if host == CLIENT:
        return ((f"{SERVICE_PREFIX_6}100", SERVICE_INTERFACE),)
    found = [(f"{NAT_PREFIX_6}{LAST_BYTE[host]}", NAT_INTERFACE)]
    return ((f"{SERVICE_PREFIX_6}{LAST_BYTE[host]}", SERVICE_INTERFACE), *found) if host in DIRECTORS else tuple(found)
