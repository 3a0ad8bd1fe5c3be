from __future__ import annotations

import asyncio
from dataclasses import replace

from lvstui.director.agent.outbox import Outbox
from lvstui.director.agent.readings import Readings
from lvstui.director.protocol.checker_messages import Checkers
from lvstui.director.protocol.keepalived_messages import Keepalived
from lvstui.director.protocol.vrrp_messages import Vrrp
from tests.support.fake_system import FakeSystem
from tests.support.waiting import until_true


async def test_behind_a_slow_link_what_another_daemon_says_comes_after_it() -> None:
    """The console forgets what it knows of checkers when it is told of another daemon."""
    system, outbox = FakeSystem(), Outbox()
    readings = Readings(system, outbox, lambda: 5.0, lambda request: None)
    readings.look()
    assert any(isinstance(message, Keepalived) for message in iter(outbox.take, None))  # sent, and nothing after it
    reading = asyncio.gather(*readings.loops())
    await until_true(lambda: "read_checkers" in system.calls and "read_vrrp" in system.calls)
    system.keepalived = replace(system.keepalived, pid=system.keepalived.pid + 1)
    asked = system.calls.count("read_checkers")
    readings.look()
    await until_true(lambda: system.calls.count("read_checkers") > asked)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    sent = list(iter(outbox.take, None))
    (there,) = [number for number, message in enumerate(sent) if isinstance(message, Keepalived)]
    assert {type(message) for message in sent[there:]} >= {Checkers, Vrrp}
    assert not any(isinstance(message, Checkers | Vrrp) for message in sent[:there])
