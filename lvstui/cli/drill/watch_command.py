"""Watch a pair for a failover with `lvsctl drill watch`: its timeline as it happens, then what was measured.

Not for: recognising it (see `cluster.drill`), nor causing one.
"""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lvstui.cli.exit_status import REFUSED, UNREACHABLE
from lvstui.cli.output import printable, put, say
from lvstui.cli.status_command import look
from lvstui.cluster.drill.drill_summary import event_json
from lvstui.cluster.drill.result import DrillEvent, DrillResult, InstanceFailover
from lvstui.cluster.drill.views import drill_words
from lvstui.cluster.drill.views.drill_figures import between, length
from lvstui.cluster.drill.views.drill_report import GOOD
from lvstui.cluster.plan.outcome import NOT_IN_TIME
from lvstui.cluster.view import LinkState
from lvstui.report.kept_drills import KeptDrills
from lvstui.report.report_json import as_json as report_as_json
from lvstui.session.drill_watch import DrillWatch
from lvstui.session.session import Session
from lvstui.settings import places

QUIET = 10.0  # seconds after a failover in which nothing more is seen of it: then it is over
_ARM = 20.0  # seconds that a busy Director may take to watch its packets


@dataclass(frozen=True)
class WatchRequest:
    """A watch, as the command line asks for it."""

    cluster: str  # what its drills are kept under
    seconds: float | None  # None: until one failover is over
    max_outage: float | None
    as_json: bool


async def watch(session: Session, asked: WatchRequest) -> int:
    """Watch until the time is over, a failover is, or it is interrupted. Return the exit status."""
    async with session:
        view = await look(session)
        if not any(one.state is LinkState.LIVE for one in view.directors):
            reasons = "; ".join(f"{one.name}: {one.error or 'no answer'}" for one in view.directors)
            return say("unreachable", f"no Director can be watched: {reasons}", UNREACHABLE, as_json=asked.as_json)
        async with DrillWatch(session, cluster=asked.cluster, max_outage=asked.max_outage) as drill:
            await drill.armed(_ARM)
            if not asked.as_json:
                put(printable(_heading(asked, [one.name for one in view.directors])))
            telling = asyncio.ensure_future(_tell_events(drill, as_json=asked.as_json))
            await _until_over(drill, asked.seconds)
            telling.cancel()
            await asyncio.wait([telling])
            result = drill.result()
    return _tell(result, asked)


async def _until_over(drill: DrillWatch, seconds: float | None) -> None:
    """Wait for the end: of the time, of a failover where no time was given; or for Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    over = asyncio.ensure_future(drill.over(QUIET) if seconds is None else asyncio.sleep(seconds))
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([over, stopped], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        over.cancel()
        stopped.cancel()


async def _tell_events(drill: DrillWatch, *, as_json: bool) -> None:
    """Print each event of the timeline when it is told."""
    told = drill.recogniser.facts
    while True:
        await drill.changed.wait()
        drill.changed.clear()
        events, told = drill.recogniser.new_events(told), drill.recogniser.facts
        for event in events:
            put(json.dumps(event_json(event), ensure_ascii=False) if as_json else printable(event_line(event)))


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
    code = 0 if result.verdict in GOOD else NOT_IN_TIME
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
