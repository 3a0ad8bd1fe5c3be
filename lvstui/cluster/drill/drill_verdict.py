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
