"""Failovers of the seed's pair as its agents tell of them, by the messages alone. Each Director has a clock of its own.

Times are seconds since the drill began, as they really were; a message arrives a little later.
"""

from __future__ import annotations

from lvstui.cluster.drill.recogniser import Recogniser
from lvstui.cluster.drill.result import DrillKind, DrillResult
from lvstui.director.protocol.host_messages import Address, Link, Network
from lvstui.director.protocol.keepalived_messages import Log, LogLine
from lvstui.director.protocol.link_messages import Pong
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.director.protocol.sighting_messages import Sighting, Sightings
from lvstui.director.protocol.vrrp_messages import Advertiser, Adverts, Listening
from lvstui.record.recorded_entries import Entry, EntryDecoder, EntryEncoder
from tests.support.telling import NAMES, VIPS, WALL, Pair

AHEAD = {"director1": 250.0, "director2": -333.0}  # seconds of their monotonic clocks
BOOT = {"director1": 1_700_000_000.0, "director2": 1_650_000_000.0}  # their wall clocks when those were 0
ADDRESSES = {
    "ens33": {"director1": "10.10.0.11", "director2": "10.10.0.12"},
    "ens36": {"director1": "192.168.211.11", "director2": "192.168.211.12"},
}
PRIORITY = {"director1": 100, "director2": 50}
ROUTERS = {"VI_1": ("ens33", 51), "VI_2": ("ens36", 61)}
LATE = 0.05  # seconds until a message arrives
ROUND_TRIP = 0.004


