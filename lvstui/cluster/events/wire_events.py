"""Tell what was seen on the wire and of interfaces: adverts that are news, gratuitous ARP, links that go down and come up.

    the first advert of a sender, or after a silence      told by who hears it
    the last one before a silence                          told when the silence is as long as a BACKUP waits, with its own time
    priority 0, or another priority                        likewise by who hears it
    of none of the Directors                               a foreign router
    gratuitous ARP for a VIP                               told by who sends it, while packets are watched

What is heard first when a link begins is how things are. Not for: which instance is what (see `timeline`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lvstui.cluster.event_kind import EventKind
from lvstui.cluster.events.event_times import Clocks, EventTime
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.vrrp.adverts import Sender, patience
from lvstui.cluster.text import plain
from lvstui.cluster.view import Severity
from lvstui.director.protocol.sighting_messages import Sighting, Sightings

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR
_Sender = tuple[str, str, str, int]  # family, interface, source, VRID
_REMEMBERED = 1000  # senders; more than that are an attack, or a network of many pairs


class SeenEvent(NamedTuple):
    """Something that was seen."""

    when: EventTime
    severity: Severity
    director: str  # that saw it
    subject: str
    text: str
    kind: EventKind


class WireEvents:
    """Hold what was seen by all Directors so far."""

    def __init__(self, tell: Callable[[SeenEvent], None]) -> None:
        self._tell = tell
        self._last: dict[str, Sightings] = {}  # by Director
        self._priorities: dict[str, dict[_Sender, int]] = {}
        self._heard: dict[str, dict[_Sender, Sender]] = {}  # that advertise now

    def observe(self, clocks: Clocks, directors: Sequence[Director]) -> None:
        """Tell what one Director has seen since the last call."""
        director = clocks.director
        seen = director.sightings
        if seen is not None and seen is not self._last.get(director.name):
            self._last[director.name] = seen
            for one in seen.seen:
                self._sighted(clocks, one, directors)
        self._silences(clocks, directors)

    def _sighted(self, clocks: Clocks, one: Sighting, directors: Sequence[Director]) -> None:
        director = clocks.director
        if one.kind == "advert" and not one.own:
            self._advert(clocks, one, directors)
        elif one.kind == "neighbour" and one.own and director.instances.vips.get(one.address):
            text = f"announces {plain(one.address, 60)} by {_ANNOUNCES.get(one.family, 'gratuitous ARP')}"
            self._put(clocks, one, INFO, plain(one.address, 60), text, EventKind.VIP)
        elif one.kind in ("up", "down") and any(one.interface == each.key.interface for each in director.instances):
            name = plain(one.interface, 20)
            severity = ERROR if one.kind == "down" else INFO
            self._put(clocks, one, severity, name, f"interface {name} is {one.kind}", EventKind.INTERFACE)

    def _advert(self, clocks: Clocks, one: Sighting, directors: Sequence[Director]) -> None:
        priorities = self._priorities.setdefault(clocks.director.name, {})
        sender = (one.family, one.interface, one.source, one.vrid)
        before = priorities.pop(sender, None)
        priorities[sender] = one.priority
        while len(priorities) > _REMEMBERED:
            priorities.pop(next(iter(priorities)))
        hello = clocks.director.hello
        if hello is None or one.at - hello.at < patience(one.interval):
            return
        who, foreign = _name(one.source, directors)
        if one.priority == 0:
            severity, text = WARNING, f"{who} gives up VRID {one.vrid}: an advert with priority 0"
        elif foreign:
            severity, text = WARNING, f"a foreign router, {who}, advertises VRID {one.vrid}, priority {one.priority}"
        elif before in (None, 0, one.priority):
            severity, text = INFO, f"first advert of {who} for VRID {one.vrid}, priority {one.priority}"
        else:
            severity, text = INFO, f"{who} advertises VRID {one.vrid} with priority {one.priority}, before {before}"
        self._put(clocks, one, severity, f"VRID {one.vrid}", text, EventKind.ADVERT)

    def _silences(self, clocks: Clocks, directors: Sequence[Director]) -> None:
        """Tell the last advert of whom nothing is heard any more. Who gave up has told that itself."""
        director = clocks.director
        before, adverts = self._heard.get(director.name, {}), director.adverts
        now = {(one.family, one.interface, one.source, one.vrid): one for one in adverts.now(director.sampled)}
        self._heard[director.name] = now
        for one in [last for sender, last in before.items() if sender not in now]:
            last = next((each for each in adverts.senders((one.vrid, one.family)) if each[:3] == one[:3]), one)
            listening = adverts.listening(one.interface, one.family)
            if last.priority and listening is not None and listening.since <= last.last:
                who, _ = _name(one.source, directors)
                text = f"last advert of {who} for VRID {one.vrid}, priority {last.priority}"
                when, subject = clocks.by_monotonic(last.told), f"VRID {one.vrid}"
                self._tell(SeenEvent(when, WARNING, director.name, subject, text, EventKind.ADVERT))

    def _put(self, clocks: Clocks, one: Sighting, severity: Severity, subject: str, text: str, kind: EventKind) -> None:
        when = clocks.by_monotonic(one.at, early_s=one.uncertainty, late_s=one.uncertainty)
        self._tell(SeenEvent(when, severity, clocks.director.name, subject, text, kind))


_ANNOUNCES = {"inet": "gratuitous ARP", "inet6": "a neighbour advertisement"}


def _name(source: str, directors: Sequence[Director]) -> tuple[str, bool]:
    """Return how an operator calls who sends, and whether it is none of the Directors; while an address is not known, no."""
    for director in directors:
        if source in director.addresses:
            return director.name, False
    return plain(source, 60), all(director.addresses.known for director in directors)
