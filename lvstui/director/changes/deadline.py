"""Decide when an open change is undone because the console is silent. Times are of one monotonic clock, in seconds."""

from __future__ import annotations

from typing import Optional


class Deadline:
    """The moment at which an open change is undone. Each frame of the console puts it off; once installed, not for ever."""

    def __init__(self) -> None:
        self._heard = 0.0
        self._latest: Optional[float] = None

    def heard(self, now: float) -> None:
        """Put the moment off: a frame came."""
        self._heard = now

    def begin(self, now: float, at_most: Optional[float]) -> None:
        """Begin anew; from the first `at_most` on it comes within so many seconds whatever is heard, until that is None again."""
        self._heard = now
        if at_most is None:
            self._latest = None
        elif self._latest is None:
            self._latest = now + at_most

    def at(self, silence: float) -> float:
        """Return the moment, for a console that may be silent for so many seconds."""
        return self._heard + silence if self._latest is None else min(self._latest, self._heard + silence)
