"""Say what a change needs of the Directors and of the time, so that it needs no session."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lvstui.cluster.observed.files.installed import Installed
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.view import EventView
from lvstui.director.protocol.link_messages import Refresh
from lvstui.director.protocol.message_registry import FromConsole
from lvstui.session.subscription import Subscribable

Send = Callable[[FromConsole], bool]  # True if there is a link


@dataclass(frozen=True)
class Clock:
    """The time: from an arbitrary moment on, and since the epoch. Both in seconds."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time


class State(Protocol):
    """Know the Directors, and note what a change does there: `cluster.state`."""

    def facts(self, name: str) -> Facts:
        """Return what is known of a Director for a plan."""

    def remember(self, name: str, installed: Installed | None) -> None:
        """Note what a change has installed on a Director."""

    def note(self, event: EventView) -> None:
        """Note an event."""


@dataclass(frozen=True)
class Directors:
    """Both Directors: what is known of them, and how fresh figures are asked for."""

    state: State
    links: Mapping[str, Send]
    source: Subscribable

    def facts(self) -> Sequence[Facts]:
        """Return what is known of each Director for a plan."""
        return [self.state.facts(name) for name in self.links]

    def look(self) -> None:
        """Ask every Director for fresh figures."""
        for send in self.links.values():
            send(Refresh())

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each change, until the function that is returned is called."""
        return self.source.subscribe(callback)
