"""Put events into text and read them back: those of a recording's table of events."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from lvstui.cluster.event_kind import EventClock, EventKind
from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import EventView, ServerTurn, Severity


def event_text(event: EventView, masked: Callable[[str], str]) -> str:
    """Return an event as it stands in the file, its texts without secrets."""
    targets = [[one.virtual_server, one.real_server] for one in event.targets]
    texts = event.source, masked(event.subject), masked(event.text)
    turn = None if event.turn is None else event.turn.value
    kind = None if event.kind is None else event.kind.value
    clock = None if event.clock is None else list(event.clock)
    told = [event.wall, event.severity.value, *texts, targets, event.names_subject, turn, kind, clock]
    return json.dumps(told, separators=(",", ":"))


def event_of(text: str) -> EventView:
    """Return the event of such a text. Raises ValueError."""
    try:
        wall, severity, source, subject, said, targets, names_subject, turn, *more = json.loads(text)
        kind, clock = more or (None, None)  # a file of version 1 has neither
        event = EventView(float(wall), Severity(severity), str(source), str(subject), str(said))
        known = None if turn is None else ServerTurn(turn)
        named = tuple(Target(*one) for one in targets)
        kind = None if kind is None else EventKind(kind)
        clock = None if clock is None else EventClock(*clock)
        return replace(event, targets=named, names_subject=bool(names_subject), turn=known, kind=kind, clock=clock)
    except TypeError as error:
        raise ValueError(f"an event that cannot be understood: {error}") from error
