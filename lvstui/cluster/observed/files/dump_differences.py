"""Find out whether keepalived's dumps show something else loaded than what the files say. Pure.

Only what both show without doubt is compared: an instance's priority and addresses, and of each real server the weight and the
kinds of its checkers, in virtual servers that the dump names as the files do; and that a virtual server of an address and a port
is in the dump, while no virtual server of the files has that address and port. So True is certain, and False says little.

Not for: a keepalived that keeps a copy of its configuration (see `loaded_configuration`), which says all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lvstui.cluster.identity import server_names
from lvstui.director.protocol.checker_messages import CheckedRealServer, Checkers
from lvstui.director.protocol.vrrp_messages import Vrrp
from lvstui.keepalived import Configuration, ConfiguredRealServer
from lvstui.keepalived.keys import canonical_address


def differs(configuration: Configuration, checkers: Checkers | None, vrrp: Vrrp | None) -> bool:
    """Return True if a dump shows something else than `configuration`. None, or one with an error: there is no such dump."""
    found = [False]
    if vrrp is not None and vrrp.error is None:
        found += _instances(configuration, vrrp)
    if checkers is not None and checkers.error is None:
        found += _real_servers(configuration, checkers)
    return any(found)


def _instances(configuration: Configuration, vrrp: Vrrp) -> Iterator[bool]:
    dumped = {one.name: one for one in vrrp.instances}
    for one in configuration.vrrp:
        told = dumped.get(one.name)
        yield told is None or told.base_priority != one.priority
        if told is not None:
            yield set(map(_canonical, told.vips)) != set(map(_canonical, (*one.vips, *one.vips_excluded)))


def _canonical(address: str) -> str:
    try:
        return canonical_address(address)
    except ValueError:
        return address


def _real_servers(configuration: Configuration, checkers: Checkers) -> Iterator[bool]:
    known = {server.id for server in configuration.virtual_servers}
    dumped: dict[str, dict[str, CheckedRealServer]] = {}
    unknown = set()
    for one in checkers.real_servers:
        names = [name for name in server_names.dumped_virtual_servers(one.virtual_server) if name in known]
        if len(names) == 1:
            dumped.setdefault(names[0], {})[server_names.real_server_id(one.address, one.port)] = one
        elif not names:
            unknown.add(one.virtual_server)
    yield bool(unknown) and not _addresses(unknown) <= _configured_addresses(configuration)
    for server in configuration.virtual_servers:
        told = dumped.get(server.id)
        if told is not None:
            yield told.keys() != {str(real.key) for real in server.real_servers}
            yield from (_real_server(real, told.get(str(real.key))) for real in server.real_servers)


def _addresses(dumped: Iterable[str]) -> set[tuple[str, int]]:
    """Return the addresses and ports of those that are named by them: `10.10.0.20 tcp 80`."""
    words = (name.split(" ") for name in dumped)
    return {
        (_canonical(one[0]), int(one[2]))
        for one in words
        if len(one) == 3 and one[0] not in ("group", "fwmark") and one[2].isdigit()
    }


def _configured_addresses(configuration: Configuration) -> set[tuple[str, int]]:
    """Return the addresses and ports of all services, whatever the protocol, and of what keepalived is said to ignore."""
    every = (*configuration.virtual_servers, *configuration.shadowed, *configuration.ignored)
    return {(_canonical(service.address), service.port) for server in every for service in server.services}


def _real_server(real: ConfiguredRealServer, told: CheckedRealServer | None) -> bool:
    if told is None or told.weight != real.weight:
        return True
    # One that the files have and the dump has not may have been refused by keepalived.
    return bool(Counter(check.method for check in told.checks) - Counter(one.kind for one in real.checkers))
