"""Recordings of a cluster with nothing but their times and some events, as consoles that were open for so long have left them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from lvstui.cli.past import option_times, pair_recordings
from lvstui.cluster.view import EventView, Severity
from lvstui.record import recordings
from lvstui.record.recorded_events import event_text
from lvstui.record.recording_file import EventRow, RecordingWriter
from lvstui.settings import places
from tests.support.telling import NAMES

CLUSTER = "web-prod"
CHUNK_S = 60.0


def stop_clocks(monkeypatch: pytest.MonkeyPatch) -> float:
    """Let the commands take it for now, from here on; return it. Writing a recording takes long on a slow machine."""
    now = time.time()
    monkeypatch.setattr(pair_recordings, "time", SimpleNamespace(time=lambda: now))
    monkeypatch.setattr(option_times, "_present", lambda replay: datetime.fromtimestamp(now).astimezone())
    return now


def keep(
    began: float, ended: float, events: Mapping[float, str] | None = None, *, cluster: str = CLUSTER, process: int = 1
) -> Path:
    """Record a cluster from a moment to another, with an event of each text at its moment. Return the file."""
    path = recordings.new_path(places.recordings_folder(), cluster, began, process)
    length = ended - began
    chunks = [began + CHUNK_S * number for number in range(int(length // CHUNK_S) + (length % CHUNK_S > 0))]
    write(path, [(wall, wall - began, min(wall + CHUNK_S, ended)) for wall in chunks], events or {}, cluster)
    return path


def write(
    path: Path,
    chunks: Sequence[tuple[float, float, float]],
    events: Mapping[float, str] | None = None,
    cluster: str = CLUSTER,
) -> None:
    """Write a recording with chunks of which both clocks at the beginning, and the last entry's wall clock, are given."""
    writer = RecordingWriter(path, {"cluster": cluster, "directors": "\n".join(NAMES)})
    for number, (wall, now, ended) in enumerate(chunks):
        writer.begin_chunk(wall, now)
        rows = [_row(at, now + at - wall, text) for at, text in (events or {}).items() if number == _of(at, chunks)]
        writer.append(b"{}\n", ended, rows)
    writer.close()


def _of(at: float, chunks: Sequence[tuple[float, float, float]]) -> int:
    """Return the number of the chunk in which a moment lies."""
    return max(sum(wall <= at for wall, _, _ in chunks) - 1, 0)


def _row(at: float, now: float, text: str) -> EventRow:
    return EventRow(now, at, event_text(EventView(at, Severity.ERROR, NAMES[0], "", text), str))
