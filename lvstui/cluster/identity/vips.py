"""Tell where VIPs are: one link-local address may be on many VLANs, and `lo` may hold what is a VIP elsewhere.

Not for: who may hold it (see `vrrp_state`), nor what is wrong when two do (see `masters`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from lvstui.director.protocol.host_messages import Link, Network


class Vip(NamedTuple):
    """An address that VRRP moves, and the interface that keepalived puts it on."""

    address: str
    interface: str  # "": not known

    @property
    def name(self) -> str:
        """Return it as an operator names it: with its interface where the address says too little."""
        return f"{self.address}%{self.interface}" if self.interface and of_one_link(self.address) else self.address


_WRAP = 2**32 / 100  # seconds after which the kernel's stamps begin anew


@lru_cache(maxsize=65536)
def of_one_link(address: str) -> bool:
    """Return True if the address counts on its own link only, so that another link may have it too."""
    try:
        return ip_address(address).is_link_local
    except ValueError:
        return False


def _unwrapped(created: float, now: float) -> float:
    return created + max(0.0, (now - created) // _WRAP) * _WRAP if created else 0.0


class Addresses(Collection[str]):
    """The addresses of a Director, and where each of them is."""

    def __init__(self, network: Network | None = None) -> None:
        self.known = network is not None and network.error is None
        self._links: dict[str, Link] = {}
        self._over: dict[str, list[str]] = {}  # an interface, and the VMACs on it
        self._interfaces: dict[str, dict[str, float]] = {}  # address -> interface -> when it was put there
        if network is not None and network.error is None:
            self._links = {link.name: link for link in network.links}
            for link in network.links:
                if link.base:
                    self._over.setdefault(link.base, []).append(link.name)
            for one in network.addresses:
                self._interfaces.setdefault(one.address, {})[one.interface] = _unwrapped(one.created, network.at)

    def __iter__(self) -> Iterator[str]:
        return iter(self._interfaces)

    def __contains__(self, address: object) -> bool:
        return address in self._interfaces

    def __len__(self) -> int:
        return len(self._interfaces)

    @cached_property
    def answered(self) -> frozenset[str]:
        """Return the addresses that a network is told of: not those on lo alone."""
        return frozenset(
            address for address, places in self._interfaces.items() if any(map(self._answers, places))
        )  # fmt: skip

    def base(self, interface: str) -> str:
        """Return the interface under a VMAC or another macvlan; "" where there is none."""
        link = self._links.get(interface)
        return link.base if link is not None else ""

    def on(self, address: str) -> frozenset[str]:
        """Return the interfaces that have the address."""
        return frozenset(self._interfaces.get(address, ()))

    def created(self, vip: Vip) -> float | None:
        """Return when the VIP was put on its own interface, by the Director's CLOCK_MONOTONIC; None: it is not there."""
        return self._interfaces.get(vip.address, {}).get(vip.interface) or None

    def holds(self, vip: Vip, vips: Mapping[str, frozenset[str]]) -> bool | None:
        """Return True if the Director has the VIP, None if that is not known. `vips`: all of its VIPs' interfaces, by address.

        On its own interface, or on a macvlan of that, it counts in any case. Elsewhere it counts unless nobody is told of it
        there (lo of a real server for DR, a dummy, a tunnel), it is of one link, or it is another VIP of this Director.
        """
        if not self.known:
            return None
        if self.in_place(vip):
            return True
        if vip.interface and of_one_link(vip.address):
            return False
        found = self._interfaces.get(vip.address, {})
        taken = vips.get(vip.address, frozenset()) - {vip.interface}
        return any(self._answers(one) for one in found if one not in taken and self.base(one) not in taken)

    def in_place(self, vip: Vip) -> bool:
        """Return True if the VIP is where keepalived puts it; where that is not known, if it counts where it is."""
        found = self._interfaces.get(vip.address, {})
        if not vip.interface:
            return any(map(self._answers, found))
        return vip.interface in found or any(one in found for one in self._over.get(vip.interface, ()))

    def _answers(self, interface: str) -> bool:
        link = self._links.get(interface)
        return interface != "lo" if link is None else link.answers
