"""Follow the VRRP adverts that one Director hears: who advertises which VRID there, how often, and when it was last heard.

A Director hears only others. That it hears nothing is known only where it listens, since it does, and since nothing was
lost.

Not for: what is wrong with it (see `advert_checks`). Times are of the console's monotonic clock, at receipt, and of the
operator's wall clock where they are to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lvstui.cluster.text import plain
from lvstui.director.protocol.vrrp_messages import Advertiser, Adverts
from lvstui.keepalived.reading.defaults import DOWN_TIMER_ADVERTS
from lvstui.keepalived.reading.master_down import master_down

_MEASURED = 5.0  # seconds at least over which a rate is measured
_REMEMBERED = 256  # of those whom the agent does not tell of any more
_ON_ITS_WAY = 1.0  # seconds that an advert may take from the network to here
_Key = tuple[str, str, str, int, int]
Router = tuple[int, str]  # VRID and family


class Sender(NamedTuple):
    """Somebody who was heard to advertise a VRID on an interface."""

    family: str  # "inet" | "inet6"
    interface: str
    source: str
    vrid: int
    priority: int  # of its last advert
    interval: float  # seconds, as it says itself
    first_wall: float
    last: float
    last_wall: float
    per_s: float | None  # measured while they came; None: not yet
    told: float  # `last`, by the Director's own clock


class ListeningSince(NamedTuple):
    """Hold where all that comes is heard, and since when."""

    since: float
    since_wall: float


def patience(interval: float, priority: int = 0, version: int = 2, adverts: int = DOWN_TIMER_ADVERTS) -> float:
    """Return the seconds without an advert after which nobody is heard: a BACKUP takes over, and one may be on its way."""
    return max(master_down(priority, version, interval, adverts), interval + _ON_ITS_WAY)


class AdvertSenders:
    """Keep the senders of adverts that one Director's agents have heard."""

    def __init__(self) -> None:
        self._told: Adverts | None = None
        self._senders: dict[_Key, Sender] = {}
        self._heard: dict[_Key, Advertiser] = {}  # as it was told last
        self._order: list[Sender] = []  # the last heard first
        self._by_router: dict[Router, list[Sender]] = {}
        self._marks: dict[_Key, tuple[Advertiser, Advertiser]] = {}  # where the measuring of a rate begins, older first
        self._listening: dict[tuple[str, str], ListeningSince] = {}
        self._lost: ListeningSince | None = None  # when something was lost

    @property
    def error(self) -> str | None:
        """Return why the adverts are not heard; None: they are, or nothing was told yet."""
        return None if self._told is None else self._told.error

    def forget(self) -> None:
        """Take in that another agent tells from now on. When somebody was last heard stays known."""
        self._told = self._lost = None
        self._marks.clear()
        self._listening.clear()

    def tell(self, message: Adverts, now: float, wall: float) -> bool:
        """Take in what the agent has heard until now. Return True if it is the same senders, where they were and as they were."""
        before = self._heard if self._told is not None and self._told.error == message.error else {}
        if self._told is not None and message.lost > self._told.lost:
            self._lost = ListeningSince(now, wall)
        self._told = message
        shift = now - message.at
        self._listening = {
            (one.family, one.interface): ListeningSince(one.since + shift, wall - (message.at - one.since))
            for one in message.listening
        }
        told = {(one.family, one.interface, one.source, one.vrid, one.version): one for one in message.heard}
        self._heard = told
        self._marks = {key: self._mark(key, one) for key, one in told.items()}
        senders = {key: self._sender(key, one, shift, wall - now) for key, one in told.items()}
        others = [(key, self._senders[key]) for key in self._senders.keys() - told.keys()]
        others.sort(key=lambda item: -item[1].last)
        self._put(senders | dict(others[:_REMEMBERED]))
        return (
            {key: one.priority for key, one in before.items()} == {key: one.priority for key, one in told.items()} != {}
        )

    def memory(self) -> list[list[object]]:
        """Return where the measuring of each rate begins, as JSON."""
        marks = self._marks.items()
        return [[*key, older.adverts, older.last, newer.adverts, newer.last] for key, (older, newer) in marks]

    def recall(self, memory: Iterable[Sequence[Any]]) -> None:
        """Take in what `memory` returned."""
        senders = dict(self._senders)
        for family, interface, source, vrid, version, *counts in memory:
            key = (family, interface, source, vrid, version)
            if key in self._marks and key in senders:
                one = self._marks[key][1]
                older, newer = (
                    one._replace(adverts=count, last=last) for count, last in zip(*[iter(counts)] * 2, strict=True)
                )
                self._marks[key] = (older, newer)
                senders[key] = senders[key]._replace(per_s=_per_s(older, self._heard[key]))
        self._put(senders)

    def _put(self, senders: dict[_Key, Sender]) -> None:
        self._senders = senders
        self._order = sorted(self._senders.values(), key=lambda one: -one.last)
        self._by_router = {}
        for one in self._order:
            self._by_router.setdefault((one.vrid, one.family), []).append(one)

    def _mark(self, key: _Key, one: Advertiser) -> tuple[Advertiser, Advertiser]:
        older, newer = self._marks.get(key, (one, one))
        return (newer, one) if one.last - newer.last >= _MEASURED else (older, newer)

    def _sender(self, key: _Key, one: Advertiser, shift: float, wall_shift: float) -> Sender:
        return Sender(
            family=one.family,
            interface=plain(one.interface, 20),
            source=plain(one.source, 60),
            vrid=one.vrid,
            priority=one.priority,
            interval=one.interval,
            first_wall=one.first + shift + wall_shift,
            last=one.last + shift,
            last_wall=one.last + shift + wall_shift,
            per_s=_per_s(self._marks[key][0], one),
            told=one.last,
        )

    def senders(self, router: Router | None = None) -> Sequence[Sender]:
        """Return all that were heard, the last heard first; the Director itself too where it is sent its own adverts back."""
        return self._order if router is None else self._by_router.get(router, ())

    def now(self, as_of: float, router: Router | None = None) -> Iterator[Sender]:
        """Return those that advertise now. Who gives up does not."""
        for one in self.senders(router):
            if one.priority and as_of - one.last <= patience(one.interval):
                yield one

    def listening(self, interface: str, family: str) -> ListeningSince | None:
        """Return since when all that comes there is heard; None: it is not."""
        found = self._listening.get((family, interface))
        if found is None or self.error is not None or self._lost is None:
            return found
        return max(found, self._lost)


def _per_s(older: Advertiser, one: Advertiser) -> float | None:
    elapsed = one.last - older.last
    return (one.adverts - older.adverts) / elapsed if elapsed > 0 else None
