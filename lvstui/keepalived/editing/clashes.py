"""Refuse to change a real server where the kernel has several virtual servers as one service.

Two things happen there at a reload that nobody means:

- keepalived takes two virtual servers of the same address or firewall mark for one. It compares the later one's real servers
  with those of the first, takes out what it does not find there, and adds it again at once, dead ones too.
- A real server that several virtual servers bring into one service is there once, as the first of them added it. What another
  one says of it does not reach the kernel, and the first of them that loses it takes it out.

Not for: which virtual servers meet (see `sharing`).
"""

from __future__ import annotations

from lvstui.keepalived.editing.locations import refusal
from lvstui.keepalived.keys import RealServerKey
from lvstui.keepalived.reading.model import Configuration, ConfiguredRealServer, VirtualServer, kernel_keys

_BY_HAND = "Put the two together by hand."


def refuse_clash(configuration: Configuration, server: VirtualServer, real: ConfiguredRealServer) -> None:
    """Raise EditRefused if the kernel would not do with that real server, present or to be added, what is meant."""
    if server.also and server.group is None:
        later = server.also[0]
        raise refusal(
            configuration,
            real.span[0],
            f"{server.id} is configured twice, at {_at(server)} and {_at(later)}: the kernel has one service for both, and at "
            "a reload keepalived takes the real servers of the second out and adds them again at once, dead ones too",
            _BY_HAND,
        )
    if not configuration.meeting:
        return
    for service, key in kernel_keys(server, real):
        for other in configuration.meeting.get(service, ()):
            if (found := _in(other, service, key)) is None or found.span == real.span:
                continue
            raise refusal(
                configuration,
                real.span[0],
                f"{real.key} is in {service} for {other.id} too, at {found.path}:{found.line}: the kernel has one row for "
                "both, so what one says of it would not be what happens",
                _BY_HAND,
            )


def _in(server: VirtualServer, service: object, key: RealServerKey) -> ConfiguredRealServer | None:
    """Return the real server of that virtual server which is that row of that service."""
    rows = ((real, row) for real in server.real_servers for row in kernel_keys(server, real))
    return next((real for real, row in rows if row == (service, key)), None)


def _at(server: VirtualServer) -> str:
    return f"{server.path}:{server.line}"
