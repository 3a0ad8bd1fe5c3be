"""Watch a pair for failovers with `lvsctl drill watch`: the timeline as it happens, then what was measured, once for each.

Not for: recognising it (see `cluster.drill`), nor causing one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lvstui.cli.drill.drill_status import exit_status
from lvstui.cli.exit_status import REFUSED, UNREACHABLE
from lvstui.cli.output import printable, put, say
from lvstui.cli.status_command import look
from lvstui.cluster.drill.drill_summary import event_json
from lvstui.cluster.drill.result import DrillEvent, DrillResult, InstanceFailover
from lvstui.cluster.drill.views import drill_words
from lvstui.cluster.drill.views.drill_figures import between, length
from lvstui.cluster.view import LinkState
from lvstui.report.kept_drills import KeptDrills
from lvstui.report.report_json import as_json as report_as_json
from lvstui.session.drill_watch import DrillWatch, one_failover
from lvstui.session.session import Session
from lvstui.settings import places


@dataclass(frozen=True)
class WatchRequest:
    """A watch, as the command line asks for it."""

    cluster: str  # what its drills are kept under
    seconds: float | None  # None: until one failover is over
    max_outage: float | None
    as_json: bool


async def watch(session: Session, asked: WatchRequest) -> int:
    """Watch until the time is over, a failover is where none was given, or it is interrupted. Return the worst exit status."""
    async with session:
        view = await look(session)
        if not any(one.state is LinkState.LIVE for one in view.directors):
            reasons = "; ".join(f"{one.name}: {one.error or 'no answer'}" for one in view.directors)
            return say("unreachable", f"no Director can be watched: {reasons}", UNREACHABLE, as_json=asked.as_json)
        codes: list[int] = []
        with _ended_by_signals() as ending:
            async for result in _results(session, asked, ending, [one.name for one in view.directors]):
                if result.failovers or result.failbacks or not codes:
                    codes.append(_tell(result, asked))
    return max(codes)


async def _results(
    session: Session, asked: WatchRequest, ending: asyncio.Event, names: Sequence[str]
) -> AsyncIterator[DrillResult]:
    """Give the result of each failover when it is over; the last one is of what was seen when the watch ended."""

    begun = False

    def begin() -> None:
        nonlocal begun
        if begun:
            return
        begun = True
        if not asked.as_json:
            put(printable(_heading(asked, names)))
        if asked.seconds is not None:
            asyncio.get_running_loop().call_later(asked.seconds, ending.set)

    while True:
        async with DrillWatch(session, cluster=asked.cluster, max_outage=asked.max_outage) as drill:
            result = await one_failover(drill, ending, _TimelinePrinter(drill, begin, as_json=asked.as_json))
        begin()  # if that was over before it was armed
        yield result
        if ending.is_set() or asked.seconds is None:
            return


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[asyncio.Event]:
    """Give an event that Ctrl-C and SIGTERM set."""
    ending, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ending.set)
    try:
        yield ending
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


class _TimelinePrinter:
    """Prints each event of the timeline when it is told, once the watch is armed."""

    def __init__(self, drill: DrillWatch, armed: Callable[[], None], *, as_json: bool) -> None:
        """`armed` is called first."""
        self._drill, self._armed, self._as_json = drill, armed, as_json
        self._told: int | None = None

    def __call__(self) -> None:
        recogniser = self._drill.recogniser
        since, self._told = self._told, recogniser.facts
        if since is None:
            self._armed()
            return
        for event in recogniser.new_events(since):
            line = json.dumps(event_json(event), ensure_ascii=False) if self._as_json else printable(event_line(event))
            put(line)


def _heading(asked: WatchRequest, names: Iterable[str]) -> str:
    how = "until one failover is over" if asked.seconds is None else f"for {length(asked.seconds)}"
    return f"Watching {' and '.join(names)} {how}; Ctrl-C ends it earlier. Nothing is sent to them."


def event_line(event: DrillEvent) -> str:
    """Return one line of a timeline."""
    at = datetime.fromtimestamp(event.at).astimezone()
    sure = f"± {event.uncertainty * 1000:.1f} ms"
    subject = f"{event.subject} " if event.subject else ""
    return f"{at:%H:%M:%S.%f}"[:-3] + f"  {sure:>12}  {event.director:<12} {subject}{event.text}  ({event.source})"


def _tell(result: DrillResult, asked: WatchRequest) -> int:
    """Print the result, keep it, and return the exit status."""
    code = exit_status(result, asked.max_outage)
    failed = None
    if result.failovers or result.failbacks:
        try:
            kept = KeptDrills(places.drills_folder()).keep(result)
            result = kept.result
        except OSError as error:
            failed, code = f"the result could not be kept: {error}", code or REFUSED
    if asked.as_json:
        put(json.dumps({**report_as_json(result), "exit_status": code}, ensure_ascii=False))
    else:
        put("\n".join(printable(line) for line in result_lines(result)))
        if failed is None and (result.failovers or result.failbacks):
            put(printable(f"Its report: lvsctl drill show {result.id}"))
    if failed is not None:
        put(printable(failed), error=True)
    return code


def result_lines(result: DrillResult) -> Iterator[str]:
    """Give the lines that sum a drill up."""
    yield ""
    yield drill_words.verdict(result)
    for one in result.failovers:
        yield from _instance(one, result)
    for one in result.failbacks:
        yield from _instance(one, result)
    for note in result.notes:
        yield f"  note: {drill_words.note(note)}"


def _instance(one: InstanceFailover, result: DrillResult) -> Iterator[str]:
    expected = (
        "not known (the new MASTER's adverts were not seen)"
        if one.expected is None
        else between(one.expected.earliest, one.expected.latest)
    )
    yield f"  {one.name} ({one.interface}): {one.old or 'nobody'} to {one.new or 'nobody'}, {one.cause}"
    measured = length(one.measured)
    if one.measured is not None:
        measured += f" ± {one.measured_uncertainty * 1000:.0f} ms"
    yield f"    measured {measured}, expected {expected}: {one.verdict}"
    for title, windows in (("without a MASTER", one.no_master), ("two MASTERs", one.two_masters)):
        for window in windows:
            told = (
                "not over" if window.length is None else f"{length(window.length)} ± {window.uncertainty * 1000:.0f} ms"
            )
            yield f"    {title}: {told}"
    for step in one.milestones:
        name = f"{step.kind} {step.subject}".rstrip()
        if step.moment is None:
            yield f"    {name:<40} not known: {drill_words.unseen(step.unseen)}"
        else:
            line = f"    {name:<40} {step.moment.at - result.started:10.4f} s ± {step.moment.uncertainty * 1000:.1f} ms"
            yield f"{line}  ({step.moment.source} on {step.moment.director or 'this machine'})"
