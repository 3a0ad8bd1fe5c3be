"""Bring a cluster's state back to a moment of a recording: entries in at the recorded clock, a view out.

A moment is reached from the beginning of its chunk; a later moment of the same chunk, or of the next, from there. Sans-IO but for
the file that is read, which may still be written. Not for: who shows it (see `session.replay_session`).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from lvstui.cluster.events.timeline import KEPT_PAST, in_order
from lvstui.cluster.observed.files.installed import Installed
from lvstui.cluster.state import ClusterState
from lvstui.cluster.view import ClusterView, EventView
from lvstui.keepalived.parsing.cooperative import checkpoint
from lvstui.record.recorded_entries import Entry, EntryDecoder, EntryError
from lvstui.record.recorded_events import event_of
from lvstui.record.recorded_state import ReplayedState
from lvstui.record.recording_file import Chunk
from lvstui.record.recording_reader import RecordingError, RecordingReader

_SLACK = 0.000001  # seconds to which times are written


class Replay:
    """One recording, at a moment of it."""

    def __init__(self, reader: RecordingReader, wall: float | None = None) -> None:
        """Begin at a moment; None: at the first. Raises RecordingError when there is none."""
        self.reader = reader
        if reader.began is None:
            raise RecordingError(f"{reader.path}: it holds nothing yet")
        self.names: tuple[str, ...] = ()
        self.wall = self.now = 0.0
        """The moment that is shown."""
        self._chunk: Chunk | None = None
        self._read_until = 0.0  # as far as its chunk went when it was opened
        self._state = ReplayedState((), 0.0, 0.0)
        self._entries: Iterator[Entry] = iter(())
        self._next: Entry | None = None
        self._fed: Entry | None = None  # the last that the state was told
        self.listen: Callable[[Entry], None] | None = None  # told each entry, as the state is
        self.move(reader.began if wall is None else wall)

    @property
    def state(self) -> ReplayedState:
        """Return the state at the moment."""
        return self._state

    def move(self, wall: float) -> None:
        """Go to a moment; one before the first is the first, one after the last is what was last known, then.

        Raises RecordingError where nothing can be read.
        """
        with _uncollected():
            self._move(wall)

    def _move(self, wall: float) -> None:
        chunk = self.reader.chunk_at(wall) or self.reader.chunks[0]
        wall = max(wall, chunk.wall)
        if self._chunk is not None and chunk.id == self._chunk.id + 1 and chunk.wall >= self._chunk.wall:
            self._go_on(chunk)
        elif chunk != self._chunk or wall < self.wall or self._has_grown(wall):
            self._open(chunk)
        while self._next is not None and self._next.wall <= wall + _SLACK:
            self._feed(self._next)
            self._next = next(self._entries, None)
        self.wall, self.now = wall, wall - chunk.wall + chunk.now
        if self._fed is not None and abs(self._fed.wall - wall) <= _SLACK:
            self.now = self._fed.now  # the same moment: worked out from the other clock, it would be a little beside it
        self._state.at(self.now, wall)
        self._state.tick(self.now)

    def view(self) -> ClusterView:
        """Return all that was known at the moment, with the events as they were told then."""
        return replace(self._state.view(self.now, self.wall), events=self.events())

    def events(self) -> tuple[EventView, ...]:
        """Return the events that were on the screen at the moment."""
        rows = self.reader.events(self.now + _SLACK, KEPT_PAST)
        return in_order([event_of(row.data) for row in rows])

    def _open(self, chunk: Chunk) -> None:
        """Begin anew, with what the chunk begins with."""
        start = self._first(chunk)
        names, interval = start.value
        self.names = tuple(names)
        wall = chunk.wall - chunk.now + start.now
        self._state = ReplayedState(self.names, start.now, wall, interval=interval, earlier=self._state)
        self._take_keyframe(self._feed)

    def _go_on(self, chunk: Chunk) -> None:
        """Go on into the next chunk: what it begins with is known."""
        if self._has_grown(float("inf")):  # its end was not there yet
            self._open(chunk)
            return
        while self._next is not None:
            self._feed(self._next)
            self._next = next(self._entries, None)
        self._first(chunk)
        self._take_keyframe(lambda entry: None)

    def _first(self, chunk: Chunk) -> Entry:
        """Open a chunk. Return its first entry."""
        self._read_until = self.reader.end_of(chunk) or chunk.wall
        self._entries, self._chunk = self._read(chunk), chunk
        start = next(self._entries, None)
        if start is None or start.kind != "start":
            raise RecordingError(f"{self.reader.path}: {self.reader.torn or 'a chunk has no beginning'}")
        return start

    def _take_keyframe(self, take: Callable[[Entry], None]) -> None:
        for entry in self._entries:
            take(entry)
            if entry.kind == "memory":
                break
        self._next = next(self._entries, None)

    def _has_grown(self, wall: float) -> bool:
        """Return True if more of the chunk was written since it was opened, and a moment after that is asked for."""
        if self._chunk is None or wall <= self._read_until:
            return False
        return (self.reader.end_of(self._chunk) or 0.0) > self._read_until

    def _read(self, chunk: Chunk) -> Iterator[Entry]:
        try:
            decoder = EntryDecoder()
            for line in self.reader.lines(chunk):
                checkpoint()
                yield decoder.entry(line)
        except EntryError as error:
            self.reader.torn = str(error)

    def _feed(self, entry: Entry) -> None:
        """Tell the state what it was told."""
        act = _ACTS.get(entry.kind)
        if act is not None:
            self._state.at(entry.now, entry.wall)
            act(self._state, entry)
        self._fed = entry
        if self.listen is not None:
            self.listen(entry)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold Python's collector of cycles off: what is read holds none, and to look for them takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _failed(state: ClusterState, entry: Entry) -> None:
    reason, hint, permanent, retry_in = entry.value
    state.failed(entry.director, reason, hint, permanent=permanent, retry_in=retry_in, now=entry.now)


def _remember(state: ClusterState, entry: Entry) -> None:
    told: Any = entry.value
    files = () if told is None else tuple((path, digest) for path, digest in told[2])
    state.remember(entry.director, None if told is None else Installed(told[0], told[1], files))


def _recall(state: ClusterState, entry: Entry) -> None:
    state.view(entry.now, entry.wall)
    if entry.value:
        state.recall(entry.value)


_ACTS: dict[str, Callable[[ClusterState, Entry], object]] = {
    "message": lambda state, entry: state.receive(entry.director, entry.value, entry.now),
    "connecting": lambda state, entry: state.connecting(entry.director, entry.now, entry.value),
    "connected": lambda state, entry: state.connected(entry.director, entry.value, entry.now),
    "failed": _failed,
    "pace": lambda state, entry: state.pace(entry.value),
    "remember": _remember,
    "tick": lambda state, entry: state.tick(entry.now),
    "viewed": lambda state, entry: state.view(entry.now, entry.wall),
    "memory": _recall,
}
