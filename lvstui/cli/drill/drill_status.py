"""Decide the exit status of a drill, by what it found out and the outage that was allowed."""

from __future__ import annotations

from lvstui.cluster.drill.drill_verdict import verdicts
from lvstui.cluster.drill.result import DrillResult, DrillVerdict
from lvstui.cluster.drill.views.drill_report import GOOD
from lvstui.cluster.plan.outcome import EXIT_CODES, NOT_IN_TIME

_NOT_UNDONE = EXIT_CODES["rolled back"]  # 4, which here means that something is left
# A short outage proves nothing where nobody took over, or two did, or it is not known.
_UNPROVEN = frozenset((DrillVerdict.NOT_TAKEN_OVER, DrillVerdict.TWO_MASTERS, DrillVerdict.NOT_MEASURED))


def exit_status(result: DrillResult, max_outage: float | None) -> int:
    """Return 4 where something is left, 6 for what was not expected.

    With --max-outage, 6 for an outage that was longer, or that proves nothing.
    """
    if result.restored is False:
        return _NOT_UNDONE
    if max_outage is None or result.verdict is DrillVerdict.NO_FAILOVER:
        return 0 if result.verdict in GOOD else NOT_IN_TIME
    short = result.outage is not None and result.outage <= max_outage
    return 0 if short and not _UNPROVEN & {result.verdict, *verdicts(result)} else NOT_IN_TIME
