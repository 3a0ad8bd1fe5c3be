"""Probe one virtual server with `lvsctl drill probe`, and print the outages that clients saw."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lvstui.cli.exit_status import REFUSED, UNREACHABLE, USAGE
from lvstui.cli.output import printable, put, say
from lvstui.cli.status_command import look
from lvstui.cluster.drill.clients.probe_target import ProbeTarget, probe_target
from lvstui.cluster.drill.result import HeldFate, ProbeResult
from lvstui.cluster.plan.outcome import NOT_IN_TIME
from lvstui.cluster.view import LinkState
from lvstui.director.clocks import read_clocks
from lvstui.probe.probe_wish import ProbeWish, checked
from lvstui.session.drill_parts.probe_run import ProbeNews, ProbeRun
from lvstui.session.session import Session

FATES = {
    HeldFate.SURVIVED: "kept",
    HeldFate.RESET: "reset",
    HeldFate.SILENT: "silent: no more answers came on it",
    HeldFate.CLOSED: "closed by the server",
    HeldFate.NOT_OPENED: "not opened",
}


@dataclass(frozen=True)
class ProbeRequest:
    """A probe, as the command line asks for it."""

    virtual_server: str
    host: str | None  # None: this machine
    rate: float
    seconds: float
    path: str
    max_outage: float | None  # seconds
    as_json: bool


async def probe(session: Session, asked: ProbeRequest, ssh_config: Path | None) -> int:
    """Find the target among the pair's virtual servers, ask it, and print what clients saw. Return the exit status."""
    from lvstui.cli import launch

    async with session:
        view = await look(session)
        if not any(one.state is LinkState.LIVE for one in view.directors):
            first = view.directors[0]
            text = f"{first.name} cannot be reached: {first.error or 'no answer'}; no request was sent"
            return say("unreachable", text, UNREACHABLE, as_json=asked.as_json)
        try:
            target = probe_target(view, asked.virtual_server, asked.path)
            wish = checked(ProbeWish(target.address, target.port, target.path, asked.rate, asked.seconds))
        except LookupError as error:
            return say("refused", f"{error.args[0]}; no request was sent", REFUSED, as_json=asked.as_json)
        except ValueError as error:
            return say("refused", f"{error}; no request was sent", USAGE, as_json=asked.as_json)
    now, wall = read_clocks()
    connector = launch.probe_connector(asked.host, ssh_config)
    told = _Printer(quiet=asked.as_json or not sys.stdout.isatty())
    run = ProbeRun(connector, wish, target.name, wall=lambda at: at - now + wall, news=told)
    if not asked.as_json:
        put(printable(_heading(target, asked)))
    working = asyncio.ensure_future(run.run())
    try:
        result = await asyncio.shield(working)
    except asyncio.CancelledError:  # Ctrl-C: what was seen until now
        run.stop()
        result = await working
    return _tell(result, asked)


class _Printer:
    """Prints on a terminal when clients are not answered any more, and when they are again."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._silent = False

    def __call__(self, news: ProbeNews) -> None:
        silent = news.silent_s > 0.5
        if silent != self._silent and not self._quiet:
            clock = datetime.now().astimezone()
            put(
                f"  {clock:%H:%M:%S}  "
                + ("no more answers" if silent else f"answered again; {news.lost} requests lost")
            )
        self._silent = silent


def _heading(target: ProbeTarget, asked: ProbeRequest) -> str:
    how = "by HTTP" if target.path else "by TCP connections"
    where = f" from {asked.host}" if asked.host else ""
    return f"Asking {target.name}{where} {how}, {asked.rate:g} times a second for {asked.seconds:g} s"


def _tell(result: ProbeResult, asked: ProbeRequest) -> int:
    code = 0
    if result.error:
        code = UNREACHABLE if not result.requests else REFUSED
    elif asked.max_outage is not None and longest(result) > asked.max_outage:
        code = NOT_IN_TIME
    if asked.as_json:
        put(json.dumps({**as_json(result), "exit_status": code}))
    else:
        put("\n".join(printable(line) for line in as_text(result)), error=bool(result.error))
    return code


def longest(result: ProbeResult) -> float:
    """Return the length of the longest outage in seconds: infinite where one had no end, 0.0 without any."""
    ends = (float("inf") if one.end is None else one.end - one.start for one in result.outages)
    return max(ends, default=0.0)


def as_text(result: ProbeResult) -> list[str]:
    """Return the lines that tell what clients saw."""
    lines = [f"{result.answered} of {result.requests} requests answered"]
    if result.longest_gap is not None:
        lines[0] += f"; longest time without an answer: {result.longest_gap:.3f} s"
    for one in result.outages:
        start = datetime.fromtimestamp(one.start).astimezone()
        how = "not over" if one.end is None else f"{one.end - one.start:.3f} s"
        lines.append(f"  outage at {start:%H:%M:%S.%f}: {how} (± {one.uncertainty:.3f} s), {one.lost} requests lost")
    if result.more_outages:
        lines.append(f"  {result.more_outages:,} more outages, none longer than these")
    lines += [f"  {reason}" for reason in result.reasons]
    if result.skipped:
        lines.append(
            f"  {result.skipped} requests were not sent: too many waited for an answer, or the machine was busy"
        )
    if result.held is not None:
        lines.append(f"held connection: {FATES[result.held.fate]}")
    if result.clock_uncertainty is not None:
        lines.append(f"times by this machine's clock, ± {result.clock_uncertainty * 1000:.1f} ms")
    if result.error:
        lines.append(f"the probe on {result.host or 'this machine'} failed: {result.error}")
    return lines


def as_json(result: ProbeResult) -> dict[str, Any]:
    """Return what scripts read of it; an unknown value is null."""
    held = result.held
    return {
        "target": result.target,
        "host": result.host or None,
        "rate": result.rate,
        "requests": result.requests,
        "answered": result.answered,
        "lost": result.lost,
        "longest_gap_ms": _ms(result.longest_gap),
        "outages": [
            {
                "start": _time(one.start),
                "end": _time(one.end),
                "length_ms": None if one.end is None else _ms(one.end - one.start),
                "uncertainty_ms": _ms(one.uncertainty),
                "lost": one.lost,
            }
            for one in result.outages
        ],
        "more_outages": result.more_outages,
        "reasons": list(result.reasons),
        "skipped": result.skipped,
        "held": None
        if held is None
        else {"fate": held.fate.value, "at": _time(held.at), "longest_silence_ms": _ms(held.silent_s)},
        "clock_uncertainty_ms": _ms(result.clock_uncertainty),
        "error": result.error or None,
    }


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)


def _time(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at).astimezone().isoformat(timespec="milliseconds")
