"""`lvsctl drill run`: its plan, and the word that has to be typed."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

from lvstui.cli.drill import run_command
from lvstui.cli.drill.run_command import RunRequest, plan_lines
from lvstui.cli.main import lvsctl
from lvstui.cluster.plan.drill_plan import DrillIntent, DrillPlan, make_drill
from tests.support.handover_pair import handed_pair
from tests.support.pair import WHEN

REQUEST = RunRequest(
    how="stop", director=None, hold=10.0, probe=None, host=None, rate=50.0, path="", max_outage=None, reason="",
    overrides=frozenset(), dry_run=False, yes=False, as_json=False, cluster="seed",
)  # fmt: skip


def plan(*drains: str) -> DrillPlan:
    return make_drill(DrillIntent("stop", None, 10.0, "ana@ops1", WHEN), handed_pair(), drains=drains)


@pytest.mark.parametrize("typed, run", [("stop", True), (" Stop ", True), ("y", False), ("", False), ("kill", False)])
async def test_the_kind_has_to_be_typed(typed: str, run: bool, terminal: int) -> None:
    os.write(terminal, f"{typed}\n".encode())
    refusal = await run_command._refusal(plan(), REQUEST)
    assert (refusal is None) is run


async def test_without_a_terminal_it_needs_yes_and_a_guard_that_asks_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert "give --yes" in str(await run_command._refusal(plan(), REQUEST))
    assert await run_command._refusal(plan(), replace(REQUEST, yes=True)) is None
    refused = str(await run_command._refusal(plan("192.168.211.13:8082"), replace(REQUEST, yes=True)))
    assert "override it with --override drains; nothing was changed" in refused
    drained = replace(REQUEST, yes=True, overrides=frozenset(("drains",)))
    assert await run_command._refusal(plan("192.168.211.13:8082"), drained) is None


def test_the_plan_says_what_is_expected_and_that_no_client_asks() -> None:
    lines = list(plan_lines(plan(), REQUEST))
    assert lines[0] == "Drill: stop keepalived on director1, and start it again"
    assert "  expected: VI_1 goes to director2 within 0.80 to 0.90 s, at most 0.90 s without a MASTER" in lines
    assert any("no probe (--probe VIRTUAL)" in line for line in lines)


@pytest.mark.parametrize("given", [("--from", "client1"), ("--rate", "50"), ("--http", "/health")])
def test_an_option_of_the_probe_without_a_probe_is_a_usage_error(given: tuple[str, str]) -> None:
    pair = ("-d", "director1", "-d", "director2")
    refused = CliRunner().invoke(lvsctl, [*pair, "drill", "run", "stop", *given, "--dry-run"])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"{given[0]} is an option of the probe: add --probe VIRTUAL" in " ".join(refused.stderr.split())
