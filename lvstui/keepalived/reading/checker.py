"""Hold a checker's effective values, and work out how long it takes to find a real server down.

Not for: reading its block (see `checkers`).
"""

from __future__ import annotations

from dataclasses import dataclass

_KILL_S = 4.0
_EXCHANGES = {"HTTP_GET": 2, "SSL_GET": 3, "SMTP_CHECK": 4}  # how often the timeout begins anew in one check


@dataclass(frozen=True, slots=True)
class Checker:
    """A checker, with the values that take effect, inherited ones and defaults too. Times are seconds."""

    kind: str  # "TCP_CHECK", ...
    options: tuple[str, ...]  # its statements, such as "connect_timeout 3"
    path: str
    line: int
    retry: int
    delay_before_retry: float
    connect_timeout: float | None  # None: a MISC_CHECK, FILE_CHECK or BFD_CHECK connects nowhere
    delay_loop: float
    warmup: float  # the first check begins within it
    alpha: bool
    urls: int  # of an HTTP_GET or SSL_GET
    misc_timeout: float | None  # of a MISC_CHECK
    misc_dynamic: bool  # its script's exit status sets the weight
    track_file: str | None  # of a FILE_CHECK
    weight: int | None  # of a FILE_CHECK: times the number in the file, it is added to the weight. 0: up or down
    reverse: bool  # of a FILE_CHECK: it is taken away

    @property
    def time_to_fail(self) -> float:
        """Return the longest that a server which does not answer counts as up, from its first check on. 0: known at once."""
        if self.kind in ("FILE_CHECK", "BFD_CHECK"):
            return 0.0
        if self.connect_timeout is None:  # a script is killed by and by, and begun anew a delay after it was begun
            attempt = (self.misc_timeout or self.delay_loop) + _KILL_S
            return self.retry * max(attempt, self.delay_before_retry) + attempt
        attempt = _EXCHANGES.get(self.kind, 1) * self.connect_timeout
        before = max(self.urls - 1, 0) * (attempt + self.delay_loop)  # the other URLs may answer
        return before + (self.retry + 1) * attempt + self.retry * self.delay_before_retry
