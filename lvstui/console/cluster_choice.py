"""Define a cluster that the console can open, and what holds in it. Not for: how a session is made (see `cli.launch`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from lvstui.cluster.view import ClusterView
from lvstui.console.drill_port import DrillPort, OpenDrills
from lvstui.console.moment.past_port import OpenPast
from lvstui.console.session_port import SessionPort
from lvstui.console.ssh_questions import AskOperator
from lvstui.settings.values import Preferences


class OpenSession(SessionPort, Protocol):
    """A session that is opened with `async with`."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def pace(self, interval: float) -> None:
        """Set another number of seconds between samples."""

    def next_view(self) -> ClusterView | None:
        """Return the view, worked out a moment at each call; None until it is there."""

    def urgent(self) -> bool:
        """Return True if more than figures has changed since the last view was begun."""


DrillsOf = Callable[[OpenSession], OpenDrills]
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
    drills: DrillsOf | None = None
    """Makes the drills of a session that is open; None: there are none."""
    past: OpenPast | None = None
    """Opens what was recorded of it; None: it is not recorded."""


@asynccontextmanager
async def opened(cluster: Cluster, questions: AskOperator) -> AsyncIterator[tuple[OpenSession, DrillPort | None]]:
    """Open the session of a cluster, and its drills, for as long as it is shown."""
    async with await asyncio.to_thread(cluster.make, questions) as session:
        if cluster.drills is None:
            yield session, None
        else:
            async with cluster.drills(session) as drills:
                yield session, drills
