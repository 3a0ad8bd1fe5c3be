"""Run a drill with `lvsctl drill run`: show its plan, ask for a word, run it, keep its result, and say how it went.

The first Ctrl-C ends it early, which undoes it; the second does not wait for that, as the agents undo it by themselves.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lvstui.cli.drill.desk import drill_client
from lvstui.cli.drill.drill_status import exit_status
from lvstui.cli.drill.probe_command import as_text
from lvstui.cli.exit_status import REFUSED, UNREACHABLE, USAGE
from lvstui.cli.output import answer, printable, put, say
from lvstui.cli.status_command import look
from lvstui.cluster.drill.result import DrillResult
from lvstui.cluster.drill.views import drill_words
from lvstui.cluster.drill.views.drill_state import DrillStep
from lvstui.cluster.plan.drill_plan import DrillHow, DrillIntent, DrillPlan
from lvstui.cluster.plan.outcome import EXIT_CODES
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.cluster.view import ClusterView, LinkState
from lvstui.report.kept_drills import KeptDrills
from lvstui.report.report_json import as_json as report_as_json
from lvstui.session.drill_run import DrillProbe, DrillRun, EndedDrill
from lvstui.session.session import Session
from lvstui.settings import places
from lvstui.settings.operator import operator


@dataclass(frozen=True)
class RunRequest:
    """A run, as the command line asks for it."""

    how: DrillHow
    director: str | None  # None: the MASTER
    hold: float  # seconds
    probe: str | None  # a virtual server or a URL; None: no client asks for answers
    host: str | None  # that the probe runs on; None: this machine
    rate: float
    path: str
    max_outage: float | None  # seconds
    reason: str
    overrides: frozenset[str]
    dry_run: bool
    yes: bool
    as_json: bool
    cluster: str  # what its result is kept under


async def run(session: Session, asked: RunRequest, ssh_config: Path | None) -> int:
    """Plan, ask, run, and tell. Return the exit status."""

    def said(kind: str, text: str, code: int) -> int:
        return say(kind, text, code, as_json=asked.as_json)

    async with session:
        view = await look(session)
        away = [one for one in view.directors if one.state is not LinkState.LIVE]
        if away:
            text = f"{away[0].name} cannot be reached: {away[0].error or 'no answer'}; nothing was changed"
            return said("unreachable", text, UNREACHABLE)
        when = datetime.now().replace(second=0, microsecond=0)
        intent = DrillIntent(asked.how, asked.director, asked.hold, operator(), when, asked.reason)
        try:
            plan = session.plan_drill(intent)
            client = _client(view, asked, ssh_config)
        except PlanRefused as refused:
            name = "" if refused.guard is None else f"{refused.guard.kind}: "
            return said("refused", f"{name}{refused}", refused.exit_code)
        except LookupError as error:
            return said("refused", f"{error.args[0]}; nothing was changed", REFUSED)
        except ValueError as error:
            return said("refused", f"{error}; nothing was changed", USAGE)
        if not asked.as_json:
            put("\n".join(printable(line) for line in plan_lines(plan, asked)))
        refusal = await _refusal(plan, asked)
        if refusal is not None:
            return said("refused", refusal, REFUSED)
        if asked.dry_run:
            return said("dry run", "nothing was changed", 0)
        drill = _drill(session, plan, client, asked)
        try:
            ended = await _until_ended(drill)
        except PlanRefused as refused:
            return said("refused", f"{refused}", REFUSED)
        except asyncio.CancelledError:  # a second Ctrl-C; click would end as if nothing was changed
            return said(*_interrupted(drill))
    if ended.result is None:
        return said(ended.outcome.kind, ended.outcome.text, ended.outcome.exit_code)
    return _tell(ended, ended.result, asked)


def _client(view: ClusterView, asked: RunRequest, ssh_config: Path | None) -> DrillProbe | None:
    """Return the client of the drill. Raises LookupError, ValueError."""
    if asked.probe is None:
        return None
    return drill_client(view, asked.probe, asked.host, ssh_config, path=asked.path, rate=asked.rate)


def _drill(session: Session, plan: DrillPlan, client: DrillProbe | None, asked: RunRequest) -> DrillRun:
    return DrillRun(
        session,
        plan,
        cluster=asked.cluster,
        probe=client,
        max_outage=asked.max_outage,
        overrides=asked.overrides,
        progress=_progress(quiet=asked.as_json),
    )


async def _refusal(plan: DrillPlan, asked: RunRequest) -> str | None:
    """Return why it is not run; None: it is, or would be."""
    blocking = plan.blocking(asked.overrides)
    if blocking:
        first = blocking[0]
        hint = f"; override it with --override {first.kind}" if first.level == "ask" else ""
        return f"{first.kind}: {first.text}{hint}; nothing was changed"
    if asked.dry_run or asked.yes:
        return None
    if asked.as_json or not sys.stdin.isatty():
        return "no terminal to ask for confirmation: give --yes; nothing was changed"
    word = await answer(f"Type {asked.how} to run it: ")
    return None if word == asked.how else "not confirmed; nothing was changed"


async def _until_ended(drill: DrillRun) -> EndedDrill:
    """Run it. The first signal stops it, and a second one does not wait. Raises PlanRefused."""
    running = asyncio.ensure_future(drill.run())
    stopped = False

    def stop() -> None:
        nonlocal stopped
        if stopped:
            running.cancel()
        stopped = True
        drill.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    try:
        return await running
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)


def _interrupted(drill: DrillRun) -> tuple[str, str, int]:
    """Return how a run ended that was not waited for: its kind, its text and its exit status."""
    if not drill.begun:
        return "refused", "interrupted before anything began; nothing was changed", REFUSED
    undone = f"The agent on {drill.plan.director} undoes the drill by itself; check with `lvsctl status`"
    return "undecided", f"interrupted. {undone}", EXIT_CODES["undecided"]


def plan_lines(plan: DrillPlan, asked: RunRequest) -> Iterator[str]:
    """Give the lines of a plan: what is done, what is expected, and the guards' verdicts."""
    yield plan.title
    yield f"  it is undone after {plan.intent.hold:g} s, whatever happens"
    for one in plan.expected:
        without = "no time without a MASTER" if not one.without else f"at most {one.without:.2f} s without a MASTER"
        yield f"  expected: {one.instance} goes to {one.master} within {one.earliest:.2f} to {one.latest:.2f} s, {without}"
    if plan.staying:
        yield f"  {plan.staying_words}"
    if asked.probe is None:
        yield "  no probe (--probe VIRTUAL): outages are known only from the Directors"
    yield ""
    for guard in plan.guards:
        yield f"  [{guard.level}] {guard.kind}: {guard.text}"


