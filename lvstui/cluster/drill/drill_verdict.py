"""Judge a drill as a whole, by the verdicts on its instances and the outage that was allowed; and count connections for it."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.drill.result import (
    ConnectionCount,
    DrillKind,
    DrillNote,
    DrillResult,
    DrillVerdict,
    ServerConnections,
)
from lvstui.cluster.view import ClusterView

_GRAVE = (DrillVerdict.NOT_RESTORED, DrillVerdict.NOT_TAKEN_OVER, DrillVerdict.TWO_MASTERS, DrillVerdict.TOO_LATE)


def judged(result: DrillResult) -> DrillResult:
    """Return the result with the verdict on the drill as a whole."""
    moved = (*result.failovers, *result.failbacks)
    verdicts = [one.verdict for one in moved]
    verdict = DrillVerdict.NO_FAILOVER if not moved else DrillVerdict.AS_EXPECTED
    unseen = any(one.note is DrillNote.FAILBACK_UNSEEN for one in result.notes)
    if unseen or DrillVerdict.NOT_MEASURED in verdicts:
        verdict = DrillVerdict.NOT_MEASURED
    if DrillVerdict.TOO_EARLY in verdicts:
        verdict = DrillVerdict.TOO_EARLY
    verdict = next((one for one in _GRAVE if one in verdicts), verdict)
    if result.kind is not DrillKind.WATCH and not result.failovers:
        verdict = DrillVerdict.NOT_TAKEN_OVER
    outage = result.outage
    if result.max_outage is not None and outage is not None and outage > result.max_outage:
        verdict = DrillVerdict.OUTAGE_TOO_LONG
    if result.restored is False:
        verdict = DrillVerdict.NOT_RESTORED
    return replace(result, verdict=verdict)


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
