"""The demo's pair on a clock of its own, without links: the same story to the second, each time and everywhere."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import make
from lvstui.cluster.state import ClusterState
from lvstui.cluster.view import ClusterView
from lvstui.demo import simulated_director
from lvstui.demo.simulated_director import SimulatedSystem
from lvstui.demo.world import World
from lvstui.director.agent.ipvs_deltas import IpvsDeltas
from lvstui.director.protocol.keepalived_messages import Log
from lvstui.director.protocol.link_messages import Pong
from lvstui.director.protocol.message_registry import FromAgent
from tests.support.telling import NAMES

BEGAN = datetime(2026, 11, 22, 14, 0, tzinfo=UTC).timestamp()
_ROUND_TRIP = 0.011  # seconds

Said = TypeVar("Said")
Told = Callable[[str, FromAgent], FromAgent]  # a Director's name and what it says -> what is heard instead


def as_told(name: str, message: FromAgent) -> FromAgent:
    return message


class Story:
    """`now` is seconds of the story. It is what a FakeSession needs of a pair."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        shown: Callable[[ClusterView], None],
        state: Callable[[Sequence[str], float, float], ClusterState] = ClusterState,
    ) -> None:
        """`shown` gets the view of every second; `state` makes what is told of it."""
        monkeypatch.setattr(simulated_director, "time", self)
        self._shown = shown
        self.now = 0.0
        self.world = World(self.time())
        self.state = state(NAMES, self.now, self.time())
        self.heard: Told = as_told
        self._systems = {name: SimulatedSystem(self.world, name) for name in NAMES}
        self._deltas = {name: IpvsDeltas() for name in NAMES}
        self._lines = dict.fromkeys(NAMES, 0)
        self.lost: set[str] = set()
        for name in NAMES:
            self.state.connecting(name, self.now)
            self.state.connected(name, "root", self.now)
        self._tell()

    def tell_whole_tables(self) -> None:
        """Have both agents tell all of their kernels' tables with the next sample, as when a console asks anew."""
        self._deltas = {name: IpvsDeltas() for name in NAMES}

    def time(self) -> float:
        return BEGAN + self.now

    def monotonic(self) -> float:
        return self.now

    def until(self, now: float) -> None:
        """Live through it, a second at a time."""
        while self.now < now:
            self.now += 1.0
            self.world.advance(self.time())
            self._tell()
            self._shown(self.view())

    def view(self) -> ClusterView:
        self.state.tick(self.now)
        return self.state.view(self.now, self.time())

    def change(self, intent: Intent) -> None:
        """It is made, on both."""
        plan = make(intent, [self.state.facts(name) for name in NAMES])
        for director in plan.directors:
            (file,) = director.replacements
            self._systems[director.name].stage(file, write=True)
            self._systems[director.name].install(file)
            self.world.reload(director.name, self.time())
        self._tell()

    def _tell(self) -> None:
        for name in NAMES:
            if name not in self.lost:
                for message in self._said(name):
                    self.state.receive(name, self.heard(name, message), self.now)
                self.state.receive(name, self._pong(name), self.now)

    def _pong(self, name: str) -> Pong:
        """Return the answer that is heard now, to what was asked a round trip ago."""
        there = self.now - _ROUND_TRIP / 2
        return Pong(there, self.now - _ROUND_TRIP, there, self.time() - _ROUND_TRIP / 2)

    def _said(self, name: str) -> Iterator[FromAgent]:
        one, log = self._systems[name], self.world.directors[name].log
        first = self.now == 0.0
        if first:
            yield one.hello()
            yield one.read_sysctls()
        yield one.read_adverts()
        lines, self._lines[name] = tuple(log[self._lines[name] :]), len(log)
        if first or lines:
            yield Log(self.now, "journald", first, lines, None)
        yield self._deltas[name].next(one.read_ipvs(), self.now)
        yield one.read_host()
        yield one.read_keepalived()
        yield one._network()
        yield _at_once(one.read_vrrp())
        yield _at_once(one.read_checkers())
        yield one.read_files(())


def _at_once(said: Coroutine[object, object, Said]) -> Said:
    """Of a simulated Director: there is nothing to wait for."""
    try:
        said.send(None)
    except StopIteration as done:
        value: Said = done.value
        return value
    raise AssertionError("it waits for something")
