"""`lvsctl drill run`: its plan, and the word that has to be typed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import replace
from typing import Self, cast

import pytest
from click.testing import CliRunner

from lvstui.cli.drill import run_command
from lvstui.cli.drill.run_command import RunRequest, plan_lines
from lvstui.cli.main import lvsctl
from lvstui.cluster.plan.drill_plan import DrillIntent, DrillPlan, make_drill
from lvstui.cluster.view import ClusterView
from lvstui.session.session import Session
from tests.support.handover_pair import handed_pair
from tests.support.pair import WHEN
from tests.support.telling import Pair
from tests.support.waiting import turn, until_true

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


class Opened:
    """A session of which a drill is planned."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    def plan_drill(self, intent: DrillIntent) -> DrillPlan:
        return make_drill(intent, handed_pair())


class Endless:
    """A run that is over for none who ends it early."""

    def __init__(self, begun: bool) -> None:
        self.plan, self.begun = plan(), begun
        self.asked = 0
        self.running = False

    async def run(self) -> None:
        self.running = True
        await asyncio.get_running_loop().create_future()

    def stop(self) -> None:
        self.asked += 1


@pytest.mark.parametrize(
    ("begun", "code", "outcome", "text"),
    [
        (True, 5, "undecided", "The agent on director1 undoes the drill by itself; check with `lvsctl status`"),
        (False, 1, "refused", "interrupted before anything began; nothing was changed"),
    ],
)
async def test_a_second_ctrl_c_says_whether_there_is_something_to_be_undone(
    begun: bool,
    code: int,
    outcome: str,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def looked(session: object) -> ClusterView:
        return Pair().up().view()

    drill = Endless(begun)
    monkeypatch.setattr(run_command, "look", looked)
    monkeypatch.setattr(run_command, "DrillRun", lambda *_, **__: drill)
    request = replace(REQUEST, yes=True, as_json=True)
    running = asyncio.ensure_future(run_command.run(cast(Session, Opened()), request, None))
    await until_true(lambda: drill.running)
    os.kill(os.getpid(), signal.SIGINT)
    await until_true(lambda: drill.asked == 1)
    await turn()
    assert not running.done()
    os.kill(os.getpid(), signal.SIGINT)
    assert await running == code
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["exit_status"]) == (outcome, code)
    assert text in told["text"]
