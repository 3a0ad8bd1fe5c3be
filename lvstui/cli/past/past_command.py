"""Print with `lvsctl` what was: the status at a moment of a recording, and the events between two moments.

Not for: the recordings themselves (see `recording_command`).
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lvstui.cli.exit_status import REFUSED
from lvstui.cli.main import Pair
from lvstui.cli.output import printable
from lvstui.cli.past.pair_recordings import clock, recordings_of, written
from lvstui.cluster.events import event_order
from lvstui.cluster.view import EventView, Severity
from lvstui.cluster.views import status
from lvstui.record.past.coverage import Coverage
from lvstui.record.past.merged_events import RecordedEvent, events_of, once
from lvstui.record.recording_reader import RecordingError, RecordingReader
from lvstui.session.replay_session import ReplaySession
from lvstui.session.session import Session

_GRAVITY = {severity: number for number, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Asked:
    """The events that are asked for."""

    since: float | None
    until: float | None
    severity: Severity

    def has(self, event: EventView) -> bool:
        """Return True if it is one of them."""
        after = self.since is None or event.wall >= self.since
        before = self.until is None or event.wall <= self.until
        return after and before and _GRAVITY[event.severity] >= _GRAVITY[self.severity]


def show_status(pair: Pair, *, as_json: bool) -> int:
    """Print the status at a moment. Return the exit status."""
    try:
        session = ReplaySession(recordings_of(pair).at(pair.at), pair.at)
    except RecordingError as error:
        return _refused(error)
    try:
        view = session.view()
        print(json.dumps(status.as_json(view)) if as_json else f"{clock(session.moment)}\n\n{status.as_text(view)}")
        if session.torn is not None:
            print(f"the recording cannot be read further: {session.torn}", file=sys.stderr)
    finally:
        session.close()
    return 0


def show_events(pair: Pair, asked: Asked, *, as_json: bool) -> int:
    """Print the events of the pair's recordings, in the order in which they happened. Return the exit status.

    What was not recorded is not taken for a time in which nothing happened.
    """
    try:
        _show_recorded(pair, asked, as_json=as_json)
    except RecordingError as error:
        return _refused(error)
    return 0


async def follow(session: Session, pair: Pair, asked: Asked, *, as_json: bool) -> int:
    """Print the recorded events that are asked for by their time, then those that happen, until interrupted."""
    if asked.since is not None and pair.named:
        try:
            _show_recorded(pair, asked, as_json=as_json)
        except RecordingError as error:  # what happens from now on is shown all the same
            print(printable(str(error)), file=sys.stderr)
    news = asyncio.Event()
    printed: tuple[EventView, ...] = ()
    session.subscribe(news.set)
    async with session:
        while True:
            await news.wait()
            news.clear()
            view = session.view()
            names = frozenset(one.name for one in view.directors)
            _print(view.events, asked, names, as_json=as_json, printed=printed)
            printed = view.events


def _show_recorded(pair: Pair, asked: Asked, *, as_json: bool) -> None:
    """Print the recorded events, and which parts of their range were not recorded. Raises RecordingError."""
    there = recordings_of(pair)
    there.having(asked.since, asked.until)
    events, directors = _recorded(there.known)
    _print(events, asked, directors, as_json=as_json)
    if lacking := there.lacking(asked.since, asked.until, there.known):
        print(f"not recorded, so what happened then is not known: {written(lacking)}", file=sys.stderr)


def _recorded(known: Iterable[Coverage]) -> tuple[list[EventView], frozenset[str]]:
    """Return the events of all files, those that several consoles told once, and the Directors' names. Raises RecordingError."""
    events: list[RecordedEvent] = []
    directors: set[str] = set()
    for number, one in enumerate(known):
        with RecordingReader(one.path) as reader:
            directors |= set(reader.about.get("directors", "").split("\n"))
            events += events_of(reader.events(), reader.chunks, number)
            if reader.torn is not None:
                print(printable(f"{one.path}: not all of its events can be read: {reader.torn}"), file=sys.stderr)
    return [one.event for one in once(events)], frozenset(directors)


def _print(
    events: Sequence[EventView],
    asked: Asked,
    directors: frozenset[str],
    *,
    as_json: bool,
    printed: Sequence[EventView] = (),
) -> None:
    """Print the events that are asked for and were not yet `printed`; one that is told late may have happened before those."""
    before = set(map(id, printed))
    for event, unsettled in zip(events, event_order.unsettled(events), strict=True):
        if id(event) not in before and asked.has(event):
            line = json.dumps(_object(event, directors, unsettled)) if as_json else printable(_line(event, unsettled))
            print(line, flush=True)


def _object(event: EventView, directors: frozenset[str], unsettled: bool) -> dict[str, object]:
    clock = event.clock
    return {
        "at": _iso(event.wall),
        "director": event.source if event.source in directors else None,
        "source": event.source,
        "severity": event.severity.value,
        "kind": None if event.kind is None else event.kind.value,
        "subject": event.subject or None,
        "text": event.text,
        "clock_at": None if clock is None else _iso(clock.wall),
        "offset_ms": None if clock is None else _ms(clock.offset_s),
        "uncertainty_ms": None if clock is None else _ms(clock.uncertainty_s),
        "early_ms": 0.0 if clock is None else _ms(clock.early_s),
        "late_ms": 0.0 if clock is None else _ms(clock.late_s),
        "order_settled": not unsettled,
    }


def _line(event: EventView, unsettled: bool) -> str:
    subject = "" if event.names_subject or not event.subject else f"{event.subject}  "
    at = f"{'≈' if unsettled else ' '} {datetime.fromtimestamp(event.wall):%Y-%m-%d %H:%M:%S.%f}"[:-3]
    return f"{at}  {event.severity.value:<8}  {event.source:<12}  {subject}{event.text}"


def _iso(wall: float) -> str:
    return datetime.fromtimestamp(wall).astimezone().isoformat(timespec="milliseconds")


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)


def _refused(error: RecordingError) -> int:
    print(f"refused: {printable(str(error))}", file=sys.stderr)
    return REFUSED
