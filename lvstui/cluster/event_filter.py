"""Decide which events the operator wants to see: a line of words, read once, asked of each event.

    8083 check                  both words are in its subject, its source or its text
    severity:warning            that grave or graver; also sev:
    director:lb1 server:8081    its source is that Director; its subject has that real or virtual server
    !text                       all but those

Not for: which real servers are shown (see `filter`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lvstui.cluster.filter import BadFilter
from lvstui.cluster.flapping import BOTH
from lvstui.cluster.view import EventView, Severity

EventTest = Callable[[EventView], bool]
_GRAVITY = {severity: number for number, severity in enumerate(Severity)}


@dataclass(frozen=True)
class EventFilter:
    """The words of a filter, each as a test. Without any, every event is shown."""

    tests: tuple[EventTest, ...] = ()

    def shows(self, event: EventView) -> bool:
        """Return True if the event has all that the words ask for."""
        return all(test(event) for test in self.tests)


def parse_event_filter(text: str) -> EventFilter:
    """Read a filter. Raises BadFilter, which says what is wrong."""
    return EventFilter(tuple(_test(word) for word in text.casefold().split()))


def _test(word: str) -> EventTest:
    if word.startswith("!") and len(word) > 1:
        test = _test(word[1:])
        return lambda event: not test(event)
    key, colon, value = word.partition(":")
    if not colon or key not in _KEYS:  # an address has colons, too
        return lambda event: word in f"{event.source} {event.subject} {event.text}".casefold()
    if not value:
        raise BadFilter(f"{key}: needs a value, for example {key}:{_KEYS[key][0]}")
    return _KEYS[key][1](value)


def _severity(value: str) -> EventTest:
    found = [severity for severity in Severity if severity.startswith(value)]
    if len(found) != 1:
        raise BadFilter(f"no severity {value}: use {', '.join(Severity)}")
    least = _GRAVITY[found[0]]
    return lambda event: _GRAVITY[event.severity] >= least


def _director(value: str) -> EventTest:
    return lambda event: value in event.source.casefold() or (event.source == BOTH and value in event.text.casefold())


def _server(value: str) -> EventTest:
    return lambda event: value in event.subject.casefold()


_KEYS: dict[str, tuple[str, Callable[[str], EventTest]]] = {
    "severity": ("warning", _severity),
    "sev": ("warning", _severity),
    "director": ("director1", _director),
    "server": ("8081", _server),
}
