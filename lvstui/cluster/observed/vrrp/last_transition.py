"""Find when a VRRP instance last changed its state: keepalived's dump tells, but a reload sets that time anew.

A time at which the files were read is that of the reload, and tells nothing. The kernel remembers when a VIP was put on its
interface, and a MASTER keeps its VIPs through a reload. Times are of the Director's wall clock. Not for: lines of the log,
which tell it too (see `vrrp_state`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from lvstui.cluster.identity.vips import Addresses, Vip
from lvstui.director.protocol.keepalived_messages import Keepalived
from lvstui.director.protocol.link_messages import Hello
from lvstui.director.protocol.vrrp_messages import VrrpInstance

_REMEMBERED = 64  # reloads
_START = 3.0  # seconds in which a daemon that was started has read its files
_READING = 2.0  # seconds around the time of a reload in which the VRRP process reads the files, of a reload that was not measured
_TOGETHER = 2.0  # seconds between the change of state and its VIPs


class LastTransitions:
    """The word of one Director's daemon and kernel on it."""

    def __init__(self) -> None:
        self._boot = 0.0  # the wall clock when the Director's CLOCK_MONOTONIC was 0
        self._started = 0.0
        self._read: deque[float] = deque(maxlen=_REMEMBERED)

    def hello(self, hello: Hello) -> None:
        """Take in the Director's clocks."""
        self._boot = hello.wall - hello.at

    def daemon(self, known: Keepalived) -> None:
        """Take in when it was started, and last read its files."""
        self._started = known.started
        self.files_read(known.loaded)

    def files_read(self, wall: float) -> None:
        """Take in a time at which the files were read."""
        if wall and wall not in self._read:
            self._read.append(wall)

    def since(
        self, dumped: VrrpInstance, vips: Iterable[Vip], addresses: Addresses, reload_s: float | None = None
    ) -> float | None:
        """Return when the instance entered its state; None: not known. `reload_s`: what a reload takes."""
        told = dumped.last_transition or None
        if told is not None and self._of_a_reload(told, max(_READING, (reload_s or 0.0) + 1.0)):
            told = None
        if dumped.state != "MASTER":
            return told
        put = (addresses.created(vip) for vip in vips)
        here = [self._boot + one for one in put if one is not None and self._boot + one >= self._started - 1.0]
        if here and (told is None or min(here) < told - _TOGETHER):
            return min(here)
        return told

    def _of_a_reload(self, told: float, around: float) -> bool:
        return any(abs(told - read) <= around for read in self._read if read - self._started > _START)
