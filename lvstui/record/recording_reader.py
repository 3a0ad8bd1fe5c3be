"""Read a recording's file as far as it goes: while it is written, after its writer was killed, when it is cut or damaged.

Not for: how the file is made (see `recording_file`), nor what the lines of a chunk mean (see `recorded_entries`).
"""

from __future__ import annotations

import sqlite3
import stat
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import zstandard

from lvstui.cluster.views.recorded_range import Span
from lvstui.record.recording_file import (
    APPLICATION,
    PIECES,
    VERSION,
    Chunk,
    EventRow,
    RateRow,
    end_abandoned,
    is_abandoned,
    is_written,
)

_LONGEST_CHUNK = 256 * 1024 * 1024  # bytes that a stream may become
_SHORTEST = 512  # bytes of a database; SQLite takes anything shorter for a new one
_LONGEST_S = 330.0  # of a chunk whose writer runs: it begins another after five minutes at most
_USUAL_S = 60.0  # of a chunk
_UNREADABLE = (sqlite3.Error, ValueError, TypeError, OverflowError)  # what sqlite3 raises of a damaged file


class RecordingError(Exception):
    """A recording that cannot be read, and why."""


class RecordingReader:
    """A recording that is read, by anybody and while it is written."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises RecordingError."""
        self.path = path
        self.torn: str | None = None
        """Tell why not all of it can be read; None: nothing was found amiss yet."""
        _refuse_empty(path)
        abandoned = is_abandoned(path)
        self._database = _opened(path, whole=not abandoned and not is_written(path))
        try:
            self._refuse_other_versions()
            if abandoned:
                self._database.close()
                with suppress(sqlite3.Error, OSError):  # it cannot be written to, or somebody reads it
                    end_abandoned(path)
                self._database = _opened(path, whole=not is_abandoned(path))
            self.about = dict(self._database.execute("SELECT key, value FROM recording"))
            self.chunks = self._known_chunks()
        except _UNREADABLE as error:
            self._database.close()
            raise RecordingError(f"{path}: it cannot be read: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._database.close()

    def refresh(self) -> None:
        """Take in the chunks that were begun meanwhile. Raises RecordingError."""
        try:
            self.chunks = self._known_chunks()
        except _UNREADABLE as error:
            raise RecordingError(f"{self.path}: it cannot be read: {error}") from error

    @property
    def began(self) -> float | None:
        """Return the wall-clock time of the first entry; None: there is none."""
        return self.chunks[0].wall if self.chunks else None

    @property
    def ended(self) -> float | None:
        """Return the wall-clock time of the last entry that can be read; None: there is none."""
        found = (self.end_of(chunk) for chunk in reversed(self.chunks))
        return next((end for end in found if end is not None), None)

    def end_of(self, chunk: Chunk) -> float | None:
        """Return the wall-clock time of the last entry of a chunk; None: none can be read."""
        rows = list(self._rows("SELECT wall FROM piece WHERE id >= ? AND id < ? ORDER BY id", _pieces(chunk)))
        return rows[-1][0] if rows and type(rows[-1][0]) is float else None

    def spans(self) -> list[Span]:
        """Return the time that each chunk covers: up to the next one by the monotonic clock, the last one to its last entry.

        The machine's sleep, or what its clock was set on by, is in none of them; nor is how long its writer was stopped.
        """
        spans: list[Span] = []
        for chunk, after in pairwise(self.chunks):
            lasted = after.now - chunk.now
            spans.append(Span(chunk.wall, chunk.wall + (lasted if 0.0 <= lasted <= _LONGEST_S else _USUAL_S)))
        for chunk in self.chunks[-1:]:
            spans.append(Span(chunk.wall, max(chunk.wall, self.end_of(chunk) or chunk.wall)))
        return spans

    def chunk_at(self, wall: float) -> Chunk | None:
        """Return the chunk in which a moment lies; None: it is before the first."""
        return next((chunk for chunk in reversed(self.chunks) if chunk.wall <= wall), None)

    def lines(self, chunk: Chunk) -> Iterator[bytes]:
        """Give the lines of a chunk, up to where the file can be read."""
        stream = zstandard.ZstdDecompressor().decompressobj()
        rest, total = b"", 0
        query = "SELECT id, sum, data FROM piece WHERE id >= ? AND id < ? ORDER BY id"
        rows = list(
            self._rows(query, _pieces(chunk))
        )  # all at once: a reader that stays would let the writer's log grow
        for number, (id, told, packed) in enumerate(rows):
            if id != chunk.id * PIECES + number or type(packed) is not bytes or zlib.crc32(packed) != told:
                self.torn = f"a part of it is missing or damaged, in chunk {chunk.id}"
                return
            try:
                data = stream.decompress(packed)
            except zstandard.ZstdError as error:
                self.torn = f"chunk {chunk.id} is damaged: {error}"
                return
            total += len(data)
            if total > _LONGEST_CHUNK:
                self.torn = f"chunk {chunk.id} is longer than any that lvstui writes"
                return
            *whole, rest = (rest + data).split(b"\n")
            yield from whole

    def events(self, until_now: float | None = None, last: int | None = None) -> list[EventRow]:
        """Return the events, oldest first: those shown until a moment of the monotonic clock, the `last` so many."""
        query, values = "SELECT now, wall, data FROM event", []
        if until_now is not None:
            query, values = query + " WHERE now <= ?", [until_now]
        query += " ORDER BY id" if last is None else f" ORDER BY id DESC LIMIT {last:d}"
        found = [EventRow(*row) for row in self._rows(query, values) if list(map(type, row)) == [float, float, str]]
        return found if last is None else found[::-1]

    def events_after(self, now: float) -> list[EventRow]:
        """Return the events that were shown after a moment of the monotonic clock, oldest first."""
        rows = self._rows("SELECT now, wall, data FROM event WHERE now > ? ORDER BY id", (now,))
        return [EventRow(*row) for row in rows if list(map(type, row)) == [float, float, str]]

    def rates(self, after: float = float("-inf")) -> list[RateRow]:
        """Return the new connections per second after a moment of the monotonic clock, oldest first.

        There are none in a file that has none.
        """
        query = "SELECT now, wall, value FROM rate WHERE now > ? ORDER BY id"
        known = next(self._rows("SELECT 1 FROM sqlite_master WHERE name = 'rate'", ()), None)
        rows = self._rows(query, (after,)) if known is not None else iter(())
        return [RateRow(*row) for row in rows if list(map(type, row)) == [float, float, float]]

    def _rows(self, query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._database.execute(query, values)
        except _UNREADABLE as error:
            self.torn = str(error)

    def _known_chunks(self) -> list[Chunk]:
        chunks: list[Chunk] = []
        for row in self._rows("SELECT id, wall, now FROM chunk ORDER BY id", ()):
            if list(map(type, row)) != [int, float, float]:
                self.torn = "its list of chunks is damaged"
                break
            chunks.append(Chunk(*row))
        return chunks

    def _refuse_other_versions(self) -> None:
        (application,) = self._database.execute("PRAGMA application_id").fetchone()
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise RecordingError(f"{self.path}: it is a database, but no recording of lvstui")
        if version > VERSION:
            raise RecordingError(
                f"{self.path}: it has version {version} of the format, this lvstui reads up to {VERSION}: use a newer one"
            )


def _pieces(chunk: Chunk) -> tuple[int, int]:
    return chunk.id * PIECES, (chunk.id + 1) * PIECES


def _refuse_empty(path: Path) -> None:
    """Look at the size alone: to open and close a file would take from SQLite the locks that this process has on it."""
    try:
        status = path.stat()
    except OSError as error:
        raise RecordingError(f"{path}: it cannot be read: {error.strerror or error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise RecordingError(f"{path}: it is not a regular file")
    size = status.st_size
    if not size:
        raise RecordingError(f"{path}: it is empty")
    if size < _SHORTEST:
        raise RecordingError(f"{path}: it is no recording of lvstui")


def _opened(path: Path, *, whole: bool) -> sqlite3.Connection:
    """Open a file for reading alone: where its folder cannot be written to, too; and one that was cut, as far as it goes.

    `whole`: nobody writes it and nothing of it is beside it, so that SQLite need not make any file there. It refuses a file that
    is shorter than its header says, but for who says that the schema may be mended.
    """
    place = path.absolute().as_uri()
    error: Exception | None = None
    ways = (("mode=ro", ""), ("mode=ro&immutable=1", ""), ("mode=ro&immutable=1", "PRAGMA writable_schema=1"))
    for how, first in ways[whole:]:
        database: sqlite3.Connection | None = None
        try:
            database = sqlite3.connect(f"{place}?{how}", uri=True, isolation_level=None, check_same_thread=False)
            database.execute(first)
            database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            database.text_factory = _text
            return database
        except _UNREADABLE as failed:
            error = failed
            if database is not None:
                database.close()
    if "not a database" in str(error):
        raise RecordingError(f"{path}: it is no recording of lvstui")
    raise RecordingError(f"{path}: it cannot be read: {error}")


def _text(data: bytes) -> str:
    return data.decode(errors="replace")
