"""Copy a range of a recording into a file of its own, and take a file into the folder of recordings.

Not for: taking names out of it (see `anonymous_copy`).
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from lvstui.record import recordings
from lvstui.record.recording_file import Chunk, EventRow, RateRow, RecordingWriter
from lvstui.record.recording_reader import RecordingError, RecordingReader


class ChosenChunk(NamedTuple):
    """A chunk that is copied, with what was told and measured while it was written."""

    chunk: Chunk
    events: list[EventRow]
    rates: list[RateRow]


def export(source: Path, target: Path, since: float | None = None, until: float | None = None) -> int:
    """Copy the chunks that touch a range. Return how many. Raises RecordingError, OSError or sqlite3.Error."""
    with RecordingReader(source) as reader:
        chosen = chosen_chunks(reader, since, until)
        about = {key: value for key, value in reader.about.items() if key != "version"}
        writer = RecordingWriter(target, about)
        try:
            for chunk, events, rates in chosen:
                writer.begin_chunk(chunk.wall, chunk.now)
                data = b"".join(line + b"\n" for line in reader.lines(chunk))
                writer.append(data, reader.end_of(chunk) or chunk.wall, events, rates)
        finally:
            writer.close()
        return len(chosen)


def chosen_chunks(reader: RecordingReader, since: float | None, until: float | None) -> list[ChosenChunk]:
    """Return the chunks that touch a range. Raises RecordingError where there is none."""
    chosen = [
        chunk
        for chunk, span in zip(reader.chunks, reader.spans(), strict=True)
        if (since is None or span.ended > since) and (until is None or span.began <= until)
    ]
    if not chosen:
        raise RecordingError(f"{reader.path}: nothing was recorded in that range")
    events, rates = reader.events(), reader.rates()
    later = [chunk.now for chunk in reader.chunks if chunk.id > chosen[-1].id]
    bounds = [float("-inf"), *(chunk.now for chunk in chosen[1:]), min(later, default=float("inf"))]
    return [
        ChosenChunk(
            chunk,
            [row for row in events if first <= row.now < after],  # what the screen had from before the range, too
            [row for row in rates if max(first, chunk.now) <= row.now < after],
        )
        for chunk, (first, after) in zip(chosen, pairwise(bounds), strict=True)
    ]


def take_in(source: Path, folder: Path, cluster: str | None, process: int) -> Path:
    """Copy a whole recording into the folder, of a cluster of that name; None: its own. Return where. Raises as `export`."""
    known = recordings.look(source)
    path = recordings.new_path(folder, cluster or known.cluster, known.began, process)
    export(source, path)
    return path
