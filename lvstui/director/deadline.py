"""When a change that is open is undone for want of a console. Times are of one monotonic clock, in seconds."""

from __future__ import annotations

from typing import Optional


class Deadline:
    """A word of the console keeps a change open; one that is installed not for ever."""

    def __init__(self) -> None:
        self._heard = 0.0
        self._latest: Optional[float] = None

    def heard(self, now: float) -> None:
        self._heard = now

    def begin(self, now: float, at_most: Optional[float]) -> None:
        """Anew; from the first `at_most` on it comes within so many seconds whatever is heard, until there is none again."""
        self._heard = now
        if at_most is None:
            self._latest = None
        elif self._latest is None:
            self._latest = now + at_most

    def at(self, silence: float) -> float:
        return self._heard + silence if self._latest is None else min(self._latest, self._heard + silence)
