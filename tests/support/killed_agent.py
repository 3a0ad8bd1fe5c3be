"""An agent that is killed at one of its calls of a machine in memory, for tests of what it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lvstui.director.changes.driver import ChangeDriver
from lvstui.director.changes.transaction import Request, Transaction
from lvstui.director.protocol.change_messages import (
    Step,
)
from lvstui.director.protocol.message_registry import FromAgent
from tests.support.agent_changes import NEW, OLD, STAGE
from tests.support.fake_system import FakeSystem


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


def perform(
    system: FakeSystem, transaction: Transaction, *requests: Request, wall: Callable[[], float] = lambda: 1.0
) -> list[Step]:
    """What an agent would do, without an agent: until all is done or it is killed."""
    said: list[FromAgent] = []
    writes = ChangeDriver(system, said.append, lambda: 0.0, wall)
    writes._transaction = transaction

    async def run() -> None:
        for request in requests:
            await writes.perform(transaction.receive(request))

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


def perform_refused(system: FakeSystem) -> str:
    """What a new change is told while another one is unfinished."""
    kill_at(system, 1000)
    [step] = perform(system, Transaction(), STAGE)
    assert not step.ok
    assert not system.locked
    return step.detail
