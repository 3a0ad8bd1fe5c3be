"""Name one real server of one virtual server, as operators, records and plans do, and find it in a configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lvstui.keepalived import Configuration, ConfiguredRealServer, VirtualServer


@dataclass(frozen=True)
class Target:
    """One real server of one virtual server."""

    virtual_server: str  # "tcp/10.10.0.20:80", "group/web"
    real_server: str  # "192.168.211.13:8081"


def find(configuration: Configuration, target: Target) -> tuple[VirtualServer, ConfiguredRealServer] | None:
    """Return a target's virtual and real server in a configuration, None if they are not there."""
    from lvstui.keepalived.keys import RealServerKey  # not before there is a configuration: it is slow to import

    server = configuration.virtual_server(target.virtual_server)
    real = server.real_server(RealServerKey.parse(target.real_server)) if server else None
    return (server, real) if server is not None and real is not None else None


def machine_of(real_server: str) -> str:
    """Return the address of "address:port", which all real servers of one machine share."""
    return real_server.rpartition(":")[0].strip("[]")
