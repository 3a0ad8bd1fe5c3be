"""The write side against a machine in memory: every command of a change failing, at every step that it may be in."""

from __future__ import annotations

import asyncio

import pytest

from lvstui.director.protocol.change_messages import (
    Close,
    Confirm,
    Install,
    Replacement,
    RollBack,
    Stage,
    Step,
    Tested,
)
from tests.support.agent_changes import NEW, OLD, OTHER, STAGE, TWO, machine, staged, untouched
from tests.support.agent_in_process import Console
from tests.support.fake_system import MAIN, sha256
from tests.support.waiting import LIMIT_S, until_true


async def test_a_change_that_is_confirmed_stays() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console, TWO)
        console.send(Install("t1"))
        assert (await console.get(Step)).ok
        console.send(Confirm("t1"))
        assert (await console.get(Step)).ok
        assert system.kept
        console.send(Close("t1"))
        assert (await console.get(Step)).ok
    assert system.disk == system.loaded == {MAIN: NEW, OTHER: NEW}
    assert not system.kept
    assert system.journal is None
    assert not system.locked
    assert system.syslog == [
        "lvstui: Drain 8082, by ana@ops1 (kernel update): installed",
        "lvstui: Drain 8082, by ana@ops1 (kernel update): verified and confirmed",
    ]


async def test_keepalived_is_restarted_instead_of_reloaded_where_that_is_asked_for() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console, TWO)
        console.send(Install("t1", restart=True))
        answer = await console.get(Step)
        assert (answer.ok, answer.detail) == (True, "restarted")
        assert "restart" in system.calls and "reload" not in system.calls
        console.send(RollBack("t1"))
        assert (await console.get(Step)).ok
        assert "reload" in system.calls
    assert untouched(system)


async def test_a_change_that_is_not_confirmed_is_undone_when_the_link_ends() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console, TWO)
        console.send(Install("t1"))
        await console.get(Step)
        assert system.loaded[MAIN] == NEW
        await console.end()
    assert untouched(system)
    assert "the link to the console was lost" in system.syslog[-1]


async def test_the_deadline_undoes_it_while_the_link_stands() -> None:
    system = machine()
    async with Console(system) as console:
        # Both at once: on a slow machine the limit could be over before an answer is seen.
        console.send(Stage("t1", STAGE.replacements, (), 0.2, "Drain 8082", "ana@ops1"))
        console.send(Install("t1"))
        for name in ("stage", "test", "install", "roll back"):
            step = await console.get(Step)
            assert (step.step, step.ok) == (name, True)
        assert "did not confirm in time" in step.detail
        assert untouched(system)
        console.send(Confirm("t1"))
        late = await console.get(Step)
        assert not late.ok
        assert "The old files are back" in late.detail


async def test_roll_back_before_and_after_the_installation() -> None:
    for install in (False, True):
        system = machine()
        async with Console(system) as console:
            await staged(console, TWO)
            if install:
                console.send(Install("t1"))
                await console.get(Step)
            console.send(RollBack("t1"))
            assert (await console.get(Step)).ok
            assert untouched(system)
            console.send(RollBack("t1"))
            assert (await console.get(Step)).ok


@pytest.mark.parametrize(
    "fault", ["lock", "check", "journal staged", "write", "test", "journal installing", "install", "reload"]
)
async def test_a_refusal_at_any_step_leaves_everything_as_it_was(fault: str) -> None:
    system = machine()
    unchanged = (Replacement(OTHER, sha256(OLD), b""),)
    async with Console(system) as console:
        system.refuse[fault] = f"{fault}: no"
        console.send(Stage("t1", STAGE.replacements, unchanged, LIMIT_S, "Drain 8082", "ana@ops1"))
        console.send(Install("t1"))
        step = await console.get(Step, lambda step: not step.ok)
        assert step.detail.startswith(f"{fault}: no")
    assert system.disk == {MAIN: OLD, OTHER: OLD}
    assert not system.candidates
    assert not system.kept
    assert not system.locked


async def test_a_second_file_that_cannot_be_installed_takes_the_first_one_back() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console, TWO)
        install, calls = system.install, []

        def once(replacement: Replacement) -> None:
            calls.append(replacement.path)
            if len(calls) == 2:
                system.refuse["install"] = "the disk is full"
            install(replacement)

        system.install = once  # type: ignore[method-assign]
        console.send(Install("t1"))
        step = await console.get(Step)
        assert not step.ok
        assert step.detail == "the disk is full. The old files are back"
    assert untouched(system)
    assert "reload" not in system.calls


