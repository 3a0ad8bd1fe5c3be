"""Measure the failovers of a recording: the same messages, with the clocks of then, and no network.

Each is looked for where the recording tells of an instance that changed its state; what lies between is passed over. Packets are
recorded only while a watch is armed: without one, less is known of each step.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lvstui.cluster.drill.drill_routers import file_timers
from lvstui.cluster.drill.recogniser import Recogniser
from lvstui.cluster.drill.result import DrillResult
from lvstui.cluster.event_kind import EventKind
from lvstui.record.recorded_entries import Entry
from lvstui.record.recorded_events import event_of
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.replay import Replay

BEFORE, AFTER = 15.0, 20.0  # seconds around a transition
_STEP = 0.25  # seconds between two looks at the view


def failovers(path: Path) -> list[DrillResult]:
    """Return a result for each failover of a recording, the oldest first. Raises RecordingError."""
    with RecordingReader(path) as reader:
        cluster = reader.about.get("cluster", path.name)
        found = [_measured(reader, begin, end, cluster) for begin, end in _stretches(reader)]
    return [one for one in found if one.failovers or one.failbacks]


def _stretches(reader: RecordingReader) -> Iterator[tuple[float, float]]:
    """Give the stretches of time in which something moved, those that touch as one."""
    if reader.began is None or reader.ended is None:
        return
    told = (event_of(row.data) for row in reader.events())
    moments = sorted(event.wall for event in told if event.kind is EventKind.VRRP)
    begin = end = None
    for at in moments:
        if end is not None and begin is not None and at - BEFORE > end:
            yield begin, end
            begin = None
        begin = max(reader.began, at - BEFORE) if begin is None else begin
        end = min(reader.ended, at + AFTER)
    if begin is not None and end is not None:
        yield begin, end


def _measured(reader: RecordingReader, begin: float, end: float, cluster: str) -> DrillResult:
    """Watch a stretch of the recording as if it happened now."""
    replay = Replay(reader, begin)
    recogniser = Recogniser(replay.names, replay.now, begin, cluster=cluster)

    def hear(entry: Entry) -> None:
        if entry.kind == "message":
            recogniser.receive(entry.director, entry.value, entry.now)
        elif entry.kind == "failed":
            recogniser.lose(entry.director, entry.now)

    for name in replay.names:
        recogniser.begin(replay.state.director(name))
    replay.listen = hear
    at = begin
    while at < end:
        _know(recogniser, replay)
        at = min(end, at + _STEP)
        replay.move(at)
    _know(recogniser, replay)
    return recogniser.result(replay.now)


def _know(recogniser: Recogniser, replay: Replay) -> None:
    recogniser.know(replay.state.view(replay.now, replay.wall), replay.now)
    known = {name: replay.state.director(name).loaded.configuration for name in replay.names}
    recogniser.know_timers(dict(file_timers(known)))
