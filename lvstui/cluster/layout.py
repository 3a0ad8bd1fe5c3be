"""Which rows there are: the virtual and real servers of both configurations, and what else the kernels have.

Not for: what their figures are (see `rows`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lvstui import keepalived
from lvstui.cluster.director import Director
from lvstui.cluster.log_lines import real_server_id
from lvstui.cluster.table import RealKey, RowKey
from lvstui.cluster.text import plain
from lvstui.cluster.verdicts import ServerKey
from lvstui.director.messages import ServiceId
from lvstui.keepalived import ServiceKey, kernel_keys

_PIECE = 64  # rows


@dataclass(frozen=True, slots=True)
class Place:
    """Where one Director has a real server."""

    configured: keepalived.RealServer | None = None
    keys: tuple[RowKey, ...] = ()  # in the kernel: several for a group or a range of addresses


@dataclass(frozen=True, slots=True)
class Block:
    """A virtual server of one Director's configuration. Where its lines stand may be of an earlier reading."""

    number: int  # of the Director
    server: keepalived.VirtualServer
    places: dict[str, Place]  # of its real servers
    rows: dict[RowKey, ServerKey]  # what the kernel is to have of them
    sorry: frozenset[RowKey]


@dataclass(slots=True)
class Server:
    """A virtual server: the first Director's that knows it, where they differ."""

    id: str
    services: tuple[str, ...]
    scheduler: str | None
    method: str | None
    udp: bool
    blocks: tuple[Block, ...]
    real_servers: dict[str, list[Place]] = field(default_factory=dict)  # by id; one place per Director, in their order
    whole: bool = True  # nothing but its blocks is in it


@dataclass(slots=True)
class Layout:
    servers: dict[str, Server] = field(default_factory=dict)
    index: list[dict[RowKey, ServerKey]] = field(default_factory=list)  # kernel row -> row, per Director
    unmanaged: list[set[RowKey]] = field(default_factory=list)  # kernel rows that no file knows, per Director
    sorry: list[set[RowKey]] = field(default_factory=list)  # sorry servers' kernel rows, per Director
    blocks: list[dict[tuple[str, int], Block]] = field(
        default_factory=list
    )  # by id, and which of that id, per Director


def lay_out(directors: Sequence[Director], before: Layout, layout: Layout) -> Iterator[None]:
    """All rows, configured ones in the order of the files, what only the kernels have after them, put into `layout`, in pieces.

    What did not change since `before` is the same object.
    """
    blocks: dict[str, list[Block]] = {}
    for number, director in enumerate(directors):
        layout.blocks.append({})
        yield from _blocks(director, number, before.blocks[number] if before.blocks else {}, layout.blocks[number])
        layout.index.append({})
        layout.unmanaged.append(set())
        layout.sorry.append(set())
        for (id, _), block in layout.blocks[number].items():
            blocks.setdefault(id, []).append(block)
            layout.index[number].update(block.rows)
            layout.sorry[number].update(block.sorry)
            yield
    for id, some in blocks.items():
        known = before.servers.get(id)
        layout.servers[id] = known if known is not None and _same(known, some) else _server(some, len(directors))
        yield
    for number, director in enumerate(directors):
        yield from _add_unmanaged(layout, director, number, len(directors))


def _same(server: Server, blocks: Sequence[Block]) -> bool:
    pairs = zip(server.blocks, blocks, strict=False)
    return server.whole and len(server.blocks) == len(blocks) and all(one is other for one, other in pairs)


def _blocks(
    director: Director, number: int, before: dict[tuple[str, int], Block], found: dict[tuple[str, int], Block]
) -> Iterator[None]:
    configuration = director.configuration
    for server in configuration.virtual_servers if configuration is not None else ():
        nth = 0
        while (server.id, nth) in found:
            nth += 1
        known = before.get((server.id, nth))
        same = known is not None and known.server.said is server.said
        found[server.id, nth] = known if known is not None and same else _block(number, server)
        yield


def _block(number: int, server: keepalived.VirtualServer) -> Block:
    services = [service_id(service) for service in server.services]
    places: dict[str, Place] = {}
    for real in server.real_servers:
        kernel = zip(services, kernel_keys(server, real), strict=True)
        places[str(real.key)] = Place(real, tuple((service, (key.address, key.port)) for service, (_, key) in kernel))
    rows = {key: (server.id, name) for name, place in places.items() for key in place.keys}
    sorry: frozenset[RowKey] = frozenset()
    if server.sorry_server is not None:
        key = (server.sorry_server.key.address, server.sorry_server.key.port)
        sorry = frozenset((service, key) for service in services)
    return Block(number, server, places, rows, sorry)


def _server(blocks: Sequence[Block], count: int) -> Server:
    first = blocks[0].server
    services = tuple(str(service) for service in first.services)
    udp = first.protocol == "udp"
    made = Server(plain(first.id), services, first.scheduler, first.method, udp, tuple(blocks))
    for block in blocks:
        for name, place in block.places.items():
            places = made.real_servers.get(name)
            if places is None:
                places = made.real_servers[name] = [Place()] * count
            places[block.number] = place
    return made


def service_id(key: ServiceKey) -> ServiceId:
    return ServiceId(key.family, key.protocol, key.address, key.port, key.fwmark)


def service_name(service: ServiceId) -> str:
    return plain(str(ServiceKey(*service)))


def _add_unmanaged(layout: Layout, director: Director, number: int, count: int) -> Iterator[None]:
    index, sorry = layout.index[number], layout.sorry[number]
    found = [
        (service, key)
        for service, known in director.table.destinations.items()
        for key in known
        if (service, key) not in index and (service, key) not in sorry
    ]
    if not found:
        return
    names = [
        {service_id(service): id for (id, _), block in blocks.items() for service in block.server.services}
        for blocks in (layout.blocks[number], *layout.blocks)
    ]
    for done, (service, key) in enumerate(found):
        if done % _PIECE == _PIECE - 1:
            yield
        owner = next((name[service] for name in names if service in name), service_name(service))
        places = _unmanaged_places(layout, director, service, key, owner, count)
        if places is None:
            continue
        places[number] = Place(places[number].configured, (*places[number].keys, (service, key)))
        layout.unmanaged[number].add((service, key))
        index[service, key] = (owner, real_server_id(*key))


def _unmanaged_places(
    layout: Layout, director: Director, service: ServiceId, key: RealKey, owner: str, count: int
) -> list[Place] | None:
    server = layout.servers.get(owner)
    if server is None:
        row = director.table.row(service, key)
        if row is None:
            return None  # it has gone meanwhile
        scheduler = plain(director.table.services[service].scheduler)
        udp = service.protocol == "udp"
        server = Server(owner, (service_name(service),), scheduler, row.method, udp, ())
    elif server.whole:
        server = _server(server.blocks, count)  # the other may be part of an earlier layout
    server.whole = False
    layout.servers[owner] = server
    return server.real_servers.setdefault(real_server_id(*key), [Place()] * count)
