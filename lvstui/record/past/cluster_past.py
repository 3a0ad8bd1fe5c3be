"""Take all recordings of a cluster as one, while one of them may still be written.

Not for: what was on the screens at a moment (see `record.replay`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lvstui.cluster.views.recorded_range import EventMark, RatePoint, RecordedRange, Span
from lvstui.record.past.merged_events import RecordedEvent, events_of, once
from lvstui.record.recording_file import is_written
from lvstui.record.recording_reader import RecordingError, RecordingReader

GAP = 5.0  # seconds between two commits at most, of a busy machine


class _OpenFile:
    """A recording, and what was read of it."""

    def __init__(self, path: Path, number: int) -> None:
        self.reader = RecordingReader(path)
        self.span: Span | None = None
        self.events: list[RecordedEvent] = []
        self.rates: list[RatePoint] = []
        self._number = number
        self._written = True  # it may have grown since
        self._events_until = self._rates_until = float("-inf")

    def refresh(self) -> None:
        """Take in what was written since."""
        if not self._written:
            return
        self._written = is_written(self.reader.path)  # asked first: what is written until it ends is read
        self.reader.refresh()
        began, ended = self.reader.began, self.reader.ended
        self.span = None if began is None or ended is None else Span(began, ended)
        rows = self.reader.events_after(self._events_until)
        self._events_until = rows[-1].now if rows else self._events_until
        self.events += events_of(rows, self.reader.chunks, self._number)
        rates = self.reader.rates(self._rates_until)
        self._rates_until = rates[-1].now if rates else self._rates_until
        self.rates += [RatePoint(row.wall, row.value) for row in rates]


class ClusterPast:
    """All recordings of a cluster. Everything here reads files."""

    def __init__(self, paths: Callable[[], Sequence[Path]], own: Callable[[], Path | None] = lambda: None) -> None:
        """Open what `paths` gives. `own`: the file that this process writes, which knows best what its screens showed.

        Raises RecordingError when there is none that can be read.
        """
        self._paths = paths
        self._own = own
        self._files: dict[Path, _OpenFile] = {}
        self._opened = 0
        self._reason = "there is no recording yet"
        self.range = self.refresh()

    def close(self) -> None:
        """Let the files go."""
        for file in self._files.values():
            file.reader.close()

    def refresh(self) -> RecordedRange:
        """Take in what was recorded meanwhile. Return the whole range. Raises RecordingError where there is none."""
        there = self._paths()
        for path in self._files.keys() - set(there):
            self._files.pop(path).reader.close()
        for path in there:
            self._take_in(path)
        files = [(file, file.span) for file in self._files.values() if file.span is not None]
        if not files:
            raise RecordingError(self._reason)
        spans = [span for _, span in files]
        rates = sorted(point for file, span in files for point in file.rates if point.wall >= span.began)
        marks: list[EventMark] = []
        for one in once(one for file, _ in files for one in file.events):
            if any(
                span.began <= one.shown <= span.ended for span in spans
            ):  # others are from before it, or were dropped
                marks.append(EventMark(one.shown, one.event.severity))
        self.range = RecordedRange(together(spans), tuple(rates), tuple(sorted(marks, key=lambda mark: mark.wall)))
        return self.range

    def reader_at(self, wall: float) -> RecordingReader:
        """Return the recording in which a moment lies, or that is nearest to it; of several the one that knows most."""
        files = [(path, file.reader, file.span) for path, file in self._files.items() if file.span is not None]
        holding = [one for one in files if one[2].began <= wall <= one[2].ended + GAP]
        own = self._own()
        known = [one for one in holding if one[0] == own] or holding or files
        return min(known, key=lambda one: (_distance(one[2], wall), one[2].began))[1]  # open for longest: knows most

    def _take_in(self, path: Path) -> None:
        try:
            if path not in self._files:
                self._files[path] = _OpenFile(path, self._opened)
                self._opened += 1
            self._files[path].refresh()
        except RecordingError as error:  # it is empty still, damaged, or has just been dropped
            self._reason = str(error)


def together(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the times over which there is any of them, oldest first."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.began <= found[-1].ended + GAP:
            found[-1] = Span(found[-1].began, max(found[-1].ended, span.ended))
        else:
            found.append(span)
    return tuple(found)


def _distance(span: Span, wall: float) -> float:
    return max(span.began - wall, 0.0, wall - span.ended - GAP)
