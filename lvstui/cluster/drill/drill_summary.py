"""Sum a drill's result up as `lvsctl drill --json` prints it; scripts depend on its names. An unknown value is null."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lvstui.cluster.drill.milestones import Milestone
from lvstui.cluster.drill.result import DrillEvent, DrillResult, ExpectedTimes, InstanceFailover, NoteOn, TimeWindow


def summary(result: DrillResult) -> dict[str, Any]:
    """Return what lvsctl prints of a drill with --json; an unknown value is null."""
    moved = result.failovers
    expected = [one.expected for one in moved if one.expected is not None]
    return {
        "id": result.id,
        "kind": result.kind.value,
        "cause": result.cause.value,
        "director": result.director,
        "started": _time(result.started),
        "expected": _expected(expected),
        "windows": _windows(moved, result.ended),
        "outage_ms": _ms(result.client_outage),
        "instances": [_instance(one, result.ended) for one in moved],
        "failback": [_instance(one, result.ended) for one in result.failbacks],
        "events": [event_json(one) for one in result.events],
        "notes": [_note(one) for one in result.notes],
        "verdict": result.verdict.value,
        "restored": result.restored,
        "left": list(result.left),
    }


def _instance(one: InstanceFailover, ended: float) -> dict[str, Any]:
    return {
        "name": one.name,
        "interface": one.interface,
        "vrid": one.vrid,
        "family": one.family,
        "vips": list(one.vips),
        "from": one.old,
        "to": one.new,
        "cause": one.cause.value,
        "expected": _expected(() if one.expected is None else (one.expected,)),
        "measured_ms": _ms(one.measured),
        "uncertainty_ms": None if one.measured is None else _ms(one.measured_uncertainty),
        "windows": _windows((one,), ended),
        "milestones": [_milestone(step) for step in one.milestones],
        "verdict": one.verdict.value,
    }


def _milestone(step: Milestone) -> dict[str, Any]:
    seen = step.moment
    return {
        "kind": step.kind.value,
        "subject": step.subject,
        "at": None if seen is None else _time(seen.at),
        "uncertainty_ms": None if seen is None else _ms(seen.uncertainty),
        "source": None if seen is None else seen.source.value,
        "director": None if seen is None else seen.director,
        "clock": None if seen is None else seen.clock,
        "unseen": None if step.unseen is None else step.unseen.value,
    }


def _note(one: NoteOn) -> dict[str, Any]:
    told = {"instances": one.instances, "directors": one.directors, "vips": one.vips}
    return {"note": one.note.value, **{name: list(value) for name, value in told.items()}}


def _expected(some: Iterable[ExpectedTimes]) -> dict[str, Any]:
    known = list(some)
    return {
        "min_ms": _ms(min((one.earliest for one in known), default=None)),
        "max_ms": _ms(max((one.latest for one in known), default=None)),
    }


def _windows(moved: Iterable[InstanceFailover], ended: float) -> dict[str, Any]:
    """Return the longest ones in milliseconds; one that was not over is as long as it was watched."""
    some = list(moved)

    def longest(windows: list[TimeWindow]) -> float | None:
        found = [(ended if one.end is None else one.end) - one.start for one in windows]
        return _ms(max(found, default=0.0)) if some else None

    return {
        "no_master_ms": longest([window for one in some for window in one.no_master]),
        "two_masters_ms": longest([window for one in some for window in one.two_masters]),
    }


def event_json(event: DrillEvent) -> dict[str, Any]:
    """Return a line of the timeline, with the fields that a line of `lvsctl events --json` has too; `source` is what told it."""
    return {
        "at": _time(event.at),
        "director": event.director,
        "source": event.source,
        "severity": event.severity,
        "kind": event.kind,
        "subject": event.subject,
        "text": event.text,
        "offset_ms": _ms(event.offset),
        "uncertainty_ms": _ms(event.uncertainty),
    }


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(timespec="microseconds")
