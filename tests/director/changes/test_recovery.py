"""What a killed agent leaves: told, settled or tidied by the next one, wherever it was killed."""

from __future__ import annotations

import pytest

from lvstui.director.changes.recovery import Recover
from lvstui.director.changes.transaction import Request, Transaction
from lvstui.director.journal import settles_itself
from lvstui.director.protocol.change_messages import (
    Close,
    Confirm,
    Install,
    LeftFile,
    Replacement,
    RollBack,
    Settle,
    Stage,
    Step,
    Unfinished,
)
from lvstui.director.system import Refused
from tests.support.agent_changes import NEW, OLD, OTHER, STAGE, TWO, machine, staged, untouched
from tests.support.agent_in_process import Console
from tests.support.fake_system import MAIN, FakeSystem
from tests.support.killed_agent import Killed, kill_at, perform, perform_refused, whole
from tests.support.waiting import until_true


@pytest.mark.parametrize("end", [(Confirm("t1"), Close("t1")), (RollBack("t1"),), (Confirm("t1"), RollBack("t1"))])
@pytest.mark.parametrize("keep", [True, False])
def test_an_agent_killed_anywhere_leaves_what_the_next_one_can_settle(end: tuple[Request, ...], keep: bool) -> None:
    number, kinds = 0, set()
    while True:
        system = machine()
        kill_at(system, number)
        steps = perform(system, Transaction(), TWO, Install("t1"), *end)
        left = system.left()
        kinds.add("none" if left is None else "itself" if settles_itself(left) else "asked")
        kill_at(system, 1000)
        perform(system, Transaction(), Recover())
        if left is not None and not settles_itself(left):
            assert "unfinished" in perform_refused(system)
            kill_at(system, 1000)
            [settled] = perform(system, Transaction(), Settle("t1", keep))
            assert settled.ok, settled
            if not keep:
                assert set(system.disk.values()) == {OLD}
        assert system.journal is None
        assert system.loaded == system.disk
        assert whole(system) or keep
        assert not system.candidates and not system.kept
        if len(steps) == 3 + len(end):
            break
        number += 1
    assert number > 10
    assert kinds == {"none", "itself", "asked"}


@pytest.fixture
def unfinished() -> FakeSystem:
    """Killed when the second file was swapped, before keepalived read them."""
    system = machine()
    swaps = 0

    def install(replacement: Replacement) -> None:
        nonlocal swaps
        FakeSystem.install(system, replacement)
        swaps += 1
        if swaps == 2:
            raise Killed

    system.install = install  # type: ignore[method-assign]
    kill_at(system, 1000)
    perform(system, Transaction(), TWO, Install("t1"))
    return system


async def test_the_console_is_told_what_was_left_and_settles_it(unfinished: FakeSystem) -> None:
    system = unfinished
    async with Console(system) as console:
        told = (await console.get(Unfinished)).change
        assert told is not None
        assert (told.transaction, told.title, told.by, told.when) == ("t1", "Drain 8082", "ana@ops1", 1.0)
        assert told.files == (LeftFile(MAIN, "new", f"{MAIN}.kept"), LeftFile(OTHER, "new", f"{OTHER}.kept"))
        console.send(Settle("t0", False))
        assert not (await console.get(Step)).ok
        console.send(Settle("t1", False))
        assert (await console.get(Unfinished)).change is None, "before the answer: the next change may follow at once"
        assert await console.get(Step) == Step(
            "t1", "settle", True, "The old files are back. keepalived has loaded them"
        )
        assert untouched(system)
        await staged(console)


async def test_a_file_that_another_hand_has_changed_is_not_put_back_but_can_be_kept(unfinished: FakeSystem) -> None:
    system = unfinished
    system.disk[OTHER] = b"another hand\n"
    async with Console(system) as console:
        console.send(Settle("t1", False))
        refused = await console.get(Step)
        assert not refused.ok
        assert f"{OTHER} cannot be put back: it has been changed by someone else; the old file is" in refused.detail
        assert system.disk == {MAIN: NEW, OTHER: b"another hand\n"}
        console.send(Settle("t1", True))
        assert (await console.get(Step)).ok
    assert system.disk == {MAIN: NEW, OTHER: b"another hand\n"}
    assert "reload" not in system.calls
    assert system.journal is None


