"""Find who was MASTER of a virtual router from when to when, and so each time that another Director took it over. Facts in.

    a Director is MASTER  from its first advert, its line in the log, or its VIPs in its kernel, whichever was first
                          until it gives up (priority 0), its log says another state, or keepalived ends or begins anew

Not for: why (see `drill_cause`), nor how it is told (see `failover_measure`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lvstui.cluster.drill.drill_facts import Fact, FactKind
from lvstui.cluster.drill.drill_routers import DrillRouter
from lvstui.cluster.drill.drill_sources import LastAdvert

TOGETHER = 1.0  # seconds in which all that one step of a failover shows is told
_SAME_STEP = 0.3  # seconds between the facts that tell of one beginning
_COARSE = 0.2  # seconds of uncertainty from which another fact tells better


@dataclass
class Stint:
    """The time for which one Director was MASTER of a router, by the console's monotonic clock."""

    director: str
    start: float
    begun_by: Fact | None  # None: it was MASTER when the drill began
    end: float | None = None
    ended_by: Fact | None = None  # None: it did not end, or nobody said so
    last_sign: float | None = None  # its last advert, by whomever seen
    last_fact: Fact | None = None

    @property
    def begun_uncertainty(self) -> float:
        """Return the seconds by which its start is not known."""
        return 0.0 if self.begun_by is None else self.begun_by.console_time()[1]


@dataclass(frozen=True)
class Takeover:
    """A router's way from one MASTER to another."""

    router: DrillRouter
    old: Stint
    new: Stint
    facts: Sequence[Fact]  # of the router, all of them, in their order


def takeovers(router: DrillRouter, facts: Sequence[Fact], lasts: Iterable[LastAdvert]) -> list[Takeover]:
    """Return each time that another Director became MASTER of it. `facts`: the router's, in their order."""
    stints = stints_of(router, facts)
    if all(one.begun_by is None for one in stints):
        return []  # a watch that is armed for hours hears many adverts, and looks often
    _add_last_signs(router, stints, list(lasts))
    found = []
    for number, one in enumerate(stints):
        if one.begun_by is None:
            continue
        before = [other for other in stints[:number] if other.director != one.director]
        if before and not _came_back_first(stints[:number], one):
            found.append(Takeover(router, before[-1], one, facts))
    return found


def _came_back_first(earlier: Sequence[Stint], one: Stint) -> bool:
    """Return True if the last MASTER before was the same Director: it has only begun again."""
    return earlier[-1].director == one.director


def stints_of(router: DrillRouter, facts: Sequence[Fact]) -> list[Stint]:
    """Return who was MASTER of it from when to when, in the order in which they began. `facts`: the router's, in their order."""
    stints = [Stint(name, float("-inf"), None) for name, state in router.initial.items() if state == "MASTER"]
    current = {one.director: one for one in stints}
    for number, fact in enumerate(facts):
        at = fact.console_time()[0]
        starts = _starts(fact)
        if starts and starts in router.sides and starts not in current:
            if not _echo(stints, starts, at):
                surest = _surest(starts, fact, facts[number:])
                current[starts] = Stint(starts, surest.console_time()[0], surest)
                stints.append(current[starts])
        elif (ends := _ends(fact)) and ends in current:
            stint = current.pop(ends)
            stint.end, stint.ended_by = at, fact
    return stints


_SURE = {FactKind.ADVERT: 0, FactKind.ENTERED: 1, FactKind.VIP_ADDED: 2, FactKind.STATE: 3}


def _surest(director: str, first: Fact, later: Sequence[Fact]) -> Fact:
    """Return the fact that tells best when it became MASTER: a packet, by its own clock if possible."""
    begun = first.console_time()[0]
    together = [one for one in later if _starts(one) == director and one.console_time()[0] - begun <= _SAME_STEP]

    def rank(fact: Fact) -> tuple[bool, int, bool]:
        return fact.uncertainty > _COARSE, _SURE[fact.kind], fact.director != director

    return min(together, key=rank)


def _echo(stints: Sequence[Stint], director: str, at: float) -> bool:
    """Return True if a sign of being MASTER comes within the uncertainty of the end: another source tells of the same."""
    ended = [one.end for one in stints if one.director == director and one.end is not None]
    return bool(ended) and at - ended[-1] < 0.05


def _starts(fact: Fact) -> str:
    """Return the Director that a fact shows to be MASTER; "" none."""
    if fact.kind is FactKind.ADVERT and fact.priority > 0:
        return fact.sender
    if fact.kind in (FactKind.ENTERED, FactKind.STATE) and fact.state == "MASTER":
        return fact.director
    return fact.director if fact.kind is FactKind.VIP_ADDED else ""


def _ends(fact: Fact) -> str:
    """Return the Director that a fact shows to be MASTER no longer; "" none."""
    if fact.kind is FactKind.ADVERT:
        return fact.sender if fact.priority == 0 else ""
    if fact.kind in (FactKind.ENTERED, FactKind.STATE):
        return fact.director if fact.state != "MASTER" else ""
    return fact.director if fact.kind in (FactKind.PROCESS_ENDED, FactKind.PROCESS_BEGAN) else ""


def _add_last_signs(router: DrillRouter, stints: Sequence[Stint], lasts: Sequence[LastAdvert]) -> None:
    """Find when each MASTER's last advert of its time was."""
    mine = [one for one in lasts if router.of_packet(one.director, one.interface, one.vrid, one.family)]
    for number, stint in enumerate(stints):
        again = next((one.start for one in stints[number + 1 :] if one.director == stint.director), float("inf"))
        for one in mine:
            at = one.fact.console_time()[0]
            inside = stint.start - TOGETHER <= at < again and (stint.end is None or at <= stint.end + TOGETHER)
            if one.sender == stint.director and inside and (stint.last_sign is None or at > stint.last_sign):
                stint.last_sign, stint.last_fact = at, one.fact
