"""Join all VRRP instances: sync groups, the names of VMACs, and two instances of one virtual router.

Not for: what one instance's block comes to (see `vrrp_effective`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations

from lvstui.keepalived.parsing.dialect import Version
from lvstui.keepalived.reading.vrrp.vrrp_effective import EffectiveInstance, VrrpDefaults, vmac_name

_ALONE_IS_NONE = ((2, 1, 0), (2, 2, 3))  # between these a sync group of one instance was removed

Remark = tuple[int, str]  # a statement, and what there is to say about it


@dataclass
class SyncBlock:
    """A sync group as its block says it."""

    name: str
    index: int  # of the statement that opens it
    weighs: bool = False  # sync_group_tracking_weight
    names: list[tuple[int, str]] = field(default_factory=list)  # statement and name of each member
    members: list[EffectiveInstance] = field(default_factory=list)  # in effect


def join(groups: Sequence[SyncBlock], instances: Sequence[EffectiveInstance], version: Version) -> Iterator[Remark]:
    """Give each sync group the members that it has in effect; those that keepalived removes have none."""
    by_name = {instance.block.name: instance for instance in instances}
    taken: dict[str, str] = {}
    for group in groups:
        for index, name in group.names:
            if name not in by_name:
                yield index, f"there is no vrrp_instance {name!r}: keepalived ignores it in the sync group"
            elif name in taken:
                yield index, f"{name} is in the sync group {taken[name]} already: keepalived ignores it here"
            else:
                taken[name] = group.name
                group.members.append(by_name[name])
        if not group.members:
            yield group.index, f"the sync group {group.name} has no member: keepalived removes it"
        elif len(group.members) == 1:
            removed = _ALONE_IS_NONE[0] <= version < _ALONE_IS_NONE[1]
            yield (
                group.index,
                f"the sync group {group.name} has one member only" + (": keepalived removes it" if removed else ""),
            )
            if removed:
                group.members.clear()


def name_vmacs(instances: Sequence[EffectiveInstance], defaults: VrrpDefaults, named: Set[str]) -> None:
    """Give the VMACs that have no name the one that keepalived gives them; `named` are interfaces that others name."""
    taken = set(named) | {name for one in instances for name in (one.block.vmac, one.block.interface) if name}
    for one in instances:
        if one.block.vmac == "":
            one.block.vmac = vmac_name(defaults.vmac_prefix, one.block.vrid or 0, one.family, taken)
            taken.add(one.block.vmac)


def conflicts(instances: Sequence[EffectiveInstance], defaults: VrrpDefaults) -> Iterator[Remark]:
    """Find every two that would be the same virtual router. keepalived ends at the first."""
    alike: dict[tuple[int, str], list[EffectiveInstance]] = {}
    for instance in instances:
        if instance.block.vrid is not None:
            alike.setdefault((instance.block.vrid, instance.family), []).append(instance)
    for (vrid, family), several in alike.items():
        for one, other in combinations(several, 2):
            if _same_router(one, other, defaults):
                six = "IPv6" if family == "inet6" else "IPv4"
                where = f"on {other.block.interface}" if other.block.interface else "by unicast"
                text = (
                    f"{other.block.name} has VRID {vrid} with {six} {where}, as {one.block.name} has: keepalived ends"
                )
                yield other.block.where("virtual_router_id"), text


def _same_router(one: EffectiveInstance, other: EffectiveInstance, defaults: VrrpDefaults) -> bool:
    version = one.block.keepalived
    if version < (2, 1, 0):
        return one.block.interface is not None and one.block.interface == other.block.interface
    if one.unicast != other.unicast:
        return False
    if one.unicast:
        return _same_pair(one, other, version)
    if one.block.interface != other.block.interface or one.block.interface is None or defaults.changing_interfaces:
        return False
    group = defaults.groups[one.family == "inet6"]
    destinations = {instance.block.mcast_destination or group for instance in (one, other)}
    return len(destinations) == 1 or version < (2, 2, 5)


def _same_pair(one: EffectiveInstance, other: EffectiveInstance, version: Version) -> bool:
    """Return True if two that speak by unicast are one router. Where a source is the interface's own address, it is not known."""
    interfaces = {instance.block.interface for instance in (one, other)}
    if len(interfaces - {None}) > 1 or one.block.source != other.block.source:
        return False
    if one.block.source is None and None in interfaces:
        return False
    return version < (2, 2, 5) or not set(one.block.peers).isdisjoint(other.block.peers)
