"""Match the instances of several Directors that are one virtual router. Pure.

A Director tells its own instances apart by interface, VRID and family, as keepalived does. Its peer may name the same network
otherwise (eth0 here, ens33 there), and the instance too; what they share then tells: the VIPs, the VRID, a name.

Not for: what is wrong with one (see `masters`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from lvstui.cluster.identity.vips import of_one_link
from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.view import DirectorView
from lvstui.keepalived import ConfiguredVrrpInstance, VrrpKey

T = TypeVar("T")


class Identity(NamedTuple):
    """The signs by which an instance is recognised."""

    key: VrrpKey
    name: str
    vips: tuple[str, ...]  # addresses


class RouterSide(NamedTuple):
    """A virtual router on one Director."""

    director: DirectorView
    instance: VrrpView


class VirtualRouter(NamedTuple):
    """One of them, as those Directors show it that have it."""

    name: str  # as the first of them calls it; with its interface and family where another one has the name or the VRID
    title: str  # with its interface and family
    sides: tuple[RouterSide, ...]

    @property
    def vips(self) -> tuple[HeldVip, ...]:
        """Return its VIPs, each once, with who has it."""
        found: dict[tuple[str, str], HeldVip] = {}
        for view, instance in self.sides:
            times = Counter(vip.address for vip in instance.vips)
            for vip in instance.vips:
                own = times[vip.address] == 1 or vip.interface in (instance.interface, instance.device)
                key = (vip.address, "" if own else vip.interface)
                one = found.setdefault(key, HeldVip(vip.address, vip.interface or instance.interface, vip.name, {}))
                one.held[view.name] = vip.held
        return tuple(found.values())


class HeldVip(NamedTuple):
    """A VIP of a virtual router."""

    address: str
    interface: str  # on the first Director that has the instance
    name: str  # as an operator names it
    held: dict[str, bool | None]  # by Director

    @property
    def holders(self) -> tuple[str, ...]:
        """Return the Directors that have it."""
        return tuple(name for name, held in self.held.items() if held)


def of(views: Sequence[DirectorView]) -> list[VirtualRouter]:
    """Return all virtual routers of these Directors."""
    sides = [[RouterSide(view, one) for one in view.vrrp] for view in views]
    routers = [
        tuple(side for side in router if side is not None)
        for router in matched(sides, lambda side: recognised(side.instance))
    ]  # fmt: skip
    names = Counter(router[0].instance.name for router in routers)
    vrids = Counter(router[0].instance.vrid for router in routers)
    found = []
    for router in routers:
        first = router[0].instance
        interfaces = "/".join(dict.fromkeys(one.interface for _, one in router))
        title = f"{first.name} ({VrrpKey(interfaces, first.vrid, first.family).place})"
        alone = names[first.name] == 1 and vrids[first.vrid] == 1
        found.append(VirtualRouter(first.name if alone else title, title, router))
    return found


def recognised(view: VrrpView) -> Identity:
    """Return what an instance is recognised by."""
    return Identity(view.key, view.name, tuple(vip.address for vip in view.vips))


def configured(model: ConfiguredVrrpInstance) -> Identity:
    """Return what a configured instance is recognised by."""
    return Identity(model.key, model.name, (*model.vips, *model.vips_excluded))


def apart(keys: Sequence[tuple[VrrpKey, str]]) -> tuple[VrrpKey, ...]:
    """Return the keys of one Director's instances, given with their names, all different."""
    times = Counter(key for key, _ in keys)
    return tuple(
        key if times[key] < 2 else VrrpKey(key.interface, key.vrid, key.family, name)
        for key, name in keys
    )  # fmt: skip


def _signs(one: Identity) -> Sequence[Iterable[Hashable]]:
    """Return what two of them have in common when they are one, the surest sign first."""
    key, family = one.key, one.key.family
    router = (key.vrid, family)
    own = [vip for vip in one.vips if not of_one_link(vip)]
    return (
        [(router, key.interface, frozenset(one.vips), one.name)],
        [(router, vip) for vip in own],
        [(router, key.interface, frozenset(one.vips))],
        [(router, key.interface, one.name)],
        [(router, key.interface)],
        [(router, one.name)],
        [router],
        [(family, vip) for vip in own],  # the VRIDs differ by mistake
        [(family, one.name)],
    )


def matched(sides: Sequence[Sequence[T]], identity: Callable[[T], Identity]) -> list[list[T | None]]:
    """Return each virtual router as what every side has of it, None where a side has none. In the order of the sides.

    A sign counts while it fits but one on either side that is not matched yet.
    """
    routers: list[list[T | None]] = []
    for number, side in enumerate(sides):
        known = [next(one for one in router if one is not None) for router in routers]
        pairs = _pairs([_signs(identity(one)) for one in known], [_signs(identity(one)) for one in side])
        for router in routers:
            router.append(None)
        for index, one in enumerate(side):
            if index in pairs:
                routers[pairs[index]][number] = one
            else:
                routers.append([*(None for _ in range(number)), one])
    return routers


def _pairs(
    known: Sequence[Sequence[Iterable[Hashable]]], new: Sequence[Sequence[Iterable[Hashable]]]
) -> dict[int, int]:
    """Return which of `known` each of `new` is, by their numbers."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for rank in range(len(_signs(_ANY))):
        here = _bearers(new, rank, pairs)
        there = _bearers(known, rank, taken)
        for sign, bearers in here.items():
            others = there.get(sign, ())
            if len(bearers) == 1 and len(others) == 1 and bearers[0] not in pairs and others[0] not in taken:
                pairs[bearers[0]] = others[0]
                taken.add(others[0])
    return pairs


def _bearers(
    signs: Sequence[Sequence[Iterable[Hashable]]], rank: int, matched: Iterable[int]
) -> dict[Hashable, list[int]]:
    done = set(matched)
    found: dict[Hashable, list[int]] = {}
    for number, ranks in enumerate(signs):
        for sign in dict.fromkeys(ranks[rank]) if number not in done else ():
            found.setdefault(sign, []).append(number)
    return found


_ANY = Identity(VrrpKey("", 0, "inet"), "", ())
