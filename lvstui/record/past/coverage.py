"""Tell which times the recordings of a cluster cover, which parts of a range they lack, and which of them has most of it.

Not for: what was at a moment (see `record.replay`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lvstui.cluster.views.recorded_range import RecordedRange, Span
from lvstui.record.past.cluster_past import GAP, together
from lvstui.record.recording_reader import RecordingError, RecordingReader

_WRITTEN_S = 1.0  # to which an operator writes a moment, and reads when a recording began


class NotRecorded(RecordingError):
    """A moment or a range of which there is no recording."""


@dataclass(frozen=True, kw_only=True)
class Coverage(RecordedRange):
    """A recording, and the times that it covers."""

    path: Path

    def has(self, wall: float) -> bool:
        """Return True if it shows what was at a moment; as an operator writes one, and up to the commit that was due."""
        return any(span.began - _WRITTEN_S < wall <= span.ended + GAP for span in self.spans)


def covered(path: Path) -> Coverage:
    """Return what a file covers. Raises RecordingError."""
    with RecordingReader(path) as reader:
        if reader.ended is None:
            raise RecordingError(f"{path}: it holds nothing yet")
        return Coverage(path=path, spans=together(reader.spans()))


def within(spans: Iterable[Span], asked: Span) -> list[Span]:
    """Return the parts of a range that spans cover."""
    touching = [span for span in spans if span.began <= asked.ended and span.ended >= asked.began]
    return [Span(max(span.began, asked.began), min(span.ended, asked.ended)) for span in touching]


def lacking(known: Iterable[Coverage], asked: Span) -> list[Span]:
    """Return the parts of a range that no recording covers, oldest first."""
    found, reached = list[Span](), asked.began
    for span in (*within(together(span for one in known for span in one.spans), asked), Span(asked.ended, asked.ended)):
        if span.began - reached > GAP:
            found.append(Span(reached, span.began))
        reached = max(reached, span.ended)
    return found


def fullest(known: Sequence[Coverage], since: float | None, until: float) -> Coverage:
    """Return the recording that has most of a range; `since` None: the one that goes on for longest, up to `until`.

    Of those that have as much, it is the one that was open for longest, which knows most. There is one at least.
    """

    def has(one: Coverage) -> float:
        if since is None:
            return min(one.ended, until)
        return sum(span.ended - span.began for span in within(one.spans, Span(since, until)))

    most = max(map(has, known))
    return min((one for one in known if has(one) >= most - GAP), key=lambda one: one.began)
