"""Keep the VRRP instances of one Director, by its keepalived or its files, and the evidence of each one's state.

Not for: what the evidence makes (see `vrrp_state`), nor which instance of another Director is the same (see `virtual_routers`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Any, NamedTuple

from lvstui.cluster.identity.vips import Addresses, Vip
from lvstui.cluster.observed.vrrp.virtual_routers import Identity, apart
from lvstui.cluster.observed.vrrp.vrrp_state import Instance
from lvstui.director.protocol.vrrp_messages import Vrrp
from lvstui.director.protocol.vrrp_messages import VrrpInstance as Dumped
from lvstui.keepalived import Configuration, VrrpKey
from lvstui.keepalived import ConfiguredVrrpInstance as Configured


class ReportedInstance(NamedTuple):
    """An instance as somebody tells of it."""

    key: VrrpKey
    name: str
    vips: tuple[Vip, ...]


class VrrpInstances:
    """By interface, VRID and family; the log names them otherwise."""

    def __init__(self) -> None:
        self._known: dict[VrrpKey, Instance] = {}
        self._by_name: dict[str, Instance] = {}
        self._told: list[ReportedInstance] = []
        self.vips: Mapping[str, frozenset[str]] = {}  # the interfaces that VIPs are to be on, by address

    def __iter__(self) -> Iterator[Instance]:
        return iter(self._known.values())

    def __len__(self) -> int:
        return len(self._known)

    def named(self, name: str) -> Instance | None:
        """Return the instance that keepalived calls so."""
        return self._by_name.get(name)

    def forget(self) -> None:
        """Take in that keepalived ended or is another one."""
        for instance in self:
            instance.forget()

    def know(self, told: Sequence[ReportedInstance]) -> bool:
        """Take in which there are now; says whether that is something new. What is known of one that stays is kept."""
        if told == self._told:
            return False
        self._told = list(told)
        before, by_name = self._known, self._by_name
        self._known = {one.key: before[one.key] for one in told if one.key in before}
        kept = set(map(id, self._known.values()))
        for one in told:
            instance = self._known.get(one.key) or by_name.get(one.name)
            if instance is None or (one.key not in self._known and id(instance) in kept):
                instance = Instance(one.key, one.name, one.vips)
            instance.called(one.key, one.name, one.vips)
            self._known[one.key] = instance
        self._known = {one.key: self._known[one.key] for one in told}  # in the order of now
        self._by_name = {one.name: one for one in self._known.values()}
        interfaces: dict[str, set[str]] = {}
        for vip in (vip for one in told for vip in one.vips):
            interfaces.setdefault(vip.address, set()).add(vip.interface)
        self.vips = {address: frozenset(places) for address, places in interfaces.items()}
        return True

    def see(self, addresses: Addresses, now: float, wall: float, *, first: bool) -> None:
        """Take in where the VIPs are. With `first` none of them moved."""
        if not addresses.known:
            return
        for instance in self:
            instance.addresses(list(map(addresses.in_place, instance.vips)), now, wall, first=first)

    def memory(self) -> list[list[Any]]:
        """Return what is known of each, as JSON."""
        return [[list(astuple(key)), *instance.memory()] for key, instance in self._known.items()]

    def recall(self, memory: Iterable[Sequence[Any]]) -> None:
        """Take in what `memory` returned."""
        for key, *known in memory:
            if (instance := self._known.get(VrrpKey(*key))) is not None:
                instance.recall(known)


def identity(instance: Instance) -> Identity:
    """Return what an instance is recognised by."""
    return Identity(instance.key, instance.name, tuple(vip.address for vip in instance.vips))


def told(dump: Vrrp | None, configuration: Configuration | None, addresses: Addresses) -> list[ReportedInstance] | None:
    """Return the instances that keepalived has told of; those of the files until then, and when it does not run."""
    if dump is not None and dump.error is None:
        by_name = {} if configuration is None else {one.name: one for one in configuration.vrrp}
        found = [_dumped(one, by_name.get(one.name), addresses) for one in dump.instances]
    elif configuration is not None:
        found = [_configured(one) for one in configuration.vrrp]
    else:
        return None
    keys = apart([(one.key, one.name) for one in found])
    return [one._replace(key=key) for one, key in zip(found, keys, strict=True)]


def _dumped(one: Dumped, configured: Configured | None, addresses: Addresses) -> ReportedInstance:
    under = one.configured or addresses.base(one.interface)
    if not under:
        under = configured.interface or "" if configured is not None else one.interface
    family = one.family or (configured.family if configured is not None else family_of(*one.vips[:1]))
    places = (*one.vip_interfaces, *[""] * len(one.vips))
    vips = tuple(Vip(address, place) for address, place in zip(one.vips, places, strict=False))
    return ReportedInstance(VrrpKey(under, one.vrid, family), one.name, vips)


def family_of(address: str = "") -> str:
    """Return the family of an address; without one, that which keepalived takes for granted."""
    return "inet6" if ":" in address else "inet"


def _configured(one: Configured) -> ReportedInstance:
    return ReportedInstance(one.key, one.name, vips_of(one))


def vips_of(one: Configured) -> tuple[Vip, ...]:
    """Return the VIPs of a configured instance, with the excluded ones."""
    devices: dict[str, list[str]] = {}
    for address, device in one.vip_devices:
        devices.setdefault(address, []).append(device)
    found = []
    for address in (*one.vips, *one.vips_excluded):
        own = devices.get(address)
        found.append(Vip(address, own.pop(0) if own else one.interface or ""))
    return tuple(found)
