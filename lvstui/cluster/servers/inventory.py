"""List the virtual and real servers that there are: those of both configurations, and what else the kernels have.

Not for: what their figures are (see `entries`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lvstui import keepalived
from lvstui.cluster.identity.server_names import real_server_id, service_id, service_name
from lvstui.cluster.observed.checkers.verdicts import ServerKey
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.ipvs_table import RealKey, RowKey
from lvstui.cluster.servers.states import may_be_udp
from lvstui.cluster.text import plain
from lvstui.director.protocol.ipvs_messages import ServiceId
from lvstui.keepalived import kernel_keys
from lvstui.keepalived.reading.servers.sharing import common_id, qualified_groups

PIECE = 64  # rows that are worked out at once; a millisecond or two


def in_pieces(steps: Iterable[int]) -> Iterator[None]:
    """Go through steps that each give the number of rows they took, and stop after every PIECE rows: a small pair never stops."""
    rows = 0
    for step in steps:
        rows += step
        if rows >= PIECE:
            rows = 0
            yield


@dataclass(frozen=True, slots=True)
class ServerPlacement:
    """Hold where one Director has a real server."""

    configured: keepalived.ConfiguredRealServer | None = None
    keys: tuple[RowKey, ...] = ()  # in the kernel: several for a group or a range of addresses


@dataclass(frozen=True, slots=True)
class ConfiguredServer:
    """A virtual server of one Director's configuration. Where its lines stand may be of an earlier reading."""

    id: str  # its name among those of all Directors
    number: int  # of the Director
    server: keepalived.VirtualServer
    places: dict[str, ServerPlacement]  # of its real servers
    rows: dict[RowKey, ServerKey]  # what the kernel is to have of them
    sorry: frozenset[RowKey]

    @property
    def sorry_is_real(self) -> bool:
        """Return True if its sorry server is one of its real servers too."""
        return not self.sorry.isdisjoint(self.rows)


@dataclass(slots=True)
class Server:
    """A virtual server: the first Director's that knows it, where they differ."""

    id: str
    services: tuple[str, ...]
    scheduler: str | None
    method: str | None
    udp: bool  # or it may be
    persistent: bool
    blocks: tuple[ConfiguredServer, ...]
    real_servers: dict[str, list[ServerPlacement]] = field(
        default_factory=dict
    )  # by id; one place per Director, in their order
    whole: bool = True  # nothing but its blocks is in it
    sorry_is_real: bool = False  # its sorry server is one of its real servers too

    @property
    def ignored(self) -> bool:
        """Return True if every Director's keepalived passes it over, because it has no real servers there."""
        return bool(self.blocks) and not any(block.places for block in self.blocks)


@dataclass(slots=True)
class Inventory:
    """The servers that there are, and in which of them each row of a kernel is."""

    servers: dict[str, Server] = field(default_factory=dict)
    index: list[dict[RowKey, ServerKey]] = field(default_factory=list)  # kernel row -> row, per Director
    unmanaged: list[set[RowKey]] = field(default_factory=list)  # kernel rows that no file knows, per Director
    # sorry server's kernel row -> virtual server, per Director
    sorry: list[dict[RowKey, str]] = field(default_factory=list)
    # those of them that are a real server's row too, of another virtual server with the same service
    sorry_elsewhere: list[dict[RowKey, str]] = field(default_factory=list)
    shared: list[dict[RowKey, set[ServerKey]]] = field(default_factory=list)  # kernel row -> further rows that it is in
    blocks: list[dict[tuple[str, int], ConfiguredServer]] = field(
        default_factory=list
    )  # by id, and which of that id, per Director


def take_inventory(directors: Sequence[Director], before: Inventory, inventory: Inventory) -> Iterator[int]:
    """Put all rows into `inventory`, step by step: configured ones in the order of the files, then what only the kernels have.

    What did not change since `before` is the same object.
    """
    blocks: dict[str, list[ConfiguredServer]] = {}
    qualified = qualified_groups(server for director in directors for server in _servers(director))
    for number, director in enumerate(directors):
        inventory.blocks.append({})
        known = before.blocks[number] if before.blocks else {}
        yield from _blocks(director, number, qualified, known, inventory.blocks[number])
        inventory.index.append({})
        inventory.shared.append({})
        inventory.unmanaged.append(set())
        inventory.sorry.append({})
        for (id, _), block in inventory.blocks[number].items():
            blocks.setdefault(id, []).append(block)
            _index(block, inventory.index[number], inventory.shared[number])
            inventory.sorry[number].update(dict.fromkeys(block.sorry, block.id))
            yield 1 + len(block.rows)
        index = inventory.index[number]
        both = {key: id for key, id in inventory.sorry[number].items() if key in index and index[key][0] != id}
        inventory.sorry_elsewhere.append(both)
    for id, some in blocks.items():
        old = before.servers.get(id)
        same = old is not None and _same(old, some)
        server = inventory.servers[id] = old if old is not None and same else _server(some, len(directors))
        yield 1 if same else 1 + len(server.real_servers)
    for number, director in enumerate(directors):
        yield from _add_unmanaged(inventory, director, number, len(directors))


