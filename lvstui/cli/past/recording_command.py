"""Record a pair without a screen, and list, export and import recordings with `lvsctl`.

Not for: what stands in them (see `past_command`).
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from lvstui.cli.exit_status import REFUSED
from lvstui.cli.main import Pair
from lvstui.cli.output import printable
from lvstui.cli.past.pair_recordings import clock, cluster_named, recordings_of, written
from lvstui.cluster.views.recorded_range import Span
from lvstui.record import anonymous_copy, recording_copy, recordings
from lvstui.record.past import coverage
from lvstui.record.past.coverage import Coverage
from lvstui.record.recorder import Recorder
from lvstui.record.recording_reader import RecordingError
from lvstui.session.session import Session
from lvstui.settings import places


async def record(session: Session, recorder: Recorder, seconds: float | None, *, as_json: bool) -> int:
    """Record until the time is up, or it is interrupted; print what happens to the recording. Return the exit status."""
    said: dict[str, str | None] = {"recording": None, "failed": None}

    def tell() -> None:
        known = None if recorder.path is None else str(recorder.path)
        for what, now in (("recording", known), ("failed", recorder.failure)):
            if now != said[what] and now is not None:
                _say(what, now, as_json=as_json)
            said[what] = now

    news = asyncio.Event()
    session.subscribe(news.set)
    async with session:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await news.wait()
                    news.clear()
                    session.view()  # what happened is worked out by who looks
                    tell()
        except (TimeoutError, asyncio.CancelledError):
            tell()
    if said["recording"] is None and said["failed"] is None:
        return _refused("nothing was recorded: no Director had told anything yet")
    return 0 if said["failed"] is None else REFUSED


def list_recordings(pair: Pair, *, as_json: bool) -> int:
    """Print the recordings of the pair, or of all. Return the exit status."""
    found = list(recordings.found(places.recordings_folder(), cluster_named(pair)))
    known = [one for one in found if not isinstance(one, RecordingError)]
    for one in found:
        if isinstance(one, RecordingError):
            print(f"passed over: {printable(str(one))}", file=sys.stderr)
    if as_json:
        print(json.dumps({"recordings": [{**one._asdict(), "path": str(one.path)} for one in known]}))
        return 0
    for one in sorted(known, key=lambda one: (one.cluster, one.began)):
        began, ended = (datetime.fromtimestamp(wall) for wall in (one.began, one.ended))
        line = f"{one.cluster}  {began:%Y-%m-%d %H:%M:%S} to {ended:%Y-%m-%d %H:%M:%S}  {one.size / 1e6:.1f} MB  {one.path}"
        print(printable(line))
    if not known:
        print(f"There is no recording in {places.recordings_folder()}.")
    return 0


def export(
    pair: Pair, target: Path, since: float | None, until: float | None, *, anonymous: bool, as_json: bool
) -> int:
    """Write a range of the recording that has most of it into one file, and tell what it has. Return the exit status."""
    if target.exists():
        return _refused(f"{target} exists")
    try:
        there = recordings_of(pair)
        source = there.fullest(since, until)
        write = anonymous_copy.export if anonymous else recording_copy.export
        write(source.path, target, since, until)
        exported = coverage.covered(target)
    except (RecordingError, OSError, sqlite3.Error) as error:
        return _refused(str(error))
    lacking = there.lacking(since, until, [source])
    others = [one for one in there.having(since, until) if one is not source]
    if as_json:
        print(json.dumps(_exported(exported, lacking, others)), flush=True)
    else:
        _say("exported", str(target), as_json=False)
        print(f"from {clock(exported.began)} to {clock(exported.ended)}", flush=True)
    if lacking:
        print(f"not in it: {written(lacking)}", file=sys.stderr)
    for one in others:
        print(f"also recorded, in {printable(str(one.path))}: {written(one.spans)}", file=sys.stderr)
    if others:
        print("To export another one: lvsctl --replay RECORDING recording export FILE", file=sys.stderr)
    return 0


def _exported(one: Coverage, lacking: Iterable[Span], others: Iterable[Coverage]) -> dict[str, object]:
    return {
        "exported": str(one.path),
        "began": one.began,
        "ended": one.ended,
        "lacking": [span._asdict() for span in lacking],
        "others": [{"path": str(other.path), "began": other.began, "ended": other.ended} for other in others],
    }


def take_in(pair: Pair, source: Path, *, as_json: bool) -> int:
    """Copy a recording into the folder of recordings. Return the exit status."""
    try:
        path = recording_copy.take_in(source, places.recordings_folder(), cluster_named(pair), os.getpid())
    except (RecordingError, OSError, sqlite3.Error) as error:
        return _refused(str(error))
    _say("imported", str(path), as_json=as_json)
    return 0


def _say(what: str, text: str, *, as_json: bool) -> None:
    print(json.dumps({what: text}) if as_json else f"{what}: {printable(text)}", flush=True)


def _refused(text: str) -> int:
    print(f"refused: {printable(text)}", file=sys.stderr)
    return REFUSED
