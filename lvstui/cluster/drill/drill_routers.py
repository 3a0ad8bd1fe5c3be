"""Know the virtual routers of a pair for a drill: which instance of each Director belongs together, and its VIPs.

Not for: who is MASTER (see `takeovers`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lvstui.cluster.drill.drill_facts import Fact, FactKind
from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.observed.vrrp import virtual_routers
from lvstui.cluster.view import ClusterView, LinkState
from lvstui.keepalived import Configuration
from lvstui.keepalived.reading.defaults import DOWN_TIMER_ADVERTS

_OF_PACKETS = (FactKind.ADVERT,)
_OF_ADDRESSES = (FactKind.VIP_ADDED, FactKind.VIP_REMOVED, FactKind.NEIGHBOUR)
_OF_LINKS = (FactKind.LINK_DOWN, FactKind.LINK_UP)
_OF_NAMES = (FactKind.ENTERED, FactKind.SILENCE, FactKind.STATE)
_UNKNOWN = ""  # a state that is no MASTER's


class InstanceTimers(NamedTuple):
    """The settings of an instance that its times follow from, and that no advert tells."""

    group: str = ""  # its sync group
    adverts: int = DOWN_TIMER_ADVERTS  # that do not come, and a BACKUP becomes MASTER
    preempt_delay: float = 0.0  # seconds


def file_timers(known: Mapping[str, Configuration | None]) -> Iterator[tuple[tuple[str, str], InstanceTimers]]:
    """Give what each Director's files say of its instances' timers."""
    for name, configuration in known.items():
        if configuration is None:
            continue
        groups = {member: group.name for group in configuration.sync_groups for member in group.instances}
        for one in configuration.vrrp:
            yield (
                (name, one.name),
                InstanceTimers(groups.get(one.name, ""), one.down_timer_adverts, one.preempt_delay),
            )


@dataclass
class DrillRouter:
    """One virtual router, by the instance of each Director."""

    sides: Mapping[str, VrrpView]  # by Director
    initial: dict[str, str] = field(default_factory=dict)  # Director -> its state when it was first known
    priorities: dict[str, int] = field(default_factory=dict)  # Director -> when it was first known
    became_master: set[str] = field(default_factory=set)
    """The Directors that a view has shown as MASTER, and that were not at first."""

    @property
    def first(self) -> VrrpView:
        """Return the instance as the first Director has it."""
        return next(iter(self.sides.values()))

    @property
    def vips(self) -> tuple[str, ...]:
        """Return its VIPs, each once."""
        return tuple(dict.fromkeys(vip.address for side in self.sides.values() for vip in side.vips))

    def id(self, director: str) -> str:
        """Return what tells the Director's instance from others, as in `InstanceFailover`."""
        side = self.sides[director]
        return f"{side.interface}/{side.vrid}/{side.family}"

    def of_packet(self, director: str, interface: str, vrid: int, family: str) -> bool:
        """Return True if an advert that this Director has seen there is one of this router."""
        side = self.sides.get(director)
        return (
            side is not None
            and (side.vrid, side.family) == (vrid, family)
            and interface in (side.interface, side.device)
        )

    def concerns(self, fact: Fact) -> bool:
        """Return True if a fact is one of this router, or of a whole Director that has it."""
        side = self.sides.get(fact.director)
        if side is None:
            return False
        if fact.kind in _OF_PACKETS:
            return self.of_packet(fact.director, fact.interface, fact.vrid, fact.family)
        if fact.kind in _OF_ADDRESSES:
            return any(vip.address == fact.address for vip in side.vips)
        if fact.kind in _OF_LINKS:
            return fact.interface in (side.interface, side.device)
        return fact.kind not in _OF_NAMES or fact.instance == side.name


class DrillRouters:
    """The virtual routers of a pair, looked at again with every view: the first words on an instance count for its beginning."""

    def __init__(self) -> None:
        self.routers: list[DrillRouter] = []
        self._states: dict[tuple[str, str], str] = {}
        self._gone: frozenset[str] | None = None  # Directors that nothing was known of when the drill began

    def know(self, view: ClusterView) -> list[tuple[str, VrrpView]]:
        """Take in a view. Return the instances, with their Directors, whose state is another than in the view before."""
        if self._gone is None:
            states = (LinkState.STALE, LinkState.LOST)
            self._gone = frozenset(one.name for one in view.directors if one.state in states)
        found = []
        for router in virtual_routers.of(view.directors):
            sides = {side.director.name: side.instance for side in router.sides}
            fresh = {side.director.name: side.director.fresh for side in router.sides}
            known = self._known(sides)
            if known is None:
                self.routers.append(DrillRouter(sides))
                known = self.routers[-1]
            known.sides = sides
            for name, side in sides.items():
                if side.state is None:
                    continue
                if name in self._gone and not fresh[name]:
                    continue  # how it was before the drill
                at_first = _UNKNOWN if name in self._gone else side.state
                if known.initial.setdefault(name, at_first) != "MASTER" == side.state:
                    known.became_master.add(name)
                if side.priority is not None:
                    known.priorities.setdefault(name, side.priority)
                before = self._states.get((name, side.name))
                self._states[name, side.name] = side.state
                if before not in (None, side.state):
                    found.append((name, side))
        return found

    def _known(self, sides: Mapping[str, VrrpView]) -> DrillRouter | None:
        """Return the router that has one of these instances."""
        keys = {(name, side.key) for name, side in sides.items()}
        for router in self.routers:
            if keys & {(name, side.key) for name, side in router.sides.items()}:
                return router
        return None

    def facts(self, router: DrillRouter, facts: Iterable[Fact]) -> Sequence[Fact]:
        """Return the facts of a router, in the order in which they were."""
        return sorted((one for one in facts if router.concerns(one)), key=lambda one: one.console_time()[0])
