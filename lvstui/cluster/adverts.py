"""The VRRP adverts that one Director hears: who advertises which VRID there, how often, and when it was last heard.

A Director hears only others. That it hears nothing is known only where it listens, since it does, and since nothing was
lost.

Not for: what is wrong with it (see `advert_findings`). Times are of the console's monotonic clock, at receipt, and of the
operator's wall clock where they are to be shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lvstui.cluster.text import plain
from lvstui.director.messages import Advertiser, Adverts

_MEASURED = 5.0  # seconds at least over which a rate is measured
_REMEMBERED = 256  # of those whom the agent does not tell of any more
_ON_ITS_WAY = 1.0  # seconds that an advert may take from the network to here
_Key = tuple[str, str, str, int, int]


class Sender(NamedTuple):
    """Somebody who was heard to advertise a VRID on an interface."""

    interface: str
    source: str
    vrid: int
    priority: int  # of its last advert
    interval: float  # seconds, as it says itself
    first_wall: float
    last: float
    last_wall: float
    per_s: float | None  # measured while they came; None: not yet


class Listening(NamedTuple):
    """Where all that comes is heard, and since when."""

    since: float
    since_wall: float


def patience(interval: float, priority: int = 0, version: int = 2) -> float:
    """Seconds without an advert after which nobody is heard: 3 x advert_int and the skew, when a BACKUP takes over."""
    skew = (256 - priority) / 256 * (interval if version == 3 else 1.0)
    return max(3 * interval + skew, interval + _ON_ITS_WAY)


class HeardAdverts:
    """What one Director's agents have told."""

    def __init__(self) -> None:
        self._told: Adverts | None = None
        self._senders: dict[_Key, Sender] = {}
        self._order: list[Sender] = []  # the last heard first
        self._by_vrid: dict[int, list[Sender]] = {}
        self._marks: dict[_Key, tuple[Advertiser, Advertiser]] = {}  # where the measuring of a rate begins, older first
        self._listening: dict[tuple[str, str], Listening] = {}
        self._lost: Listening | None = None  # when something was lost

    @property
    def error(self) -> str | None:
        return None if self._told is None else self._told.error

    def forget(self) -> None:
        """Another agent tells from now on. When somebody was last heard stays known."""
        self._told = self._lost = None
        self._marks.clear()
        self._listening.clear()

    def tell(self, message: Adverts, now: float, wall: float) -> None:
        """Take in what the agent has heard until now."""
        if self._told is not None and message.lost > self._told.lost:
            self._lost = Listening(now, wall)
        self._told = message
        shift = now - message.at
        self._listening = {
            (one.family, one.interface): Listening(one.since + shift, wall - (message.at - one.since))
            for one in message.listening
        }
        told = {(one.family, one.interface, one.source, one.vrid, one.version): one for one in message.heard}
        self._marks = {key: self._mark(key, one) for key, one in told.items()}
        senders = {key: self._sender(key, one, shift, wall - now) for key, one in told.items()}
        others = [(key, self._senders[key]) for key in self._senders.keys() - told.keys()]
        others.sort(key=lambda item: -item[1].last)
        self._senders = senders | dict(others[:_REMEMBERED])
        self._order = sorted(self._senders.values(), key=lambda one: -one.last)
        self._by_vrid = {}
        for one in self._order:
            self._by_vrid.setdefault(one.vrid, []).append(one)

    def _mark(self, key: _Key, one: Advertiser) -> tuple[Advertiser, Advertiser]:
        older, newer = self._marks.get(key, (one, one))
        return (newer, one) if one.last - newer.last >= _MEASURED else (older, newer)

    def _sender(self, key: _Key, one: Advertiser, shift: float, wall_shift: float) -> Sender:
        older = self._marks[key][0]
        elapsed = one.last - older.last
        return Sender(
            interface=plain(one.interface, 20),
            source=plain(one.source, 60),
            vrid=one.vrid,
            priority=one.priority,
            interval=one.interval,
            first_wall=one.first + shift + wall_shift,
            last=one.last + shift,
            last_wall=one.last + shift + wall_shift,
            per_s=(one.adverts - older.adverts) / elapsed if elapsed > 0 else None,
        )

    def senders(self, vrid: int | None = None) -> Sequence[Sender]:
        """All that were heard, the last heard first; the Director itself among them where it is sent its own adverts back."""
        return self._order if vrid is None else self._by_vrid.get(vrid, ())

    def now(self, as_of: float, vrid: int | None = None) -> Iterator[Sender]:
        """Those that advertise now. Who gives up does not."""
        for one in self.senders(vrid):
            if one.priority and as_of - one.last <= patience(one.interval):
                yield one

    def listening(self, interface: str, *, six: bool) -> Listening | None:
        """Since when all that comes there is heard; None: it is not."""
        found = self._listening.get(("inet6" if six else "inet", interface))
        if found is None or self.error is not None or self._lost is None:
            return found
        return max(found, self._lost)
