"""Work out how long a BACKUP waits for an advert before it becomes MASTER, as RFC 5798, RFC 9568 and keepalived do.

VRRP 2 (RFC 3768) gives the skew in parts of a second; VRRP 3 in parts of the interval, which keepalived counts in whole
centiseconds there. keepalived waits for three adverts; from 2.2.3 on, for `down_timer_adverts`.

Not for: whose interval it is. A BACKUP of VRRP 3 waits by the interval that the MASTER's adverts say, one of VRRP 2 by its own.
"""

from __future__ import annotations

from lvstui.keepalived.reading.defaults import DOWN_TIMER_ADVERTS


def skew(priority: int, version: int, advert_int: float) -> float:
    """Return the seconds that a BACKUP of this priority waits longer than one of the highest."""
    part = (256 - priority) / 256
    return part * int(round(advert_int * 1e6) // 10_000) / 100 if version == 3 else part


def master_down(priority: int, version: int, advert_int: float, adverts: int = DOWN_TIMER_ADVERTS) -> float:
    """Return the seconds without an advert after which a BACKUP becomes MASTER."""
    return adverts * advert_int + skew(priority, version, advert_int)
