"""Which rows there are: the virtual and real servers of both configurations, and what else the kernels have.

Not for: what their figures are (see `rows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lvstui import keepalived
from lvstui.cluster.director import Director
from lvstui.cluster.log_lines import real_server_id
from lvstui.cluster.table import RealKey, RowKey
from lvstui.cluster.text import plain
from lvstui.cluster.verdicts import ServerKey
from lvstui.director.messages import ServiceId
from lvstui.keepalived import ServiceKey, kernel_keys


@dataclass(slots=True)
class Place:
    """Where one Director has a real server."""

    configured: keepalived.RealServer | None = None
    keys: tuple[RowKey, ...] = ()  # in the kernel: several for a group or a range of addresses


@dataclass(slots=True)
class Server:
    """A virtual server: the first Director's that knows it, where they differ."""

    id: str
    services: tuple[str, ...]
    scheduler: str | None
    method: str | None
    udp: bool
    real_servers: dict[str, list[Place]] = field(default_factory=dict)  # by id; one place per Director, in their order


@dataclass(slots=True)
class Layout:
    servers: dict[str, Server] = field(default_factory=dict)
    index: list[dict[RowKey, ServerKey]] = field(default_factory=list)  # kernel row -> row, per Director
    unmanaged: list[set[RowKey]] = field(default_factory=list)  # kernel rows that no file knows, per Director
    sorry: list[set[RowKey]] = field(default_factory=list)  # sorry servers' kernel rows, per Director


def lay_out(directors: Sequence[Director]) -> Layout:
    """All rows, configured ones in the order of the files, what only the kernels have after them."""
    layout = Layout()
    names: list[dict[ServiceId, str]] = []
    for number, director in enumerate(directors):
        layout.index.append({})
        layout.unmanaged.append(set())
        layout.sorry.append(set())
        names.append({})
        configuration = director.configuration
        for server in configuration.virtual_servers if configuration is not None else ():
            names[number].update((service_id(service), server.id) for service in server.services)
            _add_configured(layout, server, number, len(directors))
    for number, director in enumerate(directors):
        _add_unmanaged(layout, director, number, len(directors), names)
    return layout


def service_id(key: ServiceKey) -> ServiceId:
    return ServiceId(key.family, key.protocol, key.address, key.port, key.fwmark)


def service_name(service: ServiceId) -> str:
    return plain(str(ServiceKey(*service)))


def _add_configured(layout: Layout, server: keepalived.VirtualServer, number: int, count: int) -> None:
    known = layout.servers.get(server.id)
    if known is None:
        services = tuple(str(service) for service in server.services)
        known = Server(plain(server.id), services, server.scheduler, server.method, server.protocol == "udp")
        layout.servers[server.id] = known
    for real in server.real_servers:
        name = str(real.key)
        keys = tuple((service_id(service), (key.address, key.port)) for service, key in kernel_keys(server, real))
        places = known.real_servers.setdefault(name, [Place() for _ in range(count)])
        places[number] = Place(real, keys)
        layout.index[number].update((key, (server.id, name)) for key in keys)
    if server.sorry_server is not None:
        sorry = (server.sorry_server.key.address, server.sorry_server.key.port)
        layout.sorry[number].update((service_id(service), sorry) for service in server.services)


def _add_unmanaged(
    layout: Layout, director: Director, number: int, count: int, names: Sequence[dict[ServiceId, str]]
) -> None:
    index = layout.index[number]
    for service, rows in director.table.rows.items():
        for key in rows:
            if (service, key) in index or (service, key) in layout.sorry[number]:
                continue
            owner = next((name[service] for name in (names[number], *names) if service in name), service_name(service))
            place = _unmanaged_place(layout, director, service, key, owner, count)
            place[number].keys = (*place[number].keys, (service, key))
            layout.unmanaged[number].add((service, key))
            index[service, key] = (owner, real_server_id(*key))


def _unmanaged_place(
    layout: Layout, director: Director, service: ServiceId, key: RealKey, owner: str, count: int
) -> list[Place]:
    server = layout.servers.get(owner)
    if server is None:
        row = director.table.rows[service][key]
        scheduler = plain(director.table.services[service].scheduler)
        server = Server(owner, (service_name(service),), scheduler, row.method, service.protocol == "udp")
        layout.servers[owner] = server
    return server.real_servers.setdefault(real_server_id(*key), [Place() for _ in range(count)])
