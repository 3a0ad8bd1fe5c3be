"""Put the events of several recordings of one cluster together: what two consoles have told is there once.

Not for: which files they are (see `cluster_past`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lvstui.cluster.view import EventView
from lvstui.record.recorded_events import event_of
from lvstui.record.recording_file import Chunk, EventRow

_TOGETHER = 2.0  # seconds within which two consoles tell of the same


class RecordedEvent(NamedTuple):
    """An event of one of several files."""

    shown: float  # wall-clock time at which it was first on the screen
    file: int  # its number
    event: EventView


def events_of(rows: Iterable[EventRow], chunks: Sequence[Chunk], file: int) -> Iterator[RecordedEvent]:
    """Give the events of a file that begins with such chunks; what is damaged is left out."""
    for row in rows:
        try:
            event = event_of(row.data)
        except ValueError:
            continue  # the others are read
        chunk = next((one for one in reversed(chunks) if one.now <= row.now), None)
        yield RecordedEvent(row.wall if chunk is None else row.now - chunk.now + chunk.wall, file, event)


def once(events: Iterable[RecordedEvent]) -> Iterator[RecordedEvent]:
    """Give each event once, in the order in which they happened, of whichever file it came first."""
    seen: dict[tuple[str, str, str], tuple[float, int]] = {}
    for one in sorted(events, key=lambda one: (one.event.wall, one.file)):
        event = one.event
        key = (event.source, event.subject, event.text)
        before, first = seen.get(key, (float("-inf"), one.file))
        if one.file != first and event.wall - before <= _TOGETHER:
            continue
        seen[key] = (event.wall, one.file)
        yield one
