"""Take moments and ranges from the command line: counted from the present, or from the end of the recording in its place.

Not for: how a moment is written (see `cluster.moments`).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from lvstui.cluster.moments import moment


def wall_of(text: str | None, option: str, replay: Path | None = None) -> float | None:
    """Return the moment that was written after an option, in seconds since the epoch. Raises click.UsageError.

    `replay`: the recording that is read. A time of day is the last one that is not after its end; so is how long ago it was.
    """
    try:
        return None if text is None else moment(text, _present(replay)).timestamp()
    except ValueError as error:
        raise click.UsageError(f"{option}: {error}") from error


def range_of(
    since: str | None, until: str | None, replay: Path | None, end: float | None = None
) -> tuple[float | None, float | None]:
    """Return the moments after --since and --until; without the latter, `end`. Raises click.UsageError."""
    first = wall_of(since, "--since", replay)
    last = end if until is None else wall_of(until, "--until", replay)
    if first is not None and last is not None and first > last:
        begin, stop = (f"{datetime.fromtimestamp(wall):%Y-%m-%d %H:%M:%S}" for wall in (first, last))
        raise click.UsageError(f"the range ends before it begins: it is from {begin} to {stop}. Give dates, too")
    return first, last


def _present(replay: Path | None) -> datetime:
    """Return the moment that times are counted from: of a recording its end, for it may be of another day."""
    ended: float | None = None
    if replay is not None:
        from lvstui.record.recording_reader import RecordingError, RecordingReader

        # Who opens it next tells why it cannot be read.
        with suppress(RecordingError), RecordingReader(replay) as reader:
            ended = reader.ended
    return datetime.now().astimezone() if ended is None else datetime.fromtimestamp(ended).astimezone()
