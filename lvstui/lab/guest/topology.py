"""The addresses and names of the seed's LVS-NAT pair, known to both the host's side and the guest's."""

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

SERVICE_INTERFACE = "ens33"
NAT_INTERFACE = "ens36"
NETWORKS = {"service": SERVICE_INTERFACE, "nat": NAT_INTERFACE}

LAST_BYTE = {"director1": 11, "director2": 12, REAL_SERVER: 13}

# Where the guest meets the host: the address that slirp4netns forwards to.
LINK_ADDRESS = "10.0.2.100"
LINK_GATEWAY = "10.0.2.2"
CONTROL_PORT = 7000
SSH_PORTS = {"director1": 2201, "director2": 2202}

RETURN_PATHS = ("single-nic", "policy-route", "snat")


def service_address(host: str) -> str:
    """The host's own address on the service network."""
    return CLIENT_ADDRESSES[0] if host == CLIENT else f"10.10.0.{LAST_BYTE[host]}"


def nat_address(host: str) -> str:
    """The host's own address on the LVS-NAT network."""
    return f"192.168.211.{LAST_BYTE[host]}"
