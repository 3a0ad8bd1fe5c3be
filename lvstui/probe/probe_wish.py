"""Say what a probe is asked to do, and hold it to its bounds. Both ends check: a probe believes nobody who wants more."""

from __future__ import annotations

import ipaddress
from typing import Any, Dict, NamedTuple

SLOWEST, FASTEST = 10.0, 100.0  # requests per second
LONGEST = 600.0  # seconds
MOST = 60_000  # requests in all
AT_ONCE = 200  # requests that wait for their answer
PATIENCE = 1.0  # seconds; the first retransmission of a SYN comes then, and clients count that as an outage too
_LONGEST_PATH = 1000


class ProbeWish(NamedTuple):
    """One target, and how it is asked. An empty `path`: by TCP connections; otherwise by HTTP."""

    address: str
    port: int
    path: str
    rate: float  # requests per second
    seconds: float
    hold: bool = True  # one connection open all the time, too

    @property
    def number(self) -> int:
        """Return how many requests that are at most."""
        return min(MOST, int(self.rate * self.seconds))


def checked(wish: ProbeWish) -> ProbeWish:
    """Return the wish. Raises ValueError for one that is out of bounds."""
    ipaddress.ip_address(wish.address)
    if not 0 < wish.port < 65536:
        raise ValueError(f"{wish.port} is no port")
    if not SLOWEST <= wish.rate <= FASTEST:
        raise ValueError(f"{wish.rate:g} requests a second: a probe sends {SLOWEST:g} to {FASTEST:g}")
    if not 0 < wish.seconds <= LONGEST:
        raise ValueError(f"{wish.seconds:g} s: a probe ends by itself after at most {LONGEST:g} s")
    if wish.path and not (
        wish.path.startswith("/")
        and len(wish.path) <= _LONGEST_PATH
        and wish.path.isascii()
        and wish.path.isprintable()
        and " " not in wish.path
    ):
        raise ValueError(
            f"{wish.path!r} is no path of HTTP: it begins with / and has neither spaces nor control characters"
        )
    return wish


def wish_from(fields: Dict[str, Any]) -> ProbeWish:
    """Return the wish of a decoded line. Raises ValueError, KeyError or TypeError."""
    return checked(
        ProbeWish(
            str(fields["address"]),
            int(fields["port"]),
            str(fields["path"]),
            float(fields["rate"]),
            float(fields["seconds"]),
            bool(fields["hold"]),
        )
    )
