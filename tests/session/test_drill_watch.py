"""A watch asks the agents to watch packets for as long as it lasts, and hears all that they tell."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest

from lvstui.director.protocol.link_messages import Pong
from lvstui.director.protocol.message_registry import FromConsole, Message
from lvstui.director.protocol.sighting_messages import Sighting, Sightings, WatchPackets
from lvstui.session import drill_watch
from lvstui.session.agent_traffic import AgentTraffic
from lvstui.session.drill_watch import DrillWatch
from lvstui.session.session import Session
from tests.support.telling import NAMES, Pair
from tests.support.waiting import until_true


class Open:
    """A session whose agents say nothing by themselves."""

    def __init__(self) -> None:
        self.name = "web-prod"
        self.pair = Pair().up()
        self.sent: list[tuple[str, FromConsole]] = []
        self.agents = AgentTraffic({name: self._sending(name) for name in NAMES}, self.pair.state.director)
        self.view = lambda: self.pair.state.view(self.pair.now, self.pair.wall())
        self.seen = self.view

    def _sending(self, name: str) -> Callable[[FromConsole], bool]:
        def send(message: FromConsole) -> bool:
            self.sent.append((name, message))
            return True

        return send

    def watch(self) -> DrillWatch:
        return DrillWatch(cast(Session, self))


async def test_packets_are_watched_while_it_lasts_and_no_longer() -> None:
    opened = Open()
    async with opened.watch():
        await until_true(lambda: len(opened.sent) >= len(NAMES))
        assert {name for name, _ in opened.sent} == set(NAMES)
        assert all(isinstance(message, WatchPackets) and 0 < message.seconds <= 60 for _, message in opened.sent)
    assert opened.sent[-2:] == [(name, WatchPackets(0.0)) for name in NAMES]


async def test_it_is_armed_when_every_agent_says_that_it_watches_or_why_it_cannot() -> None:
    opened = Open()
    async with opened.watch() as watch:
        for name in NAMES:
            assert not watch.recogniser.armed()
            opened.agents.received(name, Sightings(1.0, (), (), ("ens33",), 0, None), watch_now(opened))
        assert await watch.armed(1.0)
    async with opened.watch() as watch:
        opened.agents.received(NAMES[0], Sightings(1.0, (), (), ("ens33",), 0, None), watch_now(opened))
        opened.agents.received(NAMES[1], Sightings(1.0, (), (), (), 0, "it needs root"), watch_now(opened))
        assert await watch.armed(1.0)


async def test_what_the_agents_tell_and_a_link_that_is_lost_reach_the_recogniser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = Open()
    clock = SimpleNamespace(monotonic=lambda: opened.pair.now, time=opened.pair.wall)
    monkeypatch.setattr(drill_watch, "time", clock)
    async with opened.watch() as watch:
        seen = Sighting("down", 5.0, 0.05, "ens36", own=True)
        opened.agents.received(NAMES[0], Sightings(5.0, (seen,), (), (), 0, None), watch_now(opened))
        opened.agents.lost(NAMES[0], watch_now(opened) + 1)
        assert watch.changed.is_set()
        assert [event.text for event in watch.result().events] == ["ens36 has no link", "the link to the agent is gone"]
    before = watch.recogniser.facts
    opened.agents.received(NAMES[0], Sightings(6.0, (seen,), (), (), 0, None), watch_now(opened))
    assert watch.recogniser.facts == before, "it is over"


def test_an_observer_hears_every_message_until_it_ends() -> None:
    class Observer:
        heard: list[Message]

        def __init__(self) -> None:
            self.heard = []

        def receive(self, name: str, message: Message, now: float) -> None:
            self.heard.append(message)

        def lose(self, name: str, now: float) -> None: ...

    opened, observer = Open(), Observer()
    end = opened.agents.observe(observer)
    pong = Pong(1.0, 0.5, 0.9, 2.0)
    opened.agents.received(NAMES[0], pong, 1.0)
    end()
    opened.agents.received(NAMES[0], pong, 2.0)
    assert observer.heard == [pong]


def watch_now(opened: Open) -> float:
    return opened.pair.now
