"""A drill's interruption: however it ends, and wherever its agent is killed, keepalived runs in the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.director.changes.recovery import Recover
from lvstui.director.changes.transaction import Transaction
from lvstui.director.journal import UNDONE, undoes_itself
from lvstui.director.protocol.change_messages import (
    Install,
    Interrupt,
    Resume,
    RollBack,
    Settle,
    Stage,
    Step,
    Unfinished,
)
from tests.support.agent_changes import NEW, OLD, STAGE, TWO, machine, staged, untouched
from tests.support.agent_in_process import Console
from tests.support.fake_system import FakeSystem
from tests.support.killed_agent import kill_at, perform
from tests.support.waiting import LIMIT_S, until_true

STOP = Interrupt("d1", "stop", LIMIT_S, LIMIT_S, "Stop keepalived on director1", "ana@ops1", "drill")


def as_before(system: FakeSystem) -> bool:
    return system.runs and not system.guarded and not system.locked and untouched(system)


def recover(system: FakeSystem) -> None:
    """What the guard, or the next agent, does."""
    kill_at(system, 1000)
    perform(system, Transaction(), Recover())


async def test_it_is_stopped_when_asked_and_started_when_asked() -> None:
    system = machine()
    async with Console(system) as console:
        console.send(STOP)
        assert await console.get(Step) == Step("d1", "interrupt", True, "")
        assert not system.runs
        assert system.guarded and system.locked and system.journal is not None
        console.send(Resume("d1"))
        assert await console.get(Step) == Step("d1", "resume", True, "keepalived was started again")
        assert as_before(system)
        console.send(Resume("d1"))
        assert (await console.get(Step)).ok, "it is started: asking twice is no fault"
    calls = [one for one in system.calls if one in ("journal interrupted", "guard", "stop", "start_again", "forget")]
    assert calls == ["journal interrupted", "guard", "stop", "start_again", "forget"]
    assert [line.partition(": ")[2] for line in system.syslog] == [
        "Stop keepalived on director1, by ana@ops1 (drill): keepalived was interrupted (stop) for 300 s at most",
        "Stop keepalived on director1, by ana@ops1 (drill): keepalived was started again",
    ]


async def test_it_is_started_after_its_time() -> None:
    system = machine()
    async with Console(system) as console:
        console.send(replace(STOP, how="kill", hold=0.05))
        assert (await console.get(Step)).step == "interrupt"
        assert await console.get(Step) == Step("d1", "resume", True, "keepalived was started again")
    assert "kill" in system.calls
    assert as_before(system)


async def test_a_silent_console_ends_it_and_the_next_one_is_told() -> None:
    system = machine()
    async with Console(system) as console:
        console.send(replace(STOP, silence=0.05))
        assert (await console.get(Step)).ok
        await until_true(lambda: system.runs and not system.locked)
        undone = (await console.get(Unfinished, lambda left: left.undone is not None)).undone
        assert undone is not None
        assert undone.note == "the console was silent. keepalived was started again"
        assert (undone.transaction, undone.title, undone.by) == ("d1", STOP.title, STOP.by)
        await until_true(lambda: as_before(system))


async def test_a_lost_link_ends_it_and_the_next_one_is_told() -> None:
    system = machine()
    async with Console(system) as console:
        console.send(STOP)
        assert (await console.get(Step)).ok
    assert system.runs and not system.guarded and not system.locked
    assert system.journal is not None and system.journal.phase == UNDONE
    async with Console(system) as console:
        undone = (await console.get(Unfinished, lambda left: left.undone is not None)).undone
        assert undone is not None
        assert undone.note == "the link to the console was lost. keepalived was started again"
        await until_true(lambda: as_before(system))


@pytest.mark.parametrize("call", ["lock", "how_started", "journal interrupted", "guard", "stop"])
async def test_what_is_refused_leaves_it_running(call: str) -> None:
    system = machine()
    async with Console(system) as console:
        system.refuse[call] = "it is refused"
        console.send(STOP)
        step = await console.get(Step)
        assert not step.ok and step.undone
        assert "it is refused" in step.detail
        assert as_before(system)


async def test_one_that_cannot_be_started_again_is_said_and_can_be_settled() -> None:
    system = machine()
    async with Console(system) as console:
        console.send(STOP)
        assert (await console.get(Step)).ok
        system.refuse["start_again"] = "systemctl start ended with status 1"
        console.send(Resume("d1"))
        step = await console.get(Step)
        assert (step.ok, step.undone) == (False, False)
        assert step.detail == "KEEPALIVED DOES NOT RUN. systemctl start ended with status 1"
        left = (await console.get(Unfinished, lambda left: left.change is not None)).change
        assert left is not None and "KEEPALIVED DOES NOT RUN" in left.note
        system.refuse.clear()
        console.send(STAGE)
        assert "settle it first" in (await console.get(Step)).detail
    async with Console(system) as console:
        console.send(Settle("d1", False))
        assert (await console.get(Step)).ok
    assert as_before(system)


async def test_a_change_and_an_interruption_exclude_each_other() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console)
        console.send(STOP)
        assert not (await console.get(Step)).ok
        assert system.runs
        console.send(RollBack("t1"))
        assert (await console.get(Step)).ok
        console.send(STOP)
        assert (await console.get(Step)).ok
        console.send(STAGE)
        assert not (await console.get(Step)).ok
        console.send(Resume("d1"))
        assert (await console.get(Step)).ok
    assert as_before(system)


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_an_agent_killed_anywhere_is_made_good_by_the_next_one(how: str) -> None:
    number, degraded = 0, 0
    while True:
        system = machine()
        kill_at(system, number)
        steps = perform(system, Transaction(), replace(STOP, how=how), Resume("d1"))
        degraded += not system.runs
        system.guarded = False
        recover(system)
        assert system.runs, f"killed at call {number}"
        if system.journal is not None:
            assert system.journal.phase == UNDONE
            recover(system)
        assert as_before(system)
        if len(steps) == 2:
            break
        number += 1
    assert number > 6
    assert degraded


DRILL: Stage = replace(TWO, drill=True)


def test_an_agent_killed_anywhere_in_a_drill_by_handover_is_made_good_by_the_next_one() -> None:
    number, torn = 0, 0
    while True:
        system = machine()
        kill_at(system, number)
        steps = perform(system, Transaction(), DRILL, Install("t1"), RollBack("t1"))
        torn += set(system.loaded.values()) == {NEW}
        left = system.left()
        by_itself = left is None or undoes_itself(left) or left.entry.phase != "installing"
        assert by_itself, f"killed at call {number}: an operator would have to settle it"
        system.guarded = False
        for _ in range(2):
            recover(system)
        assert set(system.disk.values()) == {OLD}
        assert as_before(system), f"killed at call {number}"
        if len(steps) == 4:
            break
        number += 1
    assert number > 10
    assert torn


async def test_a_drill_by_handover_is_guarded_and_its_lost_link_is_told_of() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console, replace(STAGE, drill=True))
        assert not system.guarded
        console.send(Install("t1"))
        assert (await console.get(Step)).ok
        assert system.guarded
        await console.end()
    assert not system.guarded
    assert system.journal is not None and system.journal.phase == UNDONE
    async with Console(system) as console:
        undone = (await console.get(Unfinished, lambda left: left.undone is not None)).undone
        assert undone is not None
        assert undone.note == "the link to the console was lost. The old files are back"
        await until_true(lambda: as_before(system))
