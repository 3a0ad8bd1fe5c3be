"""Find the restores that have come due while this console was looking.

Not for: restoring (see `commands.change_dialogs.restore_due`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.view import DrainView

Key = tuple[str, str]  # a virtual server and its real server


class DueRestores:
    """The restores whose time has come. Each comes once: what is called off, or restored elsewhere, does not come again."""

    def __init__(self) -> None:
        self._ahead: dict[Key, float] = {}
        self.now: frozenset[Key] = frozenset()

    def look(self, drains: Sequence[DrainView], wall: float, by: str) -> None:
        """Take in the drains of now. Only those that `by` began count, and only times that were ahead at an earlier look:
        a console that is opened later reminds, and no more."""
        times = {
            (one.virtual_server, one.real_server): one.restore_at
            for one in drains
            if one.restore_at is not None and one.told is not None and one.told.by == by
        }
        come = {key for key, time in times.items() if self._ahead.get(key) == time and time <= wall}
        self._ahead = {key: time for key, time in times.items() if time > wall}
        self.now = frozenset(key for key in self.now | come if key in times and key not in self._ahead)

    def take(self) -> list[Key]:
        """Return what is due, for the last time."""
        taken, self.now = sorted(self.now), frozenset()
        return taken
