"""A machine in memory with two files, and a change of them: for tests of the agent's write side."""

from __future__ import annotations

from lvstui.director.protocol.change_messages import (
    Replacement,
    Stage,
    Step,
    Tested,
)
from tests.support.agent_in_process import Console
from tests.support.fake_system import MAIN, FakeSystem, sha256
from tests.support.waiting import LIMIT_S

OLD = b"old\n"


NEW = b"new\n"


OTHER = "/etc/keepalived/conf.d/web.conf"


STAGE = Stage("t1", (Replacement(MAIN, sha256(OLD), NEW),), (), LIMIT_S, "Drain 8082", "ana@ops1")


TWO = Stage(
    "t1",
    (*STAGE.replacements, Replacement(OTHER, sha256(OLD), NEW)),
    (),
    LIMIT_S,
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
