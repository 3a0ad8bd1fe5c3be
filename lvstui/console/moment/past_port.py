"""Define what the console needs of a cluster's past: a session that shows one recorded moment, and goes to others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from lvstui.console.session_port import SessionPort

if TYPE_CHECKING:  # the first frame waits for none of it
    from lvstui.cluster.view import ClusterView
    from lvstui.cluster.views.recorded_range import RecordedRange


class NoPast(Exception):
    """There is nothing recorded to go to, and why."""


@runtime_checkable
class PastPort(SessionPort, Protocol):
    """All that was recorded of a cluster, at one moment."""

    @property
    def moment(self) -> float:
        """Return the wall-clock time that is shown."""

    @property
    def recorded(self) -> RecordedRange:
        """Return what is known of the whole range, as of the last `refresh`."""

    def view(self) -> ClusterView: ...
    async def go(self, wall: float) -> str | None:
        """Show another moment as soon as it is worked out. Return why it cannot be shown; None: it can."""
        ...

    async def refresh(self) -> RecordedRange:
        """Take in what was recorded meanwhile."""
        ...

    async def leave(self) -> None:
        """Let the files go, after what is still read."""
        ...


OpenPast = Callable[[], PastPort]
"""Opens a cluster's past. Reads files; raises NoPast."""