class FailoverStory:
    """A pair whose MASTER is director1, and a recogniser that is told what happens."""

    def __init__(self, *, root: bool = True, kind: DrillKind = DrillKind.WATCH) -> None:
        self.root, self.kind = root, kind
        self.pair = Pair().up()
        self.began = self.pair.now
        self.told: list[Entry] = []
        self.recogniser = self._begun()
        for name in NAMES:
            self.network(name)
            self.ping(name, 0.0)
        self._sent: dict[tuple[str, str], Advertiser] = {}
        self._heard: dict[tuple[str, str], Advertiser] = {}

    def _begun(self) -> Recogniser:
        recogniser = Recogniser(NAMES, self.began, WALL + self.began, kind=self.kind)
        for name in NAMES:
            recogniser.begin(self.pair.state.director(name))
        recogniser.know(self.pair.state.view(self.began, WALL + self.began), self.began)
        return recogniser

    def replayed(self) -> Recogniser:
        """Another one, which was told the same out of a recording."""
        recogniser = self._begun()
        lines = map(EntryEncoder().line, self.told)
        for entry in map(EntryDecoder().entry, lines):
            recogniser.receive(entry.director, entry.value, entry.now)
        return recogniser

    # --- messages ---

    def tell(self, name: str, at: float, message: FromAgent) -> None:
        self._receive(name, message, self.began + at + LATE)

    def _receive(self, name: str, message: FromAgent, now: float) -> None:
        self.told.append(Entry("message", now, WALL + now, name, message))
        self.recogniser.receive(name, message, now)

    def ping(self, name: str, at: float) -> None:
        """A round trip, half of it each way."""
        sent, left = self.began + at, self.there(name, at + ROUND_TRIP / 2)
        pong = Pong(left, sent, left, left + BOOT[name])
        self._receive(name, pong, sent + ROUND_TRIP)

    def there(self, name: str, at: float) -> float:
        """The Director's monotonic clock."""
        return self.began + at + AHEAD[name]

    def network(self, name: str) -> None:
        if not self.root:
            self.tell(name, 0.0, Adverts(0.0, (), (), 0, "listening to VRRP adverts needs root (CAP_NET_RAW)"))
        own = tuple(Address(place, some[name], 24) for place, some in ADDRESSES.items())
        self.tell(name, 0.0, Network(0.0, (Link("ens33", True), Link("ens36", True)), own, None))

    def log(self, name: str, at: float, text: str, *, history: bool = False, told: float | None = None) -> None:
        line = LogLine(self.there(name, at) + BOOT[name], "Keepalived_vrrp", text)
        self.tell(name, at if told is None else told, Log(0.0, "journald", history, (line,), None))

    def saw(self, name: str, at: float, kind: str, *, uncertainty: float = 0.001, **of: object) -> None:
        fields: dict[str, object] = {"interface": "", "own": True, "family": "inet", **of}
        sighting = Sighting(kind, self.there(name, at), uncertainty, **fields)  # type: ignore[arg-type]
        self._sightings(name, at, sighting)

    def _sightings(self, name: str, at: float, *seen: Sighting) -> None:
        sent = tuple(one for (sender, _), one in self._sent.items() if sender == name) if self.root else ()
        error = None if self.root else "watching packets needs root (CAP_NET_RAW)"
        watched = ("ens33", "ens36") if self.root else ()
        self.tell(name, at, Sightings(0.0, seen, sent, watched, 0, error))

    # --- what happens ---

    def advert(self, sender: str, router: str, at: float, *, priority: int | None = None, lost: bool = False) -> None:
        """An advert, which its own Director sees leave, and the other one hears unless it is lost."""
        place, vrid = ROUTERS[router]
        level = PRIORITY[sender] if priority is None else priority
        for name, known in ((sender, self._sent), *(() if lost else ((_other(sender), self._heard),))):
            own = name == sender
            before = known.get((sender, router))
            stamp = self.there(name, at)
            one = Advertiser("inet", place, ADDRESSES[place][sender], vrid, 2, level, 1.0, 1, stamp, stamp)
            known[sender, router] = one
            news = before is None or before.priority != level or stamp - before.last > 3
            if not self.root:
                continue
            if not own:
                self._tell_heard(name, at)
            if news:
                self.saw(
                    name, at, "advert", interface=place, own=own, source=one.source, vrid=vrid, version=2, priority=level,
                    interval=1.0,
                )  # fmt: skip
            elif own:
                self._sightings(name, at)

    def _tell_heard(self, name: str, at: float) -> None:
        heard = tuple(one for (sender, _), one in self._heard.items() if sender != name)
        self.tell(name, at, Adverts(0.0, (Listening("inet", "ens33", 0.0),), heard, 0, None))

    def adverts(self, sender: str, first: float, last: float, *routers: str, lost: bool = False) -> None:
        """One a second."""
        at = first
        while at <= last:
            for router in routers or ROUTERS:
                self.advert(sender, router, at, lost=lost)
            at += 1.0

    def enters(self, name: str, state: str, at: float, *routers: str) -> None:
        for router in routers or ROUTERS:
            self.log(name, at, f"({router}) Entering {state} STATE")

    def becomes_master(self, name: str, at: float, *routers: str, lost: bool = False) -> None:
        """Advert, VIP, gratuitous ARP, as keepalived does, and its log."""
        for router in routers or ROUTERS:
            place, vip = ROUTERS[router][0], VIPS[router]
            self.advert(name, router, at, lost=lost)
            self.enters(name, "MASTER", at + 0.0002, router)
            self.saw(name, at + 0.002, "added", interface=place, address=vip, uncertainty=0.005)
            if self.root:
                self.saw(name, at + 0.003, "neighbour", interface=place, address=vip)
            if self.root and not lost:
                self.saw(_other(name), at + 0.0031, "neighbour", interface=place, address=vip, own=False)

    def gives_up(self, name: str, at: float, *routers: str) -> None:
        for router in routers or ROUTERS:
            self.advert(name, router, at, priority=0)
            self.saw(name, at + 0.1, "removed", interface=ROUTERS[router][0], address=VIPS[router])

    def result(self, at: float) -> DrillResult:
        return self.recogniser.result(self.began + at)


def _other(name: str) -> str:
    return NAMES[1 - NAMES.index(name)]
