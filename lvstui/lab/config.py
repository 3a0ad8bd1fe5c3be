"""Write the Directors' keepalived.conf files: the seed's, and the seed's with many more services for scale."""

from __future__ import annotations

from importlib import resources

from lvstui.lab.guest import addresses

_FIRST_PORT = 10000


def seed(director: str, services: int = 0, real_servers: int = 10) -> str:
    """Return the seed's file of that Director, followed by so many more virtual servers with so many real servers each."""
    text = resources.files("lvstui.lab").joinpath(f"{director}.conf").read_text()
    return text + "".join(_virtual_server(number, real_servers) for number in range(services))


def _virtual_server(number: int, real_servers: int) -> str:
    # The TCP port is the service's number; no checkers: hundreds of connections a second would be another test.
    members = "".join(
        f"    real_server {_address(member)} {_FIRST_PORT + number} {{\n        weight 1\n    }}\n"
        for member in range(real_servers)
    )
    address = f"{addresses.SERVICE_VIP} {_FIRST_PORT + number}"
    head = f"virtual_server {address} {{\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n"
    return f"\n{head}{members}}}\n"


def _address(member: int) -> str:
    return f"192.168.{212 + member // 250}.{1 + member % 250}"
