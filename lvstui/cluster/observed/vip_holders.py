"""Find the Directors that the clients of a virtual server meet: those that hold its VIPs; their kernels decide what is served.

A VIP of a VRRP instance is where that instance has put it. Another address of a service (excluded VIPs, static ones) counts on
any interface but lo: a Director that is also a DR real server has it there too, and answers nobody's ARP for it. A firewall
mark has no address of its own: its clients meet the Director that is MASTER of all its instances, when there is one.

Not for: which VIPs there are (see `director`), nor who is MASTER (see `vrrp_state`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from lvstui.cluster.observed.director import Director
from lvstui.cluster.view import DirectorView, LinkState
from lvstui.keepalived import ServiceKey


class Holders:
    """The addresses of the Directors at one moment."""

    def __init__(self, directors: Sequence[Director], views: Sequence[DirectorView]) -> None:
        self._vips: dict[str, dict[str, bool | None]] = {}  # address -> Director -> whether it has it
        self._others: dict[str, frozenset[str]] = {}  # Director -> its addresses, those on lo left out
        self._roles: dict[str, str | None] = {}
        self.known = all(view.state is LinkState.LIVE for view in views)
        for director, view in zip(directors, views, strict=True):
            if view.state is LinkState.LOST:
                continue
            self._roles[view.name] = view.role
            self._others[view.name] = director.addresses.answered
            for instance in view.vrrp:
                for vip in instance.vips:
                    held = self._vips.setdefault(vip.address, {})
                    held[view.name] = held.get(view.name) or vip.held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Holders) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # it is compared, and kept nowhere by its value

    def of_address(self, address: str) -> tuple[str, ...]:
        """Return the Directors that have the address, as far as it is known."""
        if address in self._vips:
            return tuple(name for name, held in self._vips[address].items() if held)
        return tuple(name for name, addresses in self._others.items() if address in addresses)

    def holds_any(self, name: str) -> bool:
        """Return True if the Director has a VIP of any instance."""
        return any(held.get(name) for held in self._vips.values())

    def of_service(self, service: ServiceKey) -> tuple[str, ...]:
        """Return the Directors that the service's clients meet; none where it is not known."""
        if service.address:
            return self.of_address(service.address)
        masters = tuple(name for name, role in self._roles.items() if role == "MASTER")
        return masters if len(masters) == 1 else ()

    def of(self, services: tuple[str, ...]) -> tuple[str, ...]:
        """Return the Directors that the clients of any of these services meet."""
        return tuple(dict.fromkeys(name for service in parsed(services) for name in self.of_service(service)))


@lru_cache(maxsize=4096)
def parsed(services: tuple[str, ...]) -> tuple[ServiceKey, ...]:
    """Return the keys of these names; a name that came from a Director and is none of ours has none."""
    found = []
    for service in services:
        try:
            found.append(ServiceKey.parse(service))
        except ValueError:
            continue
    return tuple(found)
