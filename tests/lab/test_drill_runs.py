"""Drills of the real pair: one of each kind, measured; and with console, link or agent killed, no Director is left degraded.

The cases that differ most are run here; `make drill-faults` runs them all.
"""

from __future__ import annotations

import asyncio

import pytest

from lvstui.cli import launch
from lvstui.cluster.drill.result import DrillCause, DrillKind
from lvstui.cluster.plan.drill_plan import DrillHow
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.lab.lab import Lab
from lvstui.probe.probe_wish import ProbeWish
from lvstui.session.drill_run import DrillProbe, DrillRun
from tests.support import lab_drills
from tests.support.lab_drills import HOLD, Fault, cut_link, kill_agent
from tests.support.lab_sessions import DIRECTORS, seen, session
from tests.support.pair_state import beside

pytestmark = pytest.mark.lab
KINDS: tuple[DrillHow, ...] = ("handover", "stop", "kill")
CAUSES = {"handover": DrillCause.HANDOVER, "stop": DrillCause.STOP, "kill": DrillCause.KILL}


async def test_each_kind_of_run_moves_the_pair_measures_it_and_puts_it_back(lab: Lab) -> None:
    wish = ProbeWish("10.10.0.20", 80, "", 50.0, 600.0)
    files = {name: lab.read_file(name) for name in DIRECTORS}
    async with session(lab) as opened:
        for how in KINDS:
            probe = DrillProbe(launch.probe_connector("client", lab.ssh_config), wish, "tcp/10.10.0.20:80")
            ended = await lab_drills.run(opened, how, hold=10.0, probe=probe)
            assert ended.outcome.kind == "done", ended.outcome
            result = ended.result
            assert result is not None
            assert (result.kind, result.restored, result.left) == (DrillKind(how), True, ())
            assert {one.new for one in result.failovers} == {"director2"}
            assert {one.cause for one in result.failovers} == {CAUSES[how]}
            assert {one.name for one in result.failovers} == {one.name for one in result.failbacks} == {"VI_1", "VI_2"}
            assert result.probe is not None and result.probe.error == ""
            assert result.probe.answered > 0
            lab_drills.undone(lab)
            assert {name: lab.read_file(name) for name in DIRECTORS} == files
            assert not beside(lab, "director1")
        records = opened.history()
        assert [(one.action, one.outcome) for one in records[-3:]] == [("drill", "done")] * 3


async def test_none_is_begun_where_the_other_director_was_lost_since_it_was_planned(lab: Lab) -> None:
    async with session(lab) as opened:
        await lab_drills.ready(opened)
        plan, records = opened.plan_drill(lab_drills.intent("stop")), len(opened.history())
        await asyncio.to_thread(lab.exec, "director2", ["sh", "-c", "kill $(cat /run/keepalived.pid)"])
        await seen(opened, lambda view: not view.directors[1].keepalived.running)
        with pytest.raises(PlanRefused, match="director2"):
            await DrillRun(opened, plan, overrides=lab_drills.OVERRIDES).run()
        first = opened.view().directors[0]
        assert first.keepalived.running and first.role == "MASTER" and len(opened.history()) == records


async def test_a_killed_agent_or_a_lost_link_leaves_no_director_degraded(lab: Lab) -> None:
    files = {name: lab.read_file(name) for name in DIRECTORS}
    cases: tuple[tuple[DrillHow, int, Fault], ...] = (
        ("stop", HOLD, kill_agent(lab)),
        ("handover", HOLD, kill_agent(lab)),
        ("kill", HOLD, cut_link),
    )
    async with session(lab) as opened:
        for number, (how, step, fault) in enumerate(cases, 1):
            ended = await lab_drills.run(opened, how, hold=60.0, step=step, fault=fault)
            assert ended.outcome.kind == "done", ended.outcome
            assert ended.result is not None and ended.result.restored
            lab_drills.undone(lab)
            await lab_drills.tidied(lab, opened, files, number)
        assert len(lab_drills.events(opened)) == len(cases)


async def test_a_killed_console_leaves_no_director_degraded_and_the_next_one_is_told(lab: Lab) -> None:
    files = {name: lab.read_file(name) for name in DIRECTORS}
    lab_drills.killed_console(lab, "handover", HOLD)
    lab_drills.undone(lab)
    [event] = await lab_drills.told(lab, files, 1)
    assert "by ana@ops1 was undone: the link to the console was lost" in event
