"""A keepalived that is to run again after a drill: one that is still being stopped is seen to the end before it is started."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from lvstui.director.journal import StartedBy
from lvstui.director.linux.keepalived import halt, reload
from lvstui.director.linux.process import look

BY_HAND = StartedBy("", ("/usr/sbin/keepalived", "-D"))
UNIT = StartedBy("keepalived.service", ())


class Daemons:
    """Two processes for a keepalived, and another two once it was started again."""

    def __init__(self) -> None:
        self._running = [self._spawn() for _ in range(2)]
        self.started: list[object] = []
        self.ended_before_it_was_started = True

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    def now(self) -> Any:
        parent, child = (look(one.pid) for one in self._running)
        return SimpleNamespace(process=parent, known=(child,))

    def end(self) -> None:
        for one in reversed(self._running):
            if one.returncode is None:
                one.communicate(b"\n")

    async def start(self, *how: object) -> None:
        self.started.append(how)
        self.ended_before_it_was_started = all(one.poll() is not None for one in self._running)
        self.end()  # systemd waits for a stop that goes on
        self._running = [self._spawn() for _ in range(2)]


@pytest.fixture
def daemons(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemons]:
    made = Daemons()
    monkeypatch.setattr(reload, "carry_out", made.start)
    monkeypatch.setattr(halt, "_STOP", 0.2)
    yield made
    made.end()


async def test_one_that_goes_on_is_not_started(daemons: Daemons, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def does_nothing(unit: str) -> None:
        asked.append(unit)

    monkeypatch.setattr(reload, "start", does_nothing)
    for how in (BY_HAND, UNIT):
        assert await halt.start_again(how, daemons.now) == ""
    assert (daemons.started, asked) == ([], [UNIT.unit])


async def test_one_that_is_being_stopped_is_started_when_it_has_ended(
    daemons: Daemons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(halt, "_STOP", 300.0)
    looked = halt._there
    before = daemons.now()

    def ends_after_a_look(process: Any) -> bool:
        there = looked(process)
        if there and process == before.process:
            daemons.end()
        return there

    monkeypatch.setattr(halt, "_there", ends_after_a_look)
    assert await halt.start_again(BY_HAND, daemons.now) == "keepalived was started again"
    assert len(daemons.started) == 1 and daemons.ended_before_it_was_started
    assert daemons.now().process != before.process


async def test_systemd_is_asked_though_its_processes_are_still_there(
    daemons: Daemons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reload, "start", daemons.start)
    assert await halt.start_again(UNIT, daemons.now) == "keepalived was started again"
    assert daemons.started == [(UNIT.unit,)]
