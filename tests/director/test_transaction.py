"""The write side against a machine in memory: every command of a change failing, at every step that it may be in."""

from __future__ import annotations

import asyncio

import pytest

from lvstui.director.journal import settles_itself
from lvstui.director.messages import (
    Close,
    Confirm,
    FromAgent,
    Install,
    LeftFile,
    Replacement,
    RollBack,
    Settle,
    Stage,
    Step,
    Tested,
    Unfinished,
)
from lvstui.director.settling import Recover
from lvstui.director.transaction import Request, Transaction
from lvstui.director.writes import Writes
from tests.director.fake_system import MAIN, FakeSystem, sha256
from tests.director.link import Console, until

OLD = b"old\n"
NEW = b"new\n"
OTHER = "/etc/keepalived/conf.d/web.conf"
STAGE = Stage("t1", (Replacement(MAIN, sha256(OLD), NEW),), (), 30.0, "Drain 8082", "ana@ops1")
TWO = Stage(
    "t1",
    (*STAGE.replacements, Replacement(OTHER, sha256(OLD), NEW)),
    (),
    30.0,
    "Drain 8082",
    "ana@ops1",
    "kernel update",
)


def machine() -> FakeSystem:
    system = FakeSystem()
    system.disk = {MAIN: OLD, OTHER: OLD}
    system.loaded = dict(system.disk)
    return system


def untouched(system: FakeSystem) -> bool:
    old = {MAIN: OLD, OTHER: OLD}
    beside = (system.candidates, system.kept, system.journal, system.locked)
    return system.disk == old == system.loaded and not any(beside)


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
        await staged(console, Stage("t1", STAGE.replacements, (), 0.2, "Drain 8082", "ana@ops1"))
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


@pytest.mark.parametrize(
    "fault", ["lock", "check", "journal staged", "write", "test", "journal installing", "install", "reload"]
)
async def test_a_refusal_at_any_step_leaves_everything_as_it_was(fault: str) -> None:
    system = machine()
    unchanged = (Replacement(OTHER, sha256(OLD), b""),)
    async with Console(system) as console:
        system.refuse[fault] = f"{fault}: no"
        console.send(Stage("t1", STAGE.replacements, unchanged, 30.0, "Drain 8082", "ana@ops1"))
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
        console.send(Stage("t2", STAGE.replacements, (), 30.0, "Another", "bob@ops2"))
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


# --- what a killed agent leaves ---


class Killed(BaseException):
    """kill -9: nothing more is done."""


def kill_at(system: FakeSystem, number: int) -> None:
    """Only so many calls are made of the machine."""
    calls = 0

    def count(name: str) -> None:
        nonlocal calls
        calls += 1
        if calls > number:
            raise Killed(name)

    async def call(name: str) -> None:
        count(name)
        await FakeSystem._call(system, name)

    def call_now(name: str) -> None:
        count(name)
        FakeSystem._call_now(system, name)

    system._call, system._call_now = call, call_now  # type: ignore[method-assign]


def perform(system: FakeSystem, transaction: Transaction, *requests: Request) -> list[Step]:
    """What an agent would do, without an agent: until all is done or it is killed."""
    said: list[FromAgent] = []
    writes = Writes(system, said.append, lambda: 0.0)
    writes._transaction = transaction

    async def run() -> None:
        for request in requests:
            await writes._perform_all(transaction.receive(request, 1.0))

    try:
        asyncio.run(run())
    except Killed:
        system.locked = system.writing = False
    del system._call, system._call_now
    return [message for message in said if isinstance(message, Step)]


def whole(system: FakeSystem) -> bool:
    """All old or all new, in the files as in the kernel, and nothing beside them."""
    beside = (system.candidates, system.kept, system.journal, system.locked)
    return set(system.disk.values()) in ({OLD}, {NEW}) and system.loaded == system.disk and not any(beside)


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


def perform_refused(system: FakeSystem) -> str:
    """What a new change is told while another one is unfinished."""
    kill_at(system, 1000)
    [step] = perform(system, Transaction(), STAGE)
    assert not step.ok
    assert not system.locked
    return step.detail


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
        assert f"{OTHER} cannot be put back: it has been changed by another hand; the old file is" in refused.detail
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
        await until(lambda: system.journal is None)
        assert system.kept == {}


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
        await staged(console, Stage("t1", STAGE.replacements, (), 0.2, "Drain 8082", "ana@ops1"))
        for request in (Install("t1"), Confirm("t1")):
            console.send(request)
            assert (await console.get(Step)).ok
        await until(lambda: not system.locked)
        assert (await console.get(Unfinished, lambda left: left.change is not None)).change is not None
    assert system.disk[MAIN] == NEW


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
        await staged(console, Stage("t1", STAGE.replacements, unchanged, 30.0, "Drain 8082", "ana@ops1"))
        system.disk[OTHER] = b"another hand\n"
        console.send(Install("t1"))
        step = await console.get(Step)
        assert not step.ok
        assert OTHER in step.detail
    assert system.disk == {MAIN: OLD, OTHER: b"another hand\n"}
    assert system.journal is None


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