def _progress(*, quiet: bool) -> Callable[[Sequence[DrillStep]], None]:
    printed: set[str] = set()

    def show(steps: Sequence[DrillStep]) -> None:
        for step in steps:
            if step.state in ("done", "failed") and step.text not in printed and not quiet:
                printed.add(step.text)
                put(printable(f"  {datetime.now():%H:%M:%S}  {step.text}: {step.state}"))

    return show


def _tell(ended: EndedDrill, result: DrillResult, asked: RunRequest) -> int:
    """Keep the result, print it, and return the exit status."""
    code = exit_status(result, asked.max_outage)
    failed = ""
    try:
        result = KeptDrills(places.drills_folder()).keep(result).result
    except OSError as error:
        failed, code = f"the result could not be kept: {error}", code or REFUSED
    if asked.as_json:
        put(json.dumps({**report_as_json(result), "exit_status": code}, ensure_ascii=False))
    else:
        put("\n".join(printable(line) for line in _lines(ended, result)))
    if failed:
        put(printable(failed), error=True)
    return code


def _lines(ended: EndedDrill, result: DrillResult) -> Iterator[str]:
    yield ""
    yield drill_words.verdict(result)
    if result.probe is not None:
        yield from as_text(result.probe)
    yield f"{result.director}: {ended.outcome.text}"
    yield f"Its report: lvsctl drill show {result.id}"
