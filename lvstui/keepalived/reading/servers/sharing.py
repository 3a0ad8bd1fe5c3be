"""Name the virtual servers of a configuration, and find which of them the kernel has as one service.

keepalived makes each virtual server's services, one after the other. What is there already stays as it is ("Service already
exists" in its log), and the later one's real servers come into the earlier one's service. So two virtual servers of one name
are read as one, with the first one's settings and the real servers of both.

Not for: what an edit of such a virtual server would do (see `clashes`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from lvstui.keepalived.keys import QUALIFIERS, ServiceKey
from lvstui.keepalived.reading.model import VirtualServer


@dataclass(slots=True)
class Shared:
    """All virtual servers of a configuration under their names, which are unique in `effective` and `ignored` together."""

    effective: list[VirtualServer] = field(default_factory=list)
    shadowed: list[VirtualServer] = field(
        default_factory=list
    )  # of the name of an earlier one, which has them in `also`
    ignored: list[VirtualServer] = field(default_factory=list)  # without a real server
    meeting: dict[ServiceKey, list[VirtualServer]] = field(default_factory=dict)  # services that several make
    complaints: list[tuple[int, str]] = field(default_factory=list)  # statements, and what is to be said of them


def share(servers: Sequence[VirtualServer]) -> Shared:
    """Name the virtual servers, which come in the order of the file, and put those of one name together."""
    found = Shared()
    by_id: dict[str, list[VirtualServer]] = {}
    for server in _named(servers):
        by_id.setdefault(server.id, []).append(server)
    for same in by_id.values():
        made = [server for server in same if server.real_servers]
        if not made:
            found.ignored.append(same[0])
            continue
        found.effective.append(made[0] if len(made) == 1 else _together(made))
        found.shadowed += made[1:]
        for later in made[1:]:
            _complain_of_twins(found, made[0], later)
    _find_meetings(found, [server for same in by_id.values() for server in same if server.real_servers])
    return found


def qualified_groups(servers: Iterable[VirtualServer]) -> frozenset[str]:
    """Return the groups that several protocols or families share: their virtual servers need the protocol in their name."""
    kinds: dict[str, set[str]] = {}
    for server in servers:
        if server.group is not None:
            kinds.setdefault(server.group, set()).add(server.qualifier)
    return frozenset(
        group for group, some in kinds.items() if len(some) > 1 or group.rpartition("/")[2] in QUALIFIERS
    )  # a group called DNS/tcp must not be taken for the TCP half of DNS


def common_id(server: VirtualServer, qualified: Collection[str]) -> str:
    """Return the name of a virtual server among those of several configurations, of which `qualified_groups` are these."""
    return server.full_id if server.group in qualified else server.id


def _named(servers: Sequence[VirtualServer]) -> list[VirtualServer]:
    qualified = qualified_groups(servers)
    return [replace(server, id=server.full_id) if server.group in qualified else server for server in servers]


def _together(made: Sequence[VirtualServer]) -> VirtualServer:
    """Return the first of them, with the real servers of all: of one that several have, the first one's."""
    reals = {real.key: real for server in reversed(made) for real in reversed(server.real_servers)}
    order = dict.fromkeys(real.key for server in made for real in server.real_servers)
    return replace(made[0], real_servers=tuple(reals[key] for key in order), also=tuple(made[1:]), said=object())


def _complain_of_twins(found: Shared, first: VirtualServer, later: VirtualServer) -> None:
    found.complaints += [
        (
            first.span[0],
            f"{first.id} is configured again{_elsewhere(later, first)}: these settings count, and the kernel gets the real "
            "servers of both",
        ),
        (
            later.span[0],
            f"{later.id} is configured before{_elsewhere(first, later)}: its settings count, and the kernel gets the real "
            'servers of both; keepalived says "Service already exists"',
        ),
    ]


def _elsewhere(other: VirtualServer, here: VirtualServer) -> str:
    """Return the other one's file, where it is another. No line: what is said of a line must not change when lines move."""
    return "" if other.path == here.path else f" in {other.path}"


def _find_meetings(found: Shared, made: Sequence[VirtualServer]) -> None:
    """Note the services that several make, and say so of each pair that is called differently, once."""
    owners: dict[ServiceKey, VirtualServer] = {}
    told: set[tuple[int, int]] = set()
    for server in sorted(made, key=lambda one: one.span):
        for service in server.services:
            owner = owners.setdefault(service, server)
            if owner is server:
                continue
            found.meeting.setdefault(service, [owner]).append(server)
            pair = (owner.span[0], server.span[0])
            if owner.id != server.id and pair not in told:
                told.add(pair)
                _complain_of_overlap(found, service, owner, server)


def _complain_of_overlap(found: Shared, service: ServiceKey, first: VirtualServer, later: VirtualServer) -> None:
    found.complaints += [
        (
            first.span[0],
            f"{service} of {first.id} is a service of {later.id} too{_elsewhere(later, first)}: the kernel has one, with "
            "these settings and the real servers of both",
        ),
        (
            later.span[0],
            f"{service} of {later.id} is a service of {first.id} before it{_elsewhere(first, later)}: the kernel has one, "
            'with its settings and the real servers of both; keepalived says "Service already exists"',
        ),
    ]
