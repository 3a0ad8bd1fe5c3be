"""Find the recordings of a cluster, and delete old ones: a file for each console that recorded it, all in one folder.

A name is the cluster's, when it began (UTC) and the process: two consoles never write into one file. What is read of a cluster is
put together of all of its files. Not for: what stands in a file (see `recording_file`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from lvstui.record.recording_file import RecordingWriter, is_written
from lvstui.record.recording_reader import RecordingError, RecordingReader

SUFFIX = ".lvsrec"
_BESIDE = ("-wal", "-shm", "-lock")  # SQLite's own files, and ours


class Recorded(NamedTuple):
    """A recording as it lies in the folder."""

    path: Path
    cluster: str
    directors: tuple[str, ...]
    began: float  # wall clock
    ended: float
    size: int  # bytes, with SQLite's log


def new_path(folder: Path, cluster: str, wall: float, process: int) -> Path:
    """Return the path of a recording that begins now."""
    began = datetime.fromtimestamp(wall, UTC)
    stem = f"{quote(cluster, safe=' ')}.{began:%Y%m%dT%H%M%S}.{process}"
    path, number = folder / f"{stem}{SUFFIX}", 1
    while path.exists():
        path, number = folder / f"{stem}-{number}{SUFFIX}", number + 1
    return path


def cluster_of(path: Path) -> str:
    """Return the cluster whose recording a file is, by its name."""
    return unquote(path.name.removesuffix(SUFFIX).rsplit(".", 2)[0])


def paths(folder: Path, cluster: str | None = None) -> list[Path]:
    """Return the files of a cluster, or of all, by their names: of each cluster the oldest first."""
    found = sorted(folder.glob(f"*{SUFFIX}"))
    return [path for path in found if cluster is None or cluster_of(path) == cluster]


def size(path: Path) -> int:
    """Return the bytes of a recording, with what lies beside it; 0 when it is gone."""
    total = 0
    for place in (path, *(path.with_name(path.name + end) for end in _BESIDE)):
        try:
            total += place.stat().st_size
        except FileNotFoundError:
            pass  # there is no log of it, or another console has just dropped it
    return total


def look(path: Path) -> Recorded:
    """Return what a recording is, and which time it covers. Raises RecordingError."""
    with RecordingReader(path) as reader:
        if reader.began is None or reader.ended is None:
            raise RecordingError(f"{path}: it holds nothing yet")
        directors = tuple(reader.about.get("directors", "").split("\n"))
        cluster = reader.about.get("cluster", cluster_of(path))
        return Recorded(path, cluster, directors, reader.began, reader.ended, size(path))


def found(folder: Path, cluster: str | None = None) -> Iterator[Recorded | RecordingError]:
    """Give the recordings of a cluster, or of all; of one that cannot be read, why."""
    for path in paths(folder, cluster):
        try:
            yield look(path)
        except RecordingError as error:
            yield error


def forget(folder: Path, cluster: str, mine: RecordingWriter, before: float, most: float) -> int:
    """Remove the cluster's files that end before a moment, then the oldest while all are too much. Return the others' bytes.

    A file that is still written is let be.
    """
    others = [path for path in paths(folder, cluster) if path != mine.path]
    sizes = {path: size(path) for path in others}
    for path in others:
        too_much = mine.size + sum(sizes.values()) > most
        if (too_much or _touched(path) < before) and not is_written(path):
            remove(path)
            sizes[path] = 0
    return sum(sizes.values())


def remove(path: Path) -> None:
    """Remove a recording, with what lies beside it. Raises OSError."""
    for place in (path, *(path.with_name(path.name + end) for end in _BESIDE)):
        place.unlink(missing_ok=True)


def _touched(path: Path) -> float:
    """Return when it was last written; never, when it is gone."""
    times = []
    for place in (path, path.with_name(path.name + "-wal")):
        try:
            times.append(os.stat(place).st_mtime)
        except FileNotFoundError:
            pass  # there is no log of it
    return max(times, default=float("inf"))
