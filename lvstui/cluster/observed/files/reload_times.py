"""Measure how long keepalived's last reload took, by its own log."""

from __future__ import annotations

from lvstui.cluster.observed import log_wording
from lvstui.director.protocol.keepalived_messages import LogLine

_LONGEST = 3600.0  # seconds; what is further apart does not belong together


class Reloads:
    """The reloads of one Director's daemon."""

    def __init__(self) -> None:
        self.seconds: float | None = None
        self._began: float | None = None

    def line(self, line: LogLine) -> None:
        """Take in a line of the daemon's log, in order. Times of a log with whole seconds are that coarse."""
        if log_wording.reload_begins(line.identifier, line.text):
            self._began = line.wall
        elif self._began is not None and log_wording.reload_ends(line.text):
            took = line.wall - self._began
            self._began = None
            if 0 <= took < _LONGEST:
                self.seconds = took
