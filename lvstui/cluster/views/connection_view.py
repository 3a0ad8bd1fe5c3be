"""Ask for a sample of one real server's connections: whether it may be asked for, what to ask, what the answer means. Pure.

Before Linux 6.14 the kernel reads its connection table in a time that grows with the square of its size: a million
connections cost a minute of system time on the machine that everything goes through.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lvstui.cluster.identity.server_names import service_id, service_name
from lvstui.cluster.observed.director import Director
from lvstui.cluster.text import plain
from lvstui.cluster.view import LinkState
from lvstui.director.protocol.ipvs_messages import Connections, RealServerId, SampleConnections, ServiceId
from lvstui.keepalived import RealServerKey, kernel_keys

FAST_SINCE = (6, 14)  # Linux
MOST, MOST_BEFORE = 1_000_000, 50_000  # connections in the whole table, since then and before
ROWS = 200
SECONDS = 2.0
_DOMINATES = 0.5  # of those that are open or being opened
_CLOSING = frozenset(("TIME_WAIT", "CLOSE", "CLOSE_WAIT", "FIN_WAIT", "LAST_ACK", "NONE"))
_AT_LEAST = 3  # connections in SYN_RECV, before anything is said of them


class SampleRefused(Exception):
    """Tell why a sample was not asked for, or why the Director could not give it."""


@dataclass(frozen=True)
class ConnectionView:
    """A connection of a client."""

    client: str
    state: str
    expires_s: int


@dataclass(frozen=True)
class SampleView:
    """A sample of connections."""

    director: str
    connections: tuple[ConnectionView, ...]  # the first of them
    states: tuple[tuple[str, int], ...]  # most first
    total: int
    templates: int  # of persistence
    complete: bool
    seconds: float
    warning: str | None


def request(director: Director, virtual_server: str, real_server: str, nonce: int) -> SampleConnections:
    """Return what to ask the Director. Raises SampleRefused."""
    name = director.name
    if director.link.state is not LinkState.LIVE:
        raise SampleRefused(f"{name} is {director.link.state}")
    if director.table.error is not None:
        raise SampleRefused(f"the connections of {name} are not known: {plain(director.table.error)}")
    _guard(director)
    services, real = _rows(director, virtual_server, real_server)
    return SampleConnections(nonce, services, real, ROWS, SECONDS)


def _guard(director: Director) -> None:
    known = sum(
        row.active + row.inactive + row.persistent for rows in director.table.rows.values() for row in rows.values()
    )
    kernel = director.hello.kernel if director.hello is not None else ""
    fast = _version(kernel) >= FAST_SINCE
    most = MOST if fast else MOST_BEFORE
    if known > most:
        why = (
            ""
            if fast
            else f", and Linux before 6.14 reads such a table slowly (there it is {plain(kernel, 40) or 'not known'})"
        )
        raise SampleRefused(f"{director.name} has {known:,} connections: more than {most:,} are not read through{why}")


def _version(kernel: str) -> tuple[int, int]:
    match = re.match(r"(\d+)\.(\d+)", kernel)
    return (int(match[1]), int(match[2])) if match is not None else (0, 0)


def _rows(director: Director, virtual_server: str, real_server: str) -> tuple[tuple[ServiceId, ...], RealServerId]:
    """Return the services that have it, and what it is called there."""
    configuration = director.loaded.whole
    server = configuration.virtual_server(virtual_server) if configuration is not None else None
    key = RealServerKey.parse(real_server)
    real = server.real_server(key) if server is not None else None
    if server is not None and real is not None:
        keys = kernel_keys(server, real)
        if keys:
            return tuple(service_id(service) for service, _ in keys), RealServerId(keys[0][1].address, keys[0][1].port)
    services = tuple(one for one in director.table.services if service_name(one) == virtual_server)
    if not services:
        raise SampleRefused(f"{director.name} has no {virtual_server}")
    return services, RealServerId(key.address, key.port)


def answer(director: str, found: Connections) -> SampleView:
    """Return the answer, as it is shown. Raises SampleRefused when the Director could not tell."""
    if found.error is not None:
        raise SampleRefused(f"{director}: {plain(found.error)}")
    states = tuple((plain(one.state, 20), one.number) for one in found.states)
    return SampleView(
        director=director,
        connections=tuple(
            ConnectionView(_client(one.client, one.client_port), plain(one.state, 20), one.expires)
            for one in found.rows
        ),
        states=states,
        total=sum(number for _, number in states),
        templates=found.templates,
        complete=found.complete,
        seconds=found.seconds,
        warning=_warning(states),
    )


def _client(address: str, port: int) -> str:
    address = plain(address, 60)
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _warning(states: Sequence[tuple[str, int]]) -> str | None:
    """Warn of handshakes that never end. Connections that have ended say nothing of those of now."""
    open_ones = sum(number for state, number in states if state not in _CLOSING)
    waiting = dict(states).get("SYN_RECV", 0)
    if waiting < _AT_LEAST or waiting <= open_ones * _DOMINATES:
        return None
    return (
        f"{waiting} of {open_ones} open ones are in SYN_RECV: its replies do not come back through the Director. With NAT, "
        "its default gateway must be the gateway VIP; look at its routes, and at a firewall between"
    )
