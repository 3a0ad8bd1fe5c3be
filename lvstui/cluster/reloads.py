"""How long keepalived's last reload took, by its own log."""

from __future__ import annotations

from lvstui.director.messages import LogLine

_LONGEST = 3600.0  # seconds; what is further apart does not belong together


class Reloads:
    def __init__(self) -> None:
        self.seconds: float | None = None
        self._began: float | None = None

    def line(self, line: LogLine) -> None:
        """A line of the daemon's log, in order. Times of a log with whole seconds are that coarse."""
        if line.identifier == "Keepalived" and line.text.startswith("Reloading"):
            self._began = line.wall
        elif self._began is not None and line.text.startswith("Reload complete"):
            took = line.wall - self._began
            self._began = None
            if 0 <= took < _LONGEST:
                self.seconds = took