async def test_what_could_not_be_undone_is_told_at_the_next_connect() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console)
        system.refuse["reload"] = "keepalived hangs"
        console.send(Install("t1"))
        step = await console.get(Step)
        assert not step.ok
        assert not step.undone
    async with Console(system) as console:
        told = (await console.get(Unfinished)).change
        assert told is not None
        assert "HAS NOT LOADED THEM. keepalived hangs" in told.note
        console.send(Settle("t1", False))
        assert not (await console.get(Step)).ok
        del system.refuse["reload"]
        console.send(Settle("t1", False))
        assert (await console.get(Step)).ok
    assert untouched(system)


async def test_old_files_that_a_started_keepalived_has_read_are_in_no_doubt() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console)
        system.refuse["reload"] = "keepalived ended"
        console.send(Install("t1"))
        assert not (await console.get(Step)).ok
        assert system.journal is not None
        system.restarted = True
        await until_true(lambda: system.journal is None)
        assert system.kept == {}


def test_a_line_of_the_journal_is_dated_when_it_is_written() -> None:
    """A keepalived that was restarted for the change has read the new files: it was not started after the journal's last line."""
    system, now = machine(), [100.0]

    async def restart(limit: float) -> str:
        now[0] += 5.0
        return "restarted"

    async def hangs(limit: float, *, undo: bool) -> str:
        now[0] += limit
        raise Refused("keepalived had not finished its reload")

    system.restart, system.reload = restart, hangs  # type: ignore[method-assign]
    kill_at(system, 1000)
    steps = perform(system, Transaction(), TWO, Install("t1", restart=True), RollBack("t1"), wall=lambda: now[0])
    assert [step.ok for step in steps] == [True, True, True, False]
    assert set(system.disk.values()) == {OLD}
    assert system.journal is not None and "HAS NOT LOADED THEM" in system.journal.note
    assert system.journal.when == now[0] > 105.0


async def test_what_is_confirmed_and_not_closed_stays_and_is_told_at_the_next_connect() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console)
        for request in (Install("t1"), Confirm("t1")):
            console.send(request)
            assert (await console.get(Step)).ok
        await console.end()
    assert system.disk[MAIN] == system.loaded[MAIN] == NEW
    assert not system.locked
    async with Console(system) as console:
        told = (await console.get(Unfinished)).change
        assert told is not None
        assert told.confirmed
        console.send(Settle("t1", False))
        assert (await console.get(Step)).ok
    assert untouched(system)


async def test_a_confirmed_change_does_not_wait_for_a_silent_console_for_ever() -> None:
    system = machine()
    async with Console(system) as console:
        # All at once: on a slow machine the limit could be over before an answer is seen.
        console.send(Stage("t1", STAGE.replacements, (), 0.2, "Drain 8082", "ana@ops1"))
        console.send(Install("t1"))
        console.send(Confirm("t1"))
        for name in ("stage", "test", "install", "confirm"):
            step = await console.get(Step)
            assert (step.step, step.ok) == (name, True)
        await until_true(lambda: not system.locked)
        assert (await console.get(Unfinished, lambda left: left.change is not None)).change is not None
    assert system.disk[MAIN] == NEW


async def test_a_close_that_can_neither_be_written_down_nor_tidied_is_not_said_to_be_one() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console)
        for request in (Install("t1"), Confirm("t1")):
            console.send(request)
            assert (await console.get(Step)).ok
        system.refuse["journal closed"] = system.refuse["discard"] = "the disk is read-only"
        console.send(Close("t1"))
        step = await console.get(Step)
        assert (step.ok, step.undone) == (False, False)
        system.refuse.clear()
        told = (await console.get(Unfinished, lambda left: left.change is not None)).change
        assert told is not None
        console.send(Settle("t1", True))
        assert (await console.get(Step)).ok
    assert system.disk[MAIN] == system.loaded[MAIN] == NEW
    assert system.kept == {}
