"""Write entries into a recording, chunk by chunk: mask them, keep what the next chunk begins with, drop the oldest.

Runs in a worker, one call after the other. Not for: when it is called (see `recorder`).
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from lvstui.cluster.view import EventView
from lvstui.record import recordings
from lvstui.record.keyframe import Keyframe
from lvstui.record.masking import Masking
from lvstui.record.recorded_entries import Entry, EntryEncoder
from lvstui.record.recorded_events import event_text
from lvstui.record.recording_file import EventRow, RateRow, RecordingWriter


@dataclass(frozen=True)
class RecordingLimits:
    """Limit how much is kept of one cluster, over all of its files."""

    seconds: float = 24 * 3600.0
    bytes: float = 200e6


class Batch(NamedTuple):
    """Hold what is written at once."""

    now: float
    wall: float
    entries: Sequence[Entry]
    events: Sequence[tuple[float, EventView]]  # with when each was first shown
    memory: object  # of the cluster's state, where a chunk is to begin; None: none is
    rates: Sequence[RateRow] = ()


class ChunkWriter:
    """The writer of one recording. `write` may raise OSError or sqlite3.Error; the next chunk is then in a new file."""

    def __init__(
        self,
        folder: Path,
        cluster: str,
        names: Sequence[str],
        interval: float,
        limits: RecordingLimits = RecordingLimits(),  # frozen
        make: Callable[..., RecordingWriter] = RecordingWriter,
    ) -> None:
        self._folder = folder
        self._about = {"cluster": cluster, "directors": "\n".join(names)}
        self._keyframe = Keyframe(tuple(names), interval)
        self._limits = limits
        self._masking = Masking()
        self._make = make
        self._file: RecordingWriter | None = None
        self._encoder = EntryEncoder()  # of the chunk that is written
        self._lock = threading.Lock()  # the last write may begin while one whose task was cancelled still runs

    @property
    def path(self) -> Path | None:
        """Return the file that is written; None: there is none now."""
        return None if self._file is None else self._file.path

    def write(self, batch: Batch) -> None:
        """Write what came, and begin a chunk where one is to begin."""
        with self._lock:
            self._write(batch)

    def _write(self, batch: Batch) -> None:
        masked = [self._masked(entry) for entry in batch.entries]
        for entry in masked:
            self._keyframe.note(entry)
        events = [EventRow(now, one.wall, event_text(one, self._masking.text)) for now, one in batch.events]
        try:
            if self._file is not None and (masked or events):
                self._file.append(b"".join(map(self._encoder.line, masked)), batch.wall, events, batch.rates)
                events = []
            if batch.memory is not None:
                self._begin(batch, events)
        except (OSError, sqlite3.Error):
            self._let_go()
            raise

    def close(self) -> None:
        """End the file. Raises OSError or sqlite3.Error."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _begin(self, batch: Batch, events: Sequence[EventRow]) -> None:
        if self._file is None:
            path = recordings.new_path(self._folder, self._about["cluster"], batch.wall, os.getpid())
            self._file = self._make(path, self._about)
        self._file.begin_chunk(batch.wall, batch.now)
        memory = Entry("memory", batch.now, batch.wall, "", self._masking.value(batch.memory))
        self._encoder = EntryEncoder()
        lines = [self._encoder.line(entry) for entry in (*self._keyframe.entries(batch.now, batch.wall), memory)]
        self._file.append(b"".join(lines), batch.wall, events)
        self._forget(self._file, batch.wall)

    def _forget(self, file: RecordingWriter, wall: float) -> None:
        """Drop what is too old or too much: of files of others first, then our own oldest chunks."""
        others = recordings.forget(
            self._folder, self._about["cluster"], file, wall - self._limits.seconds, self._limits.bytes
        )
        for chunk, after in pairwise(file.chunks):
            if after.wall >= wall - self._limits.seconds and file.size + others <= self._limits.bytes:
                break
            file.drop(chunk)

    def _masked(self, entry: Entry) -> Entry:
        if entry.kind == "message":
            return entry._replace(value=self._masking.message(entry.director, entry.value))
        if entry.kind == "remember" and entry.value is not None:
            pid, started, files = entry.value
            return entry._replace(value=[pid, started, [[path, self._masking.digest(sha)] for path, sha in files]])
        return entry._replace(value=self._masking.value(entry.value))

    def _let_go(self) -> None:
        try:
            self._end()
        except (OSError, sqlite3.Error):
            pass  # it is the file that has just failed
