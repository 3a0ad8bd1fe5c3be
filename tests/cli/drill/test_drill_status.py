"""The exit status of a drill: with --max-outage the outage decides, unless it proves nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cli.drill.drill_status import exit_status
from lvstui.cluster.drill.drill_verdict import judged
from lvstui.cluster.drill.result import DrillKind, DrillNote, DrillVerdict, NoteOn, ProbeOutage
from tests.support.drill_results import A_STOP, BEGIN, STOPPED


@pytest.mark.parametrize(
    "verdict, restored, max_outage, status",
    [
        (DrillVerdict.AS_EXPECTED, True, None, 0),
        (DrillVerdict.TOO_LATE, True, None, 6),
        (DrillVerdict.TOO_LATE, True, 1.5, 0),  # --max-outage decides
        (DrillVerdict.TOO_EARLY, True, 1.5, 0),
        (DrillVerdict.AS_EXPECTED, True, 0.5, 6),
        (DrillVerdict.NOT_TAKEN_OVER, True, 1.5, 6),
        (DrillVerdict.TWO_MASTERS, True, 1.5, 6),
        (DrillVerdict.NOT_MEASURED, True, 1.5, 6),
        (DrillVerdict.NOT_RESTORED, False, 1.5, 4),
    ],
)
def test_the_status_is_that_of_the_outage_that_was_allowed_and_4_for_what_is_left(
    verdict: DrillVerdict, restored: bool, max_outage: float | None, status: int
) -> None:
    assert exit_status(replace(A_STOP, verdict=verdict, restored=restored), max_outage) == status


def test_an_outage_that_is_not_over_is_as_long_as_the_drill() -> None:
    assert A_STOP.probe is not None
    probe = replace(A_STOP.probe, outages=(ProbeOutage(BEGIN + 1.0, None, 99, 0.02),))
    assert exit_status(replace(A_STOP, probe=probe), 1.5) == 6


def test_a_drill_in_which_nobody_took_over_is_no_success_however_short_the_outage() -> None:
    assert A_STOP.probe is not None
    nothing = judged(replace(A_STOP, failovers=(), probe=replace(A_STOP.probe, outages=())))
    assert (nothing.outage, exit_status(nothing, 1.5)) == (0.0, 6)


@pytest.mark.parametrize("hidden", [DrillVerdict.NOT_MEASURED, DrillVerdict.TWO_MASTERS])
def test_a_verdict_that_another_one_hides_counts(hidden: DrillVerdict) -> None:
    other = replace(STOPPED, name="VI_2", verdict=hidden)
    late = replace(
        A_STOP, failovers=(replace(STOPPED, verdict=DrillVerdict.TOO_LATE), other), verdict=DrillVerdict.TOO_LATE
    )
    assert exit_status(late, 1.5) == 6


def test_a_failback_that_was_not_seen_counts_beside_a_takeover_that_came_too_early() -> None:
    unseen = NoteOn(DrillNote.FAILBACK_UNSEEN, ("VI_1",), ("director1",))
    early = judged(replace(A_STOP, failovers=(replace(STOPPED, verdict=DrillVerdict.TOO_EARLY),), notes=(unseen,)))
    assert (early.verdict, exit_status(early, 1.5)) == (DrillVerdict.TOO_EARLY, 6)


def test_a_watch_in_which_nothing_happened_is_a_success_and_one_without_a_measure_is_not() -> None:
    watched = replace(A_STOP, kind=DrillKind.WATCH, probe=None, restored=None)
    assert exit_status(judged(replace(watched, failovers=())), 1.5) == 0
    assert exit_status(replace(watched, verdict=DrillVerdict.TOO_LATE), 1.5) == 0
    assert exit_status(replace(watched, verdict=DrillVerdict.NOT_MEASURED), 1.5) == 6
    assert exit_status(replace(watched, verdict=DrillVerdict.TOO_LATE), 0.5) == 6
