"""Keep one recording in one file: SQLite, in which each chunk is a zstd stream that is flushed at every commit.

    recording   key and value: the version, the cluster, its Directors
    chunk       number, and both clocks when it began
    piece       what was committed at once: the next bytes of its chunk's stream, until when it reaches, and a checksum; all of
                a chunk that is over
    event       what the console told, for who looks for events alone
    rate        new connections per second on all Directors together, for who draws the whole range

A chunk can be read without any other. A process that is killed loses what was not yet committed. A file that is torn or
damaged is read up to there; one that is foreign, empty or of a newer version is refused with the reason.
See docs/decisions/0015.
Not for: reading it (see `recording_reader`), nor what the lines of a chunk mean (see `recorded_entries`).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import zstandard

VERSION = 2
APPLICATION = 0x6C767374  # "lvst", in the header of the file
_LEVEL = 6
PIECES = 100_000  # of one chunk at most: its number and the piece's are one key
_SCHEMA = """
CREATE TABLE recording (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE chunk (id INTEGER PRIMARY KEY, wall REAL NOT NULL, now REAL NOT NULL);
CREATE TABLE piece (id INTEGER PRIMARY KEY, wall REAL NOT NULL, sum INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE event (id INTEGER PRIMARY KEY, now REAL NOT NULL, wall REAL NOT NULL, data TEXT NOT NULL);
CREATE TABLE rate (id INTEGER PRIMARY KEY, now REAL NOT NULL, wall REAL NOT NULL, value REAL NOT NULL);
"""


class Chunk(NamedTuple):
    """A part of a recording that can be read without any other."""

    id: int
    wall: float  # when it began
    now: float  # likewise, by the monotonic clock of the console that wrote it


class EventRow(NamedTuple):
    """An event as it stands in the file."""

    now: float  # when it was first shown
    wall: float  # when it happened
    data: str


class RateRow(NamedTuple):
    """New connections per second over some seconds, on all Directors together."""

    now: float  # the end of these seconds
    wall: float
    value: float


class RecordingWriter:
    """A new file, and the only one who writes it. Every method may raise OSError or sqlite3.Error."""

    def __init__(self, path: Path, about: Mapping[str, str]) -> None:
        """Create the file; `about` says whose recording it is."""
        self.path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as failed:  # on a full disk it is tried again every minute: nothing of an attempt may stay
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            failed.callback(_remove, path)
            self._lock = os.open(lock_of(path), os.O_CREAT | os.O_RDWR, 0o600)
            failed.callback(os.close, self._lock)
            failed.callback(lock_of(path).unlink, missing_ok=True)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            failed.callback(self._database.close)
            self._begin(about)
            failed.pop_all()
        self._stream = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        self._chunk = self._piece = 0
        self._written: list[bytes] = []  # of the chunk so far, not packed
        self._ended = 0.0  # by the wall clock, as far as it is written

    def _begin(self, about: Mapping[str, str]) -> None:
        """Write what stands in the file before its first chunk."""
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(f"PRAGMA application_id={APPLICATION}")
        self._database.execute(f"PRAGMA user_version={VERSION}")
        self._database.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        rows = [("version", str(VERSION)), *about.items()]
        self._database.executemany("INSERT INTO recording VALUES (?, ?)", rows)

    def begin_chunk(self, wall: float, now: float) -> None:
        """Let what is appended from now on be a chunk of its own. The one before is packed anew, as one piece: it takes less."""
        with self._transaction():
            self._merge()
            self._database.execute("INSERT INTO chunk VALUES (?, ?, ?)", (self._chunk + 1, wall, now))
        self._stream = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        self._chunk, self._piece, self._written = self._chunk + 1, 0, []

    def append(self, data: bytes, wall: float, events: Sequence[EventRow] = (), rates: Sequence[RateRow] = ()) -> None:
        """Commit the next bytes of the chunk, which reach until `wall`, and the events and rates with them."""
        packed = self._stream.compress(data) + self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        with self._transaction():
            self._insert(self._piece, wall, packed)
            self._database.executemany("INSERT INTO event (now, wall, data) VALUES (?, ?, ?)", events)
            self._database.executemany("INSERT INTO rate (now, wall, value) VALUES (?, ?, ?)", rates)
        self._piece, self._ended = self._piece + 1, wall
        self._written.append(data)

    def _merge(self) -> None:
        """Put one piece in the place of those of the chunk."""
        if self._piece > 1:
            low, high = self._chunk * PIECES, (self._chunk + 1) * PIECES
            self._database.execute("DELETE FROM piece WHERE id >= ? AND id < ?", (low, high))
            self._insert(0, self._ended, zstandard.compress(b"".join(self._written), _LEVEL))

    def _insert(self, piece: int, wall: float, packed: bytes) -> None:
        row = (self._chunk * PIECES + piece, wall, zlib.crc32(packed), packed)
        self._database.execute("INSERT INTO piece VALUES (?, ?, ?, ?)", row)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN")
        try:
            yield
            self._database.execute("COMMIT")
        except sqlite3.Error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    @property
    def size(self) -> int:
        """Return the bytes that are in use; those of chunks that were dropped are used again."""
        pages, free, size = (
            self._database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    @property
    def chunks(self) -> list[Chunk]:
        """Return the chunks, oldest first; the last is being written."""
        return [Chunk(*row) for row in self._database.execute("SELECT id, wall, now FROM chunk ORDER BY id")]

    def drop(self, chunk: Chunk) -> None:
        """Forget the oldest chunk, and the events and rates from before the next one."""
        low, high = chunk.id * PIECES, (chunk.id + 1) * PIECES
        with self._transaction():
            self._database.execute("DELETE FROM piece WHERE id >= ? AND id < ?", (low, high))
            self._database.execute("DELETE FROM chunk WHERE id = ?", (chunk.id,))
            for table in ("event", "rate"):
                self._database.execute(f"DELETE FROM {table} WHERE now < (SELECT min(now) FROM chunk)")

    def close(self) -> None:
        """End the file: what is in its log is put into the file itself, and who reads it later needs none beside it."""
        try:
            self._database.execute("PRAGMA busy_timeout=0")
            self._database.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            pass  # somebody reads it now: it stays as it is
        self._database.close()
        lock_of(self.path).unlink(missing_ok=True)
        os.close(self._lock)


def _remove(path: Path) -> None:
    """Remove the file and what SQLite has left beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def lock_of(path: Path) -> Path:
    """Return the file beside a recording that is locked by who writes it."""
    return path.with_name(path.name + "-lock")


def is_written(path: Path) -> bool:
    """Return True if a process has the recording open to write it."""
    try:
        lock = os.open(lock_of(path), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def is_abandoned(path: Path) -> bool:
    """Return True if the writer of a recording was killed, and what it has left beside the file belongs to it."""
    log = path.with_name(path.name + "-wal")
    return not is_written(path) and (lock_of(path).exists() or (log.exists() and log.stat().st_size > 0))


def end_abandoned(path: Path) -> None:
    """Put into a recording what its writer has left beside it. Raises OSError or sqlite3.Error, and leaves it as it is then."""
    lock = os.open(lock_of(path), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of all who read it, one does this
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
        try:
            database.execute("PRAGMA busy_timeout=0")
            database.execute("PRAGMA journal_mode=DELETE")
        finally:
            database.close()
        lock_of(path).unlink(missing_ok=True)
    finally:
        os.close(lock)
