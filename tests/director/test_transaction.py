"""The write side against a machine in memory: every command of a change failing, at every step that it may be in."""

from __future__ import annotations

import asyncio

import pytest

from lvstui.director.messages import Confirm, Install, Replacement, RollBack, Stage, Step, Tested
from tests.director.fake_system import MAIN, FakeSystem, sha256
from tests.director.link import Console, until

OLD = b"old\n"
NEW = b"new\n"
OTHER = "/etc/keepalived/conf.d/web.conf"
STAGE = Stage("t1", (Replacement(MAIN, sha256(OLD), NEW),), (), 30.0, "ana@ops1: drain")
TWO = Stage("t1", (*STAGE.replacements, Replacement(OTHER, sha256(OLD), NEW)), (), 30.0, "ana@ops1: drain")


def machine() -> FakeSystem:
    system = FakeSystem()
    system.disk = {MAIN: OLD, OTHER: OLD}
    system.loaded = dict(system.disk)
    return system


def untouched(system: FakeSystem) -> bool:
    old = {MAIN: OLD, OTHER: OLD}
    return system.disk == old == system.loaded and not system.candidates and not system.kept and not system.locked


async def staged(console: Console, stage: Stage = STAGE) -> None:
    console.send(stage)
    assert (await console.get(Step)).ok
    await console.get(Tested)
    assert (await console.get(Step)).ok


async def test_a_change_that_is_confirmed_stays() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console, TWO)
        console.send(Install("t1"))
        assert (await console.get(Step)).ok
        console.send(Confirm("t1"))
        assert (await console.get(Step)).ok
    assert system.disk == system.loaded == {MAIN: NEW, OTHER: NEW}
    assert not system.kept
    assert not system.locked
    assert system.syslog == ["ana@ops1: drain"]


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
        await staged(console, Stage("t1", STAGE.replacements, (), 0.2, ""))
        console.send(Install("t1"))
        assert (await console.get(Step)).step == "install"
        step = await console.get(Step)
        assert (step.step, step.ok) == ("roll back", True)
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


@pytest.mark.parametrize("fault", ["lock", "check", "write", "test", "install", "reload"])
async def test_a_refusal_at_any_step_leaves_everything_as_it_was(fault: str) -> None:
    system = machine()
    unchanged = (Replacement(OTHER, sha256(OLD), b""),)
    async with Console(system) as console:
        system.refuse[fault] = f"{fault}: no"
        console.send(Stage("t1", STAGE.replacements, unchanged, 30.0, "ana@ops1: drain"))
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
        await until(lambda: where in system.calls)
        if where == "reload":
            assert system.disk[MAIN] == NEW
            del system.hang["reload"]  # the reload of the old files is not the one that hangs
        await console.end()
    assert untouched(system)


async def test_a_mistake_of_the_agent_in_the_middle_of_a_change_undoes_it() -> None:
    system = machine()
    async with Console(system) as console:
        await staged(console)

        async def broken() -> None:
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
        console.send(Stage("t2", STAGE.replacements, (), 30.0, ""))
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
        await until(lambda: "test" in system.calls)
        reads = system.calls.count("read_ipvs")
        await until(lambda: system.calls.count("read_ipvs") > reads)
        system.hang["test"].set()
        await console.get(Tested)
