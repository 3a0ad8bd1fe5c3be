"""The verdict on a drill as a whole: of a run, that nobody took over, and a failback that was not seen, are no good ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.drill.drill_verdict import judged
from lvstui.cluster.drill.result import DrillKind, DrillNote, DrillResult, DrillVerdict, NoteOn, ProbeOutage
from lvstui.cluster.drill.views.drill_words import verdict
from lvstui.report.report_json import as_json
from tests.support.drill_results import A_STOP, BEGIN

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


def broken(*outages: ProbeOutage, max_outage: float | None = 1.5) -> DrillResult:
    """A probe whose link was lost 5 s after the drill began."""
    assert A_STOP.probe is not None
    probe = replace(A_STOP.probe, outages=outages, error="the link was lost", until=BEGIN + 5.0)
    return judged(replace(A_STOP, probe=probe, max_outage=max_outage, ended=BEGIN + 20.0))


@pytest.mark.parametrize("end", [BEGIN + 4.5, None])
def test_an_outage_that_a_probe_saw_before_it_broke_off_counts(end: float | None) -> None:
    result = broken(ProbeOutage(BEGIN + 1.0, end, 180, 0.05))
    seen = (BEGIN + 5.0 if end is None else end) - BEGIN - 1.0
    assert (result.outage, result.verdict) == (seen, DrillVerdict.OUTAGE_TOO_LONG)
    told = as_json(result)
    assert (told["outage_ms"], told["probe"]["outages"][0]["ms"]) == (seen * 1000, seen * 1000)
    if end is None:
        assert "for at least 4.000 s, until the probe broke off" in verdict(result)


def test_of_a_probe_that_broke_off_and_the_directors_the_longer_time_counts() -> None:
    result = broken(ProbeOutage(BEGIN + 1.0, BEGIN + 1.2, 4, 0.05))
    assert result.outage == pytest.approx(0.61, abs=0.001)
    assert as_json(result)["outage_ms"] == pytest.approx(200, abs=0.1)
    assert broken().client_outage is as_json(broken())["outage_ms"] is None


def test_a_run_whose_probe_broke_off_does_not_prove_that_an_outage_was_short() -> None:
    result = broken()
    assert result.verdict is DrillVerdict.NOT_MEASURED
    assert verdict(result) == (
        "Not measured: director2 took over VI_1, 610 ms ± 4.0 ms after director1 gave up; the probe broke off (the link was "
        "lost), so the outage of clients was not measured to the end; without a MASTER for 610 ms ± 4.0 ms."
    )
    assert broken(max_outage=None).verdict is DrillVerdict.AS_EXPECTED
