"""Let others listen to what the agents of a pair tell, and say something to all of them. Not for changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from lvstui.cluster.observed.director import Director
from lvstui.director.protocol.message_registry import FromConsole, Message
from lvstui.session.directors import Send


class MessageObserver(Protocol):
    """Take in every message of every agent."""

    def receive(self, name: str, message: Message, now: float) -> None:
        """Take in a message of a Director's agent, received at `now`."""

    def lose(self, name: str, now: float) -> None:
        """Take in that the link to a Director is gone."""


class AgentTraffic:
    """The messages of all agents. `director` returns all that one Director's agents have told."""

    def __init__(self, sends: Mapping[str, Send], director: Callable[[str], Director]) -> None:
        self.director = director
        self._sends = sends
        self._observers: list[MessageObserver] = []

    def observe(self, observer: MessageObserver) -> Callable[[], None]:
        """Tell every message, and every link that is lost, to `observer` too. Return what ends it."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def send_all(self, message: FromConsole) -> None:
        """Send a message to the agent of each Director that there is a link to."""
        for send in self._sends.values():
            send(message)

    def received(self, name: str, message: Message, now: float) -> None:
        """Take in a message."""
        for one in self._observers:
            one.receive(name, message, now)

    def lost(self, name: str, now: float) -> None:
        """Take in that a link is gone."""
        for one in self._observers:
            one.lose(name, now)
