"""The verdict on a drill as a whole: of a run, that nobody took over, and a failback that was not seen, are no good ones."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.drill.drill_verdict import judged
from lvstui.cluster.drill.result import DrillKind, DrillNote, DrillVerdict, NoteOn
from tests.support.drill_results import A_STOP

UNSEEN = (NoteOn(DrillNote.FAILBACK_UNSEEN, ("VI_1",), ("director1",)),)


def test_a_run_in_which_nobody_took_over_is_told_so_and_a_watch_that_saw_nothing_is_not() -> None:
    nothing = replace(A_STOP, failovers=(), failbacks=())
    assert judged(nothing).verdict is DrillVerdict.NOT_TAKEN_OVER
    assert judged(replace(nothing, kind=DrillKind.WATCH)).verdict is DrillVerdict.NO_FAILOVER


def test_a_failback_that_was_not_seen_is_not_measured_and_worse_stays_worse() -> None:
    assert judged(A_STOP).verdict is DrillVerdict.AS_EXPECTED
    assert judged(replace(A_STOP, notes=UNSEEN)).verdict is DrillVerdict.NOT_MEASURED
    assert judged(replace(A_STOP, notes=UNSEEN, max_outage=0.1)).verdict is DrillVerdict.OUTAGE_TOO_LONG
    assert judged(replace(A_STOP, notes=UNSEEN, restored=False)).verdict is DrillVerdict.NOT_RESTORED
