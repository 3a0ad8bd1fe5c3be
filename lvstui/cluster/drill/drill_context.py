"""Tell of what a drill's result has beside its failovers: each Director, and the lines of its timeline.

Not for: what follows from them (see `takeovers`).
"""

from __future__ import annotations

from collections.abc import Iterable

from lvstui.cluster.drill.drill_facts import DrillClock, Fact, FactKind, StampClock
from lvstui.cluster.drill.drill_routers import DrillRouter
from lvstui.cluster.drill.drill_sources import DirectorSource
from lvstui.cluster.drill.drill_wording import fact_text
from lvstui.cluster.drill.result import DrillDirector, DrillEvent
from lvstui.cluster.view import ClusterView

_SEVERITY = {
    FactKind.LINK_LOST: "error",
    FactKind.LINK_DOWN: "error",
    FactKind.PROCESS_ENDED: "warning",
}
_OF_ALL = (
    FactKind.RELOADED,
    FactKind.LOADED,
    FactKind.PROCESS_ENDED,
    FactKind.PROCESS_BEGAN,
    FactKind.LINK_LOST,
    FactKind.LINK_FOUND,
)


def described(source: DirectorSource, view: ClusterView | None, clock: DrillClock, now: float) -> DrillDirector:
    """Return what is known of a Director, `now` by the console's monotonic clock."""
    offset = source.clock.of_wall(now, clock.of(now))
    shown = None if view is None else next((one for one in view.directors if one.name == source.name), None)
    hello = source.hello
    return DrillDirector(
        name=source.name,
        hostname=(shown.hostname or "") if shown is not None else "" if hello is None else hello.hostname,
        keepalived=source.version or (shown.keepalived.version or "" if shown is not None else ""),
        kernel="" if hello is None else hello.kernel,
        privilege=(shown.privilege or "") if shown is not None else "",
        clock_offset=None if offset is None else offset[0],
        clock_uncertainty=None if offset is None else offset[1],
    )


def event(fact: Fact, routers: Iterable[DrillRouter], clock: DrillClock) -> DrillEvent:
    """Return a fact as a line of the timeline."""
    moment = fact.moment(clock)
    named = (
        router.sides[fact.director].name for router in routers if fact.kind not in _OF_ALL and router.concerns(fact)
    )
    who = fact.director if not fact.sender or fact.own or fact.kind is not FactKind.ADVERT else fact.sender
    grave = fact.kind in (FactKind.ENTERED, FactKind.STATE) and fact.state in ("MASTER", "FAULT")
    severity = _SEVERITY.get(fact.kind, "warning" if grave else "info")
    return DrillEvent(
        moment.at,
        moment.uncertainty,
        who,
        fact.source.value,
        fact.kind.value,
        next(named, ""),
        fact_text(fact),
        severity,
        _offset(fact, clock),
    )


def _offset(fact: Fact, clock: DrillClock) -> float | None:
    """Return how far the clock of the Director that stamped a fact was ahead; None: not measured, or stamped by the console."""
    if fact.clock is None or fact.scale is StampClock.CONSOLE:
        return None
    known = fact.clock.of_wall(fact.received, clock.of(fact.received))
    return None if known is None else known[0]
