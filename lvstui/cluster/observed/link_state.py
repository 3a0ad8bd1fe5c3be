"""Follow the state of the link to one Director, and how old its figures are.

              connected                 a message
    CONNECTING --------> CONNECTING --------------> LIVE
    LIVE, silent for three intervals (3 s at least), or its link gone ---> STALE
    STALE, a message ---> LIVE
    STALE, without a message for 60 s, or refused for good ---> LOST
    CONNECTING, refused for good ---> LOST
    LOST, a message ---> LIVE

Not for: making connections (see `session`). Times are seconds of the console's monotonic clock.
"""

from __future__ import annotations

from lvstui.cluster.view import LinkState

LOST_AFTER = 60.0  # seconds without a message
_SILENT_INTERVALS = 3
_SILENT_AT_LEAST = 3.0  # seconds; a Director that is busy for a moment is not stale
_STARTING, _SILENT_AT_START = 15.0, 8.0  # seconds; an agent is busy with its imports, for long on a slow machine


class LinkStatus:
    """The link to one Director."""

    def __init__(self, interval: float) -> None:
        self.interval = interval  # seconds between samples
        self.state = LinkState.CONNECTING
        self.up = False
        self.error: str | None = None
        self.privilege: str | None = None
        self.latency: float | None = None  # seconds
        self.heard: float | None = None  # when the last message came
        self._connected = float("-inf")
        self._retry_at: float | None = None
        self._refused = False

    def connecting(self, now: float, retry_in: float | None) -> None:
        """Take in that an attempt begins, or that the next one is due in `retry_in` seconds."""
        self.up = self._refused = False
        self._retry_at = None if retry_in is None else now + retry_in
        self.tick(now)

    def connected(self, privilege: str, now: float) -> None:
        """Take in that there is a link."""
        self.up, self._refused = True, False
        self.privilege, self._connected = privilege, now
        self.error = self._retry_at = None
        self.tick(now)

    def failed(self, reason: str, *, permanent: bool, retry_in: float | None, now: float) -> None:
        """Take in that there is none, and why. `permanent`: it is refused for good, as far as is known."""
        self.up = False
        self.latency = None
        self.error = reason
        self._refused = permanent
        self._retry_at = None if retry_in is None else now + retry_in
        self.tick(now)

    def message(self, now: float) -> None:
        """Take in that a message came."""
        self.heard = now
        self.tick(now)

    def tick(self, now: float) -> None:
        """Take in that time went by."""
        self.state = self._state(now)

    def age(self, now: float) -> float | None:
        """Return the seconds since the last message; None: there was none."""
        return None if self.heard is None else max(0.0, now - self.heard)

    def retry_in(self, now: float) -> float | None:
        """Return the seconds until the next attempt; None: none is due."""
        return None if self._retry_at is None else max(0.0, self._retry_at - now)

    def _state(self, now: float) -> LinkState:
        age = self.age(now)
        if self._refused or (age is not None and age >= LOST_AFTER):
            return LinkState.LOST
        if age is None:
            return LinkState.CONNECTING
        at_least = _SILENT_AT_START if now - self._connected < _STARTING else _SILENT_AT_LEAST
        silent = age >= max(at_least, _SILENT_INTERVALS * self.interval)
        return LinkState.STALE if silent or not self.up else LinkState.LIVE
