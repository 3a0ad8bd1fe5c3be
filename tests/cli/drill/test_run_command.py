"""`lvsctl drill run`: what its exit status says, and the word that has to be typed."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from lvstui.cli.drill import run_command
from lvstui.cli.drill.run_command import RunRequest, exit_status, plan_lines
from lvstui.cluster.drill.result import DrillVerdict, ProbeOutage
from lvstui.cluster.plan.drill_plan import DrillIntent, DrillPlan, make_drill
from tests.support.drill_results import A_STOP, BEGIN
from tests.support.handover_pair import handed_pair
from tests.support.pair import WHEN

REQUEST = RunRequest(
    how="stop", director=None, hold=10.0, probe=None, host=None, rate=50.0, path="", max_outage=None, reason="",
    overrides=frozenset(), dry_run=False, yes=False, as_json=False, cluster="seed",
)  # fmt: skip


def plan(*drains: str) -> DrillPlan:
    return make_drill(DrillIntent("stop", None, 10.0, "ana@ops1", WHEN), handed_pair(), drains=drains)


@pytest.mark.parametrize(
    "verdict, restored, max_outage, status",
    [
        (DrillVerdict.AS_EXPECTED, True, None, 0),
        (DrillVerdict.TOO_LATE, True, None, 6),
        (DrillVerdict.TOO_LATE, True, 1.5, 0),  # --max-outage decides
        (DrillVerdict.AS_EXPECTED, True, 0.5, 6),
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


@pytest.mark.parametrize("typed, run", [("stop", True), (" Stop ", True), ("y", False), ("", False), ("kill", False)])
def test_the_kind_has_to_be_typed(typed: str, run: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: typed)
    refusal = run_command._refusal(plan(), REQUEST)
    assert (refusal is None) is run


def test_without_a_terminal_it_needs_yes_and_a_guard_that_asks_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert "give --yes" in str(run_command._refusal(plan(), REQUEST))
    assert run_command._refusal(plan(), replace(REQUEST, yes=True)) is None
    refused = str(run_command._refusal(plan("192.168.211.13:8082"), replace(REQUEST, yes=True)))
    assert "override it with --override drains; nothing was changed" in refused
    drained = replace(REQUEST, yes=True, overrides=frozenset(("drains",)))
    assert run_command._refusal(plan("192.168.211.13:8082"), drained) is None


def test_the_plan_says_what_is_expected_and_that_no_client_asks() -> None:
    lines = list(plan_lines(plan(), REQUEST))
    assert lines[0] == "Drill: stop keepalived on director1, and start it again"
    assert "  expected: VI_1 goes to director2 within 0.80 to 0.90 s, at most 0.90 s without a MASTER" in lines
    assert any("no probe (--probe VIRTUAL)" in line for line in lines)
