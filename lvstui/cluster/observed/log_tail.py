"""Keep the last lines of a Director's keepalived log, as they came.

Not for: what a line means (see `log_wording`).
"""

from __future__ import annotations

from collections import deque

from lvstui.director.protocol.keepalived_messages import Log, LogLine

_KEPT = 500


class LogTail:
    """The last lines, oldest first."""

    def __init__(self) -> None:
        self.lines: deque[LogLine] = deque(maxlen=_KEPT)
        self.received = 0

    def receive(self, log: Log) -> None:
        """Take in some lines; those of the past, which a new link begins with, are all that there was."""
        if log.history:
            self.lines.clear()
        self.lines.extend(log.lines)
        self.received += len(log.lines) + log.history
