"""Tell nothing of what happens: for a state whose events are known already, from its recording."""

from __future__ import annotations

from collections.abc import Iterable

from lvstui.cluster.events.event_times import Clocks
from lvstui.cluster.events.timeline import Events
from lvstui.cluster.observed.director import Director
from lvstui.cluster.servers.entry import Transition
from lvstui.cluster.servers.server_quorum import QuorumTransition
from lvstui.cluster.view import DrainView


class Untold(Events):
    """The log of nothing: what happens is not even looked for."""

    def observe(self, director: Director, now: float, wall: float) -> None:
        """Do nothing."""

    def real_servers(self, happened: Iterable[Transition], now: float, wall: float) -> None:
        """Do nothing."""

    def quorum(self, happened: QuorumTransition, clocks: Clocks) -> None:
        """Do nothing."""

    def drained(self, drain: DrainView, wall: float) -> None:
        """Do nothing."""
