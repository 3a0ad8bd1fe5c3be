"""Count adverts by sender, tell news from one more of the same, and say on which interfaces to listen. Not for sockets."""

from __future__ import annotations

from collections import deque
from typing import Callable, Deque, Dict, Iterable, Iterator, Optional, Tuple

from ...protocol.sighting_messages import Sighting
from ...protocol.vrrp_messages import Advertiser, VrrpInstance
from .vrrp_packet import Advert

MOST = 256  # who is remembered
FORGET = 60.0  # seconds of silence after which another one may take the place
STAMP = 0.001  # seconds by which a kernel's timestamp of a packet may be off in terms of CLOCK_MONOTONIC
_STAMPS = 32  # that are kept of each
_SILENT = 3  # intervals without an advert: when it is heard again, that is news
_Key = Tuple[str, str, str, int, int]  # family, interface, source, VRID, version


class AdvertTable:
    """The adverts that were heard, counted. Bounded; `lost` counts those for which there was no room."""

    def __init__(self) -> None:
        self._heard: Dict[_Key, Advertiser] = {}
        self._stamps: Dict[_Key, Deque[float]] = {}  # of the last adverts of each
        self._full_until = float("-inf")
        self.lost = 0

    def note(self, advert: Advert, interface: str, at: float) -> bool:
        """Count one; return True if it is more than one more of the same: another sender, another priority, after a silence."""
        key = (advert.family, interface, advert.source, advert.vrid, advert.version)
        known = self._heard.get(key)
        if known is None:
            if not self._room(at):
                self.lost += 1
                return False
            self._heard[key] = Advertiser(*key, advert.priority, advert.interval, 1, at, at)
            self._stamps[key] = deque((at,), _STAMPS)
            return True
        self._stamps[key].append(at)
        self._heard[key] = known._replace(
            priority=advert.priority, interval=advert.interval, adverts=known.adverts + 1, last=max(at, known.last)
        )
        same = (known.priority, known.interval) == (advert.priority, advert.interval)
        return not same or at - known.last > _SILENT * known.interval

    def before(self, advert: Advert, interface: str) -> Optional[Advertiser]:
        """Return what is known of its sender before an advert is noted, where that one is no more of the same."""
        known = self._heard.get((advert.family, interface, advert.source, advert.vrid, advert.version))
        return None if known is None or known.priority == advert.priority else known

    def last_before(self, one: Sighting) -> Iterator[Sighting]:
        """Give the last advert of each other sender before this one, for the same VRID on the same interface."""
        for key, known in self._heard.items():
            if (known.family, known.interface, known.vrid) == (one.family, one.interface, one.vrid):
                stamps = [at for at in self._stamps[key] if at <= one.at]
                if stamps:
                    yield _sighting("last", known, max(stamps), own=False)

    def _room(self, at: float) -> bool:
        if len(self._heard) < MOST:
            return True
        if at < self._full_until:
            return False
        longest = min(self._heard, key=lambda key: self._heard[key].last)
        self._full_until = self._heard[longest].last + FORGET
        if at < self._full_until:
            return False
        del self._heard[longest], self._stamps[longest]
        return True

    def all(self) -> Tuple[Advertiser, ...]:
        """Return everybody who was heard."""
        return tuple(self._heard.values())


def wanted(instances: Iterable[VrrpInstance]) -> Dict[Tuple[str, str], None]:
    """Return the families and interfaces to listen on: an instance's own, and the one under its VMAC; IPv6 with such a VIP."""
    found: Dict[Tuple[str, str], None] = {}
    for instance in instances:
        six = any(":" in vip for vip in instance.vips)
        for interface in filter(None, (instance.interface, instance.configured)):
            found["inet", interface] = None
            if six:
                found["inet6", interface] = None
    return found


def tell_advert(
    table: AdvertTable, advert: Advert, interface: str, at: float, saw: Callable[[Sighting], None], *, own: bool
) -> bool:
    """Note an advert, and tell of it if it is news: before it the last one of another priority. Return True if it is news."""
    before = table.before(advert, interface)
    if not table.note(advert, interface, at):
        return False
    if before is not None:
        saw(_sighting("last", before, before.last, own))
    saw(
        _sighting(
            "advert",
            Advertiser(
                advert.family,
                interface,
                advert.source,
                advert.vrid,
                advert.version,
                advert.priority,
                advert.interval,
                1,
                at,
                at,
            ),
            at,
            own,
        )
    )
    return True


def _sighting(kind: str, one: Advertiser, at: float, own: bool) -> Sighting:
    return Sighting(
        kind,
        at,
        STAMP,
        one.interface,
        own,
        one.family,
        one.source,
        vrid=one.vrid,
        version=one.version,
        priority=one.priority,
        interval=one.interval,
    )
