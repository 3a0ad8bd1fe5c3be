"""Find keepalived's processes on a Director that do nothing: stopped by a signal, or deaf to those that they were sent.

Not for: what to say of it (see `checks.daemons`, `guards`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lvstui.cluster.observed.director import Director
from lvstui.director.protocol.keepalived_messages import Keepalived

DEAF = 10.0  # seconds; reading a large configuration takes some, and a busy Director is slow

NAMES = {"parent": "main process", "vrrp": "VRRP process", "checkers": "checkers process"}


@dataclass(frozen=True)
class Hung:
    """A process that does nothing."""

    role: str  # "parent", "vrrp", "checkers"
    pid: int
    deaf_s: float | None  # for how long it has taken no signal; None: it is stopped

    @property
    def name(self) -> str:
        """Return it as an operator names it, with its pid."""
        return f"{NAMES.get(self.role, self.role)} ({self.pid})"

    @property
    def condition(self) -> str:
        """Say what it does not do."""
        return "is stopped" if self.deaf_s is None else f"has not answered for {self.deaf_s:.0f} s"


def hung(director: Director) -> Iterator[Hung]:
    """Return those processes of the Director's keepalived, as of its last sample."""
    if director.keepalived is not None:
        yield from stuck(director.keepalived, max(director.table.at, director.keepalived.at))


def stuck(known: Keepalived, now: float) -> Iterator[Hung]:
    """Return them as of `now`, by the Director's monotonic clock."""
    for process in known.processes if known.error is None and known.running else ():
        if process.stopped:
            yield Hung(process.role, process.pid, None)
        elif process.deaf_since is not None and now - process.deaf_since >= DEAF:
            yield Hung(process.role, process.pid, now - process.deaf_since)
