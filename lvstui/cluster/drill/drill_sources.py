"""Take the facts of a drill out of one Director's messages. Messages in, facts out; nothing is concluded here.

Not for: what follows from them (see `takeovers`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_network
from itertools import islice
from typing import NamedTuple

from lvstui.cluster.drill.drill_facts import Fact, FactKind, StampClock
from lvstui.cluster.drill.milestones import MomentSource
from lvstui.cluster.observed import log_wording
from lvstui.cluster.observed.clock_offset import ClockOffset
from lvstui.cluster.observed.clock_tolerances import WHOLE_SECONDS
from lvstui.cluster.observed.director import Director
from lvstui.director.protocol.host_messages import Network
from lvstui.director.protocol.keepalived_messages import Keepalived, Log, LogLine
from lvstui.director.protocol.link_messages import Hello, Pong
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.director.protocol.sighting_messages import Sighting, Sightings
from lvstui.director.protocol.vrrp_messages import Advertiser, Adverts

_SIGHTED = {
    "advert": (FactKind.ADVERT, MomentSource.ADVERT),
    "neighbour": (FactKind.NEIGHBOUR, MomentSource.NEIGHBOUR),
    "added": (FactKind.VIP_ADDED, MomentSource.NETLINK),
    "removed": (FactKind.VIP_REMOVED, MomentSource.NETLINK),
    "up": (FactKind.LINK_UP, MomentSource.NETLINK),
    "down": (FactKind.LINK_DOWN, MomentSource.NETLINK),
    "ended": (FactKind.PROCESS_ENDED, MomentSource.PROCESS),
    "began": (FactKind.PROCESS_BEGAN, MomentSource.PROCESS),
}
_JOURNAL = 0.001  # seconds between what happened and journald's stamp of the line that says so
_KEPT_LASTS_S = 120.0  # seconds for which last adverts are kept, but those before a failover
_MOST_LASTS = 20_000
_KEPT_LINES = 500


class LastAdvert(NamedTuple):
    """The last advert of a sender that a Director had seen at some moment: not every advert is told of, but these are."""

    director: str  # that has seen it
    sender: str
    interface: str
    family: str
    vrid: int
    fact: Fact


class DirectorSource:
    """One Director's messages. `whose` tells which Director has an address, and "" of a stranger."""

    def __init__(self, name: str, whose: Callable[[str, str], str]) -> None:
        self.name = name
        self.clock = ClockOffset()
        self.addresses: set[str] = set()
        self.networks: set[str] = set()  # that it stands in, with their prefixes
        self.lasts: deque[LastAdvert] = deque(maxlen=_MOST_LASTS)
        self.around: deque[LastAdvert] = deque(maxlen=_MOST_LASTS)  # before failovers that have settled, which stay
        self.told_lasts = 0  # how many there were, with those that are not kept any more
        self._kept_for_good = 0  # of these
        self.hello: Hello | None = None
        self.version = ""
        self.log_source: str | None = None  # None: nothing is known of a log; "": there is none
        self.coarse_log = False
        self.adverts_error: str | None = None
        self.packets_error: str | None = None
        self.watched: tuple[str, ...] = ()
        self.lost = 0
        self.heard_at: float | None = None  # the last message, by the console's monotonic clock
        self.linked = False
        self._whose = whose
        self._running: tuple[bool, int] | None = None
        self._lines: deque[LogLine] = deque(maxlen=_KEPT_LINES)

    def begin(self, known: Director) -> None:
        """Take in what was known of the Director before the drill began."""
        self.hello, self.linked, self.heard_at = known.hello, known.link.up, known.link.heard
        self.clock.recall(known.clock.memory())
        self.adverts_error = known.adverts.error
        if known.network is not None:
            self._network(known.network)
        if known.keepalived is not None:
            self.version = known.keepalived.version
            self._running = (known.keepalived.running, known.keepalived.pid)
        if known.log is not None:
            self.log_source = known.log.source if known.log.error is None else ""
            self._lines.extend(known.log_tail.lines)

    def receive(self, message: FromAgent, now: float) -> list[Fact]:
        """Return the facts of a message, received at `now`."""
        facts = [] if self.linked else [self._of_link(FactKind.LINK_FOUND, now)]
        self.linked, self.heard_at = True, now
        if isinstance(message, Hello):
            self.hello, self.clock = message, ClockOffset()  # what came before keeps its own
        elif isinstance(message, Pong):
            self.clock.receive(message, now)
        elif isinstance(message, Sightings):
            facts += self._sightings(message, now)
        elif isinstance(message, Adverts):
            self.adverts_error = message.error
            self._last(message.heard, now, own=False)
        elif isinstance(message, Network):
            self._network(message)
        elif isinstance(message, Log):
            facts += self._log(message, now)
        elif isinstance(message, Keepalived):
            facts += self._keepalived(message, now)
        return facts

    def lose(self, now: float) -> list[Fact]:
        """Take in that the link is gone. Return the facts."""
        if not self.linked:
            return []
        self.linked = False
        return [self._of_link(FactKind.LINK_LOST, self.heard_at or now)]

    def _of_link(self, kind: FactKind, now: float) -> Fact:
        return Fact(kind, self.name, now, StampClock.CONSOLE, 1.0, MomentSource.LINK, now)

    def _sightings(self, message: Sightings, now: float) -> Iterator[Fact]:
        self.packets_error, self.watched, self.lost = message.error, message.watched, message.lost
        self._last(message.sent, now, own=True)
        for one in message.seen:
            if one.kind in ("advert", "last"):
                fact = self._sighting(one, now)
                self._keep(LastAdvert(self.name, fact.sender, one.interface, one.family, one.vrid, fact))
            if one.kind in _SIGHTED:
                yield self._sighting(one, now)

    def _sighting(self, one: Sighting, now: float) -> Fact:
        kind, source = _SIGHTED.get(one.kind, _SIGHTED["advert"])
        return Fact(
            kind,
            self.name,
            one.at,
            StampClock.MONOTONIC,
            one.uncertainty,
            source,
            now,
            self.clock,
            interface=one.interface,
            family=one.family,
            vrid=one.vrid,
            sender=self.name if one.own else self._sender(one),
            priority=one.priority,
            version=one.version,
            interval=one.interval,
            address=one.address,
        )

    def _sender(self, one: Sighting) -> str:
        return self._whose(self.name, one.source) if one.kind in ("advert", "last") else ""

    def _last(self, told: tuple[Advertiser, ...], now: float, *, own: bool) -> None:
        """Keep when each was heard last. Those who were not heard again since are known already."""
        known = {(one.sender, one.interface, one.family, one.vrid): one.fact.stamp for one in self.lasts}
        for one in told:
            sender = self.name if own else self._whose(self.name, one.source)
            place = (one.interface, one.family, one.vrid)
            if known.get((sender, *place)) == one.last:
                continue
            fact = Fact(
                FactKind.ADVERT,
                self.name,
                one.last,
                StampClock.MONOTONIC,
                0.001,
                MomentSource.ADVERT,
                now,
                self.clock,
                *place,
                sender,
                one.priority,
                one.version,
                one.interval,
            )
            self._keep(LastAdvert(self.name, sender, *place, fact))

    def keep_lasts(self) -> None:
        """Keep for good the last adverts of the minutes until now."""
        self.around.extend(self._new_lasts())
        self._kept_for_good = self.told_lasts

    def all_lasts(self) -> Iterator[LastAdvert]:
        """Give the last adverts that are kept, each once, in the order in which they were told."""
        yield from self.around
        yield from self._new_lasts()

    def _new_lasts(self) -> Iterator[LastAdvert]:
        new = self.told_lasts - self._kept_for_good
        return islice(self.lasts, max(0, len(self.lasts) - new), None)

    def _keep(self, one: LastAdvert) -> None:
        while self.lasts and one.fact.received - self.lasts[0].fact.received > _KEPT_LASTS_S:
            self.lasts.popleft()
        self.lasts.append(one)
        self.told_lasts += 1

    def _network(self, message: Network) -> None:
        for one in message.addresses:
            self.addresses.add(one.address)
            if 0 < one.prefix < (128 if ":" in one.address else 32) and not one.address.startswith(("127.", "fe80")):
                self.networks.add(str(ip_network(f"{one.address}/{one.prefix}", strict=False)))

    def _log(self, message: Log, now: float) -> Iterator[Fact]:
        self.log_source = message.source if message.error is None else ""
        for line in message.lines:
            if message.history and line in self._lines:
                continue
            self._lines.append(line)
            coarse = message.source != "journald" and line.wall == int(line.wall)
            self.coarse_log = self.coarse_log or coarse
            uncertainty = WHOLE_SECONDS / 2 if coarse else _JOURNAL
            fact = self._line(line, line.wall + (uncertainty if coarse else 0.0), uncertainty, now)
            if fact is not None:
                yield replace(fact, history=message.history)

    def _line(self, line: LogLine, wall: float, uncertainty: float, now: float) -> Fact | None:
        said = log_wording.fact(line.text)
        if isinstance(said, log_wording.Entered):
            kind, instance, state = FactKind.ENTERED, said.instance, said.state
        elif (noticed := log_wording.silence_noticed(line.text)) is not None:
            kind, instance, state = FactKind.SILENCE, noticed, ""
        elif log_wording.reads_files(line.text) and not log_wording.starts(line.text):
            kind, instance, state = FactKind.RELOADED, "", ""
        elif log_wording.reload_ends(line.text):
            kind, instance, state = FactKind.LOADED, "", ""
        else:
            return None
        first = log_wording.begins_with_it(line.text)
        told = Fact(kind, self.name, wall, StampClock.WALL, uncertainty, MomentSource.LOG, now, self.clock)
        return replace(told, instance=instance, state=state, first=first)

    def _keepalived(self, message: Keepalived, now: float) -> Iterator[Fact]:
        self.version = message.version or self.version
        if message.error is not None:
            return
        before, self._running = self._running, (message.running, message.pid)
        if before is None or before == self._running:
            return
        if before[0]:
            yield self._process(FactKind.PROCESS_ENDED, message.at, StampClock.MONOTONIC, 1.0, now)
        if message.running:
            yield self._process(FactKind.PROCESS_BEGAN, message.started, StampClock.WALL, 0.02, now)

    def _process(self, kind: FactKind, stamp: float, scale: StampClock, uncertainty: float, now: float) -> Fact:
        return Fact(kind, self.name, stamp, scale, uncertainty, MomentSource.PROCESS, now, self.clock)
