"""Tell of each Director as a drill's result has it: who it was, and how far its clock is known. Not for: what happened there."""

from __future__ import annotations

from lvstui.cluster.drill.drill_facts import DrillClock
from lvstui.cluster.drill.drill_sources import DirectorSource
from lvstui.cluster.drill.result import DrillDirector
from lvstui.cluster.view import ClusterView


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
