"""Judge a drill as a whole, by the verdicts on its instances and the outage that was allowed; and count connections for it."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.drill.drill_facts import DrillClock
from lvstui.cluster.drill.result import (
    ConnectionCount,
    DrillKind,
    DrillNote,
    DrillResult,
    DrillVerdict,
    ServerConnections,
)
from lvstui.cluster.view import ClusterView

_BY_GRAVITY = (
    DrillVerdict.NOT_RESTORED,
    DrillVerdict.NOT_TAKEN_OVER,
    DrillVerdict.TWO_MASTERS,
    DrillVerdict.TOO_LATE,
    DrillVerdict.TOO_EARLY,
    DrillVerdict.NOT_MEASURED,
)


def verdicts(result: DrillResult) -> frozenset[DrillVerdict]:
    """Return the verdicts on all parts of a drill: the one on the whole is the gravest, and hides the others."""
    found = {one.verdict for one in (*result.failovers, *result.failbacks)}
    if any(one.note is DrillNote.FAILBACK_UNSEEN for one in result.notes):
        found.add(DrillVerdict.NOT_MEASURED)
    if result.max_outage is not None and result.broke_off:
        found.add(DrillVerdict.NOT_MEASURED)  # what was allowed is what clients may meet
    if result.kind is not DrillKind.WATCH and not result.failovers:
        found.add(DrillVerdict.NOT_TAKEN_OVER)
    return frozenset(found)


def judged(result: DrillResult) -> DrillResult:
    """Return the result with the verdict on the drill as a whole."""
    found = verdicts(result)
    verdict = DrillVerdict.AS_EXPECTED if found else DrillVerdict.NO_FAILOVER
    verdict = next((one for one in _BY_GRAVITY if one in found), verdict)
    outage = result.outage
    if result.max_outage is not None and outage is not None and outage > result.max_outage:
        verdict = DrillVerdict.OUTAGE_TOO_LONG
    if result.restored is False:
        verdict = DrillVerdict.NOT_RESTORED
    return replace(result, verdict=verdict)


class CountedViews:
    """Count the connections before a failover, in the newest view while nothing has moved, and after it, when it has settled."""

    def __init__(self, clock: DrillClock) -> None:
        self._clock = clock
        self._before: tuple[ClusterView, float] | None = None
        self._after: tuple[ClusterView, float] | None = None
        self._newest: tuple[ClusterView, float] | None = None

    def know(self, view: ClusterView, now: float, *, still: bool) -> None:
        """Take in a view; `still`: nothing has moved yet."""
        self._newest = (view, now)
        if still or self._before is None:
            self._before = self._newest

    def settle(self, *, anew: bool = False) -> None:
        """Take in that the failover has settled; the first word counts, but for one `anew`."""
        if self._after is None or anew:
            self._after = self._newest

    @property
    def before(self) -> ConnectionCount | None:
        """Return those before the failover."""
        return self._counted(self._before)

    @property
    def after(self) -> ConnectionCount | None:
        """Return those after it; while it has not settled, the newest."""
        return self._counted(self._after or self._newest)

    def _counted(self, seen: tuple[ClusterView, float] | None) -> ConnectionCount | None:
        return None if seen is None else connections(seen[0], self._clock.of(seen[1]))


def connections(view: ClusterView, at: float) -> ConnectionCount:
    """Return the connections of every real server as a view shows them, by Director; those that are not known are left out."""
    found = [
        ServerConnections(name, server.id, real.id, figures.active, figures.inactive or 0)
        for server in view.virtual_servers
        for real in server.real_servers
        for name, figures in real.directors.items()
        if figures.active is not None
    ]
    return ConnectionCount(at, tuple(found))