async def test_a_file_that_cannot_be_put_back_is_said_and_its_old_copy_is_kept() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console)
        system.refuse["reload"] = "keepalived ended"
        system.refuse["put_back"] = "the old file is /etc/keepalived/.keepalived.conf.lvstui-old"
        console.send(Install("t1"))
        step = await console.get(Step)
    assert not step.ok
    assert "THE OLD FILES ARE NOT ALL BACK" in step.detail
    assert ".lvstui-old" in step.detail
    assert system.kept == {MAIN: OLD}
    assert not system.locked
    assert ".lvstui-old" in system.syslog[-1]


@pytest.mark.parametrize("where", ["lock", "test", "reload"])
async def test_a_link_lost_in_the_middle_of_a_step_undoes_it(where: str) -> None:
    system = machine()
    async with Console(system) as console:
        system.hang[where] = asyncio.Event()
        console.send(STAGE)
        console.send(Install("t1"))
        await until_true(lambda: where in system.calls)
        if where == "reload":
            assert system.disk[MAIN] == NEW
            del system.hang["reload"]  # the reload of the old files is not the one that hangs
        await console.end()
    assert untouched(system)


async def test_a_mistake_of_the_agent_in_the_middle_of_a_change_undoes_it() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console)

        async def broken(limit: float, *, undo: bool) -> str:
            del system.reload  # the next one works
            raise ZeroDivisionError("a bug")

        system.reload = broken  # type: ignore[method-assign]
        console.send(Install("t1"))
        step = await console.get(Step)
    assert not step.ok
    assert "a bug" in step.detail
    assert untouched(system)


async def test_only_one_change_at_a_time_and_only_the_open_one() -> None:
    system = machine()
    async with Console(system) as console:
        console.send(Install("t0"))
        assert not (await console.get(Step)).ok
        await staged(console)
        console.send(Stage("t2", STAGE.replacements, (), LIMIT_S, "Another", "bob@ops2"))
        second = await console.get(Step)
        assert (second.transaction, second.ok) == ("t2", False)
        console.send(Confirm("t1"))
        assert (await console.get(Step)).detail == "it is staged, but not installed"
        console.send(Install("t1"))
        assert (await console.get(Step)).ok
        console.send(Install("t1"))
        assert not (await console.get(Step)).ok
    assert untouched(system)


async def test_samples_go_on_while_a_test_takes_its_time() -> None:
    system = machine()
    async with Console(system) as console:
        system.hang["test"] = asyncio.Event()
        console.send(STAGE)
        await until_true(lambda: "test" in system.calls)
        reads = system.calls.count("read_ipvs")
        await until_true(lambda: system.calls.count("read_ipvs") > reads)
        system.hang["test"].set()
        await console.get(Tested)


async def test_a_confirmation_that_cannot_be_written_down_undoes_the_change() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console)
        console.send(Install("t1"))
        assert (await console.get(Step)).ok
        system.refuse["journal confirmed"] = "the disk is full"
        console.send(Confirm("t1"))
        step = await console.get(Step)
        assert (step.ok, step.undone) == (False, True)
        assert step.detail == "the disk is full. The old files are back"
    assert untouched(system)


async def test_a_file_changed_by_another_hand_after_its_installation_is_not_confirmed() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console)
        console.send(Install("t1"))
        assert (await console.get(Step)).ok
        system.disk[MAIN] = b"another hand\n"
        system.refuse["put_back"] = "another hand"
        console.send(Confirm("t1"))
        step = await console.get(Step)
        assert (step.ok, step.undone) == (False, False)
        assert "has changed since it was read" in step.detail
    assert system.disk[MAIN] == b"another hand\n"
    assert system.kept == {MAIN: OLD}
    assert system.journal is not None


async def test_another_file_changed_between_staging_and_installing_is_refused() -> None:
    system = machine()
    unchanged = (Replacement(OTHER, sha256(OLD), b""),)
    async with Console(system) as console:
        await staged(console, Stage("t1", STAGE.replacements, unchanged, LIMIT_S, "Drain 8082", "ana@ops1"))
        system.disk[OTHER] = b"another hand\n"
        console.send(Install("t1"))
        step = await console.get(Step)
        assert not step.ok
        assert OTHER in step.detail
    assert system.disk == {MAIN: OLD, OTHER: b"another hand\n"}
    assert system.journal is None
