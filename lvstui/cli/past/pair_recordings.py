"""Find the recordings of the pair that stands before a command of `lvsctl`: which of them has a moment, which a range.

Not for: what is printed of them (see `past_command`, `recording_command`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lvstui.cli.launch import recording_name
from lvstui.cli.main import Pair
from lvstui.cli.output import printable
from lvstui.cluster.views.recorded_range import Span
from lvstui.record import recordings
from lvstui.record.past import coverage
from lvstui.record.past.cluster_past import together
from lvstui.record.past.coverage import Coverage, NotRecorded
from lvstui.record.recording_reader import RecordingError
from lvstui.settings import places

_NAME_IT = "name the pair whose recording it is (-c, or -d twice), or give --replay FILE"
_RECORD_IT = (
    "lvstui records while it is open, and lvsctl record without a screen; lvsctl recording list shows what there is"
)


class PairRecordings(NamedTuple):
    """The recordings of a pair, or the file in their place: one at least, oldest first."""

    whose: str  # in words: "of web-prod"
    known: tuple[Coverage, ...]
    present: float  # up to which a range goes that has no end: of a file its own end

    @property
    def spans(self) -> tuple[Span, ...]:
        """Return the times that any of them covers, oldest first, apart from each other."""
        return together(span for one in self.known for span in one.spans)

    def at(self, wall: float | None) -> Path:
        """Return the recording in which a moment lies; None: the last one. Raises NotRecorded, with what there is."""
        if wall is None:
            return max(self.known, key=lambda one: one.ended).path
        holding = [one for one in self.known if one.has(wall)]
        if not holding:
            raise self._refusal(f"at {clock(wall)}")
        return holding[0].path  # the one that was open for longest knows most

    def having(self, since: float | None, until: float | None) -> list[Coverage]:
        """Return the recordings that have any of a range; None: it is open. Raises NotRecorded, with what there is."""
        asked = self._asked(since, until)
        found = [one for one in self.known if coverage.within(one.spans, asked)]
        if found:
            return found
        begin, end = ("" if wall is None else clock(wall) for wall in (since, until))
        raise self._refusal(
            f"from {begin} to {end}" if begin and end else f"since {begin}" if begin else f"until {end}"
        )

    def lacking(self, since: float | None, until: float | None, of: Sequence[Coverage]) -> list[Span]:
        """Return the parts of a range that these recordings do not have; none where no range is asked for."""
        return [] if since is None and until is None else coverage.lacking(of, self._asked(since, until))

    def fullest(self, since: float | None, until: float | None) -> Coverage:
        """Return the recording that has most of a range. Raises NotRecorded, with what there is."""
        return coverage.fullest(self.having(since, until), since, self._asked(since, until).ended)

    def _asked(self, since: float | None, until: float | None) -> Span:
        began = self.known[0].began if since is None else since
        return Span(began, max(self.present, began) if until is None else until)

    def _refusal(self, when: str) -> NotRecorded:
        return NotRecorded(f"nothing was recorded {self.whose} {when}. There is: {written(self.spans)}")


def cluster_named(pair: Pair) -> str | None:
    """Return what the recordings of the pair are called that stands before the command; None: none does."""
    return recording_name(pair.cluster, pair.directors) if pair.named else None


def recordings_of(pair: Pair) -> PairRecordings:
    """Return what there is of the pair, or the file in its place; say what cannot be read. Raises RecordingError."""
    if pair.replay is not None:
        return recording_in(pair.replay)
    cluster = cluster_named(pair)
    if cluster is None:
        raise RecordingError(_NAME_IT)
    folder = places.recordings_folder()
    known: list[Coverage] = []
    paths = recordings.paths(folder, cluster)
    for path in paths:
        try:
            known.append(coverage.covered(path))
        except RecordingError as error:
            print(f"skipped: {printable(str(error))}", file=sys.stderr)
    if not known:
        what = "no recording of {} in {} can be read" if paths else "there is no recording of {} in {}"
        raise RecordingError(f"{what.format(cluster, folder)}: {_RECORD_IT}")
    known.sort(key=lambda one: one.began)
    return PairRecordings(f"of {cluster}", tuple(known), time.time())


def recording_in(path: Path) -> PairRecordings:
    """Return a file in the place of a pair's recordings. Raises RecordingError."""
    one = coverage.covered(path)
    return PairRecordings(f"in {path}", (one,), one.ended)


def clock(wall: float) -> str:
    """Return a moment as this machine's clock showed it."""
    return f"{datetime.fromtimestamp(wall):%Y-%m-%d %H:%M:%S}"


def written(spans: Iterable[Span]) -> str:
    """Return spans in words."""
    return "; ".join(f"{clock(span.began)} to {clock(span.ended)}" for span in spans)
