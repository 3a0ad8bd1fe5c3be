"""Work out who is MASTER of each virtual router now, and who will be with other priorities; and how low a handover must go.

keepalived elects by effective priorities: what an instance has in the file, with what it tracks. A BACKUP with a higher priority
than the adverts of the MASTER discards them, and becomes MASTER after its master-down interval (`preempt_delay` adds to that);
the old MASTER gives up when it hears the new one. With `nopreempt` it does not, unless the MASTER ends: then it takes over after
the skew.

Not for: whether it is wise (see `guards`), nor the bytes (see `edits`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lvstui.cluster.observed.vrrp.virtual_routers import Identity, matched
from lvstui.cluster.plan.facts import Facts, InstanceFacts
from lvstui.keepalived import Configuration, ConfiguredVrrpInstance, VrrpKey
from lvstui.keepalived.reading.defaults import LEAST_PRIORITY, OWNER_PRIORITY
from lvstui.keepalived.reading.master_down import skew

_BELOW = 10  # how far below the others a handover goes, where there is room
_ABLE = ("MASTER", "BACKUP", "INIT")


class Contender(NamedTuple):
    """An instance on one of the Directors that have the virtual router."""

    director: str
    identity: Identity
    model: ConfiguredVrrpInstance  # as it is, or will be, in the file
    state: str | None
    known: InstanceFacts

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def key(self) -> VrrpKey:
        return self.identity.key

    @property
    def able(self) -> bool:
        """Return True if it may be elected."""
        return self.state in _ABLE

    @property
    def priority(self) -> int:
        """Return its effective priority with what its file says."""
        return effective(self.model.priority, self.known.adds)

    @property
    def ending_s(self) -> float:
        """Return the seconds after which it takes over from a MASTER that ends."""
        return skew(self.model.priority, self.model.version, self.model.advert_int)


Router = tuple[Contender, ...]  # in the order of the Directors, those that have it


@dataclass(frozen=True)
class ExpectedMaster:
    """Tell what becomes of one virtual router."""

    router: Router  # with the priorities of afterwards
    before: str | None  # the Director that is MASTER; None: none, several, or not known
    after: str | None  # the Director that will be
    seconds: float  # until it is, after the reload; 0.0 where it does not move
    without_s: float  # of these, without a MASTER

    @property
    def moves(self) -> bool:
        return self.after is not None and self.after != self.before

    @property
    def name(self) -> str:
        return self.router[0].name

    def of(self, director: str | None) -> Contender | None:
        """Return it on a Director, if that has it."""
        return next((one for one in self.router if one.director == director), None)


def effective(base: int, adds: int) -> int:
    """Return the effective priority; that of the owner is always its own."""
    return base if base == OWNER_PRIORITY else max(LEAST_PRIORITY, min(base + adds, OWNER_PRIORITY - 1))


def routers(directors: Sequence[tuple[Facts, Configuration | None]]) -> tuple[Router, ...]:
    """Return the virtual routers of these Directors, with what those configurations say of them."""
    found = matched([_contenders(*one) for one in directors], lambda one: one.identity)
    return tuple(tuple(one for one in router if one is not None) for router in found)


def _contenders(facts: Facts, configuration: Configuration | None) -> list[Contender]:
    models = {} if configuration is None else {one.name: one for one in configuration.vrrp}
    return [
        Contender(
            facts.name,
            one,
            models[one.name],
            facts.vrrp.get(one.key),
            facts.details.get(one.key, InstanceFacts()),
        )
        for one in facts.instances
        if one.name in models
    ]


def takeovers(
    directors: Sequence[tuple[Facts, Configuration | None]], stopped: str | None = None
) -> tuple[ExpectedMaster, ...]:
    """Return what becomes of every virtual router with these configurations; on `stopped` keepalived is restarted."""
    return tuple(_takeover(router, stopped) for router in routers(directors))


def _takeover(router: Router, stopped: str | None) -> ExpectedMaster:
    masters = [one for one in router if one.state == "MASTER"]
    if len(masters) != 1:
        return ExpectedMaster(router, None, None, 0.0, 0.0)
    master = masters[0]
    rivals = [one for one in router if one.able and one is not master]
    if master.director == stopped and rivals:
        best = max(rivals, key=lambda one: one.priority)
        return ExpectedMaster(router, master.director, best.director, best.ending_s, best.ending_s)
    better = [one for one in rivals if one.priority > master.priority and not one.model.nopreempt]
    if not better:
        return ExpectedMaster(router, master.director, master.director, 0.0, 0.0)
    best = max(better, key=lambda one: one.priority)
    seconds = best.model.master_down + best.model.preempt_delay
    return ExpectedMaster(router, master.director, best.director, seconds, 0.0)


def lowered(director: str, known: Sequence[Router]) -> Mapping[str, int]:
    """Return the priorities, by instance, with which a Director comes below all others of each of its virtual routers.

    Without those that no other Director has, and those that are handed over already.
    """
    found: dict[str, int] = {}
    for router in known:
        mine = next((one for one in router if one.director == director), None)
        others = [one for one in router if one.director != director]
        if mine is not None and others and mine.model.handed_over is None:
            lowest = min(one.priority for one in others)
            wanted = min(lowest - _BELOW - max(mine.known.adds, mine.known.may_add, 0), mine.model.priority - 1)
            found[mine.name] = max(wanted, LEAST_PRIORITY)
    return found
