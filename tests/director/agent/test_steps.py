"""What the agent tells when a step of a change is over."""

from __future__ import annotations

from dataclasses import replace

from lvstui.director.protocol.change_messages import RollBack, Step
from lvstui.director.protocol.keepalived_messages import Keepalived, LoadedConfiguration
from lvstui.director.protocol.link_messages import Goodbye, SetInterval
from tests.support.agent_in_process import Console
from tests.support.fake_system import FakeSystem
from tests.support.waiting import LIMIT_S, until_true


async def test_what_is_loaded_is_told_before_the_step_that_loaded_it() -> None:
    system = FakeSystem()
    system.loaded_copy = LoadedConfiguration(0.0, 1.0, 10, 1, b"# k.conf\n!\n", None)
    async with Console(system) as console:
        assert (await console.get(LoadedConfiguration)).wall == 1.0
        system.loaded_copy = replace(system.loaded_copy, wall=2.0)
        console.send(RollBack("t9"))
        await until_true(lambda: bool(console.all(Step)))
    kinds = [type(message) for message in console.pipe.received if isinstance(message, (LoadedConfiguration, Step))]
    assert kinds == [LoadedConfiguration, Step]


async def test_a_look_that_fails_does_not_keep_a_step_from_being_told() -> None:
    system = FakeSystem()
    async with Console(system) as console:
        console.send(SetInterval(LIMIT_S))  # no tick comes in between
        await console.get(Keepalived)
        system.read_keepalived = lambda: 1 // 0  # type: ignore[assignment,return-value]
        console.send(RollBack("t1"))
        assert (await console.get(Step)).transaction == "t1"
        console.send(SetInterval(0.2))
        assert "ZeroDivisionError" in str((await console.get(Goodbye)).reason), "the next tick meets it"
