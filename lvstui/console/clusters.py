"""The clusters that the console can open, and what holds in each. Not for: how a session is made (see `launch`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from lvstui.cluster.view import ClusterView
from lvstui.console.questions import AskOperator
from lvstui.console.sight import Sight
from lvstui.settings.facts import Preferences


class OpenSession(Sight, Protocol):
    """A session that is opened with `async with`."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def pace(self, interval: float) -> None:
        """Another number of seconds between samples."""

    def next_view(self) -> ClusterView | None:
        """The view, worked out a moment at each call; None until it is there."""


Make = Callable[[AskOperator], OpenSession]


@dataclass(frozen=True)
class Cluster:
    """A pair of Directors that can be opened."""

    name: str
    make: Make
    """May take its time and is called beside the loop: it imports what SSH needs."""
    directors: tuple[str, ...] = ()
    production: bool = False
    read_only: str | None = None
    preferences: Preferences = field(default_factory=Preferences)