def _index(block: ConfiguredServer, index: dict[RowKey, ServerKey], shared: dict[RowKey, set[ServerKey]]) -> None:
    """Say in which row each of the block's kernel rows is; of several virtual servers with one service the first counts."""
    if index.keys().isdisjoint(block.rows):
        index.update(block.rows)
        return
    for key, row in block.rows.items():
        if index.setdefault(key, row) != row:
            shared.setdefault(key, set()).add(row)


def _same(server: Server, blocks: Sequence[ConfiguredServer]) -> bool:
    pairs = zip(server.blocks, blocks, strict=False)
    return server.whole and len(server.blocks) == len(blocks) and all(one is other for one, other in pairs)


def _servers(director: Director) -> Sequence[keepalived.VirtualServer]:
    """Return all virtual servers of a Director's file, those that keepalived ignores too, in its order."""
    configuration = director.configuration
    if configuration is None or not configuration.ignored:
        return () if configuration is None else configuration.virtual_servers
    return sorted((*configuration.virtual_servers, *configuration.ignored), key=lambda server: server.span)


def _blocks(
    director: Director,
    number: int,
    qualified: Collection[str],
    before: dict[tuple[str, int], ConfiguredServer],
    found: dict[tuple[str, int], ConfiguredServer],
) -> Iterator[int]:
    for server in _servers(director):
        id, nth = common_id(server, qualified), 0
        while (id, nth) in found:
            nth += 1
        known = before.get((id, nth))
        same = known is not None and known.server.said is server.said
        found[id, nth] = known if known is not None and same else _block(id, number, server)
        yield 1 if same else 1 + len(server.real_servers)


def _block(id: str, number: int, server: keepalived.VirtualServer) -> ConfiguredServer:
    services = [service_id(service) for service in server.services]
    places: dict[str, ServerPlacement] = {}
    for real in server.real_servers:
        kernel = zip(services, kernel_keys(server, real), strict=True)
        places[str(real.key)] = ServerPlacement(
            real, tuple((service, (key.address, key.port)) for service, (_, key) in kernel)
        )
    rows = {key: (id, name) for name, place in places.items() for key in place.keys}
    return ConfiguredServer(id, number, server, places, rows, sorry_rows(server))


def sorry_rows(server: keepalived.VirtualServer) -> frozenset[RowKey]:
    """Return where a kernel has its sorry server while that serves: but for NAT, at the service's own port."""
    found = set()
    for one in (server, *server.also):
        if (sorry := one.sorry_server) is not None:
            nat = sorry.method == "NAT"
            found |= {
                (service_id(service), (sorry.key.address, sorry.key.port if nat else service.port))
                for service in server.services
            }
    return frozenset(found)


def _server(blocks: Sequence[ConfiguredServer], count: int) -> Server:
    first = next((block for block in blocks if block.places), blocks[0]).server
    services = tuple(str(service) for service in first.services)
    udp = may_be_udp(str(service) for block in blocks for service in block.server.services)
    persistent = any(block.server.persistence_timeout is not None for block in blocks)
    made = Server(plain(blocks[0].id), services, first.scheduler, first.method, udp, persistent, tuple(blocks))
    for block in blocks:
        for name, place in block.places.items():
            places = made.real_servers.get(name)
            if places is None:
                places = made.real_servers[name] = [ServerPlacement()] * count
            places[block.number] = place
    made.sorry_is_real = any(block.sorry_is_real for block in blocks)
    return made


def _add_unmanaged(inventory: Inventory, director: Director, number: int, count: int) -> Iterator[int]:
    index, sorry = inventory.index[number], inventory.sorry[number]
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
        for blocks in (inventory.blocks[number], *inventory.blocks)
    ]
    for service, key in found:
        yield 1
        owner = next((name[service] for name in names if service in name), service_name(service))
        places = _unmanaged_places(inventory, director, service, key, owner, count)
        if places is None:
            continue
        places[number] = ServerPlacement(places[number].configured, (*places[number].keys, (service, key)))
        inventory.unmanaged[number].add((service, key))
        index[service, key] = (owner, real_server_id(*key))


def _unmanaged_places(
    inventory: Inventory, director: Director, service: ServiceId, key: RealKey, owner: str, count: int
) -> list[ServerPlacement] | None:
    server = inventory.servers.get(owner)
    if server is None:
        row = director.table.row(service, key)
        if row is None:
            return None  # it has gone meanwhile
        scheduler = plain(director.table.services[service].scheduler)
        known, services = director.table.services[service], (service_name(service),)
        server = Server(owner, services, scheduler, row.method, may_be_udp(services), bool(known.timeout), ())
    elif server.whole:
        server = _server(server.blocks, count)  # the other may be part of an earlier inventory
    server.whole = False
    inventory.servers[owner] = server
    return server.real_servers.setdefault(real_server_id(*key), [ServerPlacement()] * count)
