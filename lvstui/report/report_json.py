"""Put a drill's report into JSON: what `drill_summary` gives, with the context and every figure of the page. Unknown is null."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from lvstui.cluster.drill.drill_summary import summary
from lvstui.cluster.drill.result import ConnectionCount, DrillResult, InstanceFailover, ProbeResult, TimeWindow
from lvstui.cluster.drill.views import drill_words
from lvstui.cluster.drill.views.measured_tables import movements, zero_of
from lvstui.cluster.drill.views.report_table import in_ms


def as_json(result: DrillResult) -> dict[str, Any]:
    """Return the object that `lvsctl drill show --json` prints."""
    return {
        **summary(result),
        "cluster": result.cluster,
        "ended": _time(result.ended),
        "by": result.operator or None,
        "reason": result.reason or None,
        "sentence": drill_words.verdict(result),
        "max_outage_ms": in_ms(result.max_outage),
        "directors": [_without_seconds(asdict(one)) for one in result.directors],
        "probe": None if result.probe is None else _probe(result.probe, result.ended),
        "connections": {
            "before": _connections(result.before),
            "after": _connections(result.after),
            "before_at": None if result.before is None else _time(result.before.at),
            "after_at": None if result.after is None else _time(result.after.at),
        },
        "movements": [_movement(name, moved, result.ended) for name, moved in movements(result)],
    }


def _movement(name: str, moved: tuple[InstanceFailover, ...], ended: float) -> dict[str, Any]:
    zero = zero_of(moved)
    return {
        "name": name.lower(),
        "zero": None if zero is None else _time(zero),
        "steps": [
            {
                "instance": one.name,
                "kind": step.kind.value,
                "subject": step.subject,
                "after_ms": None if step.moment is None or zero is None else in_ms(step.moment.at - zero),
                "uncertainty_ms": None if step.moment is None else in_ms(step.moment.uncertainty),
                "unseen": None if step.unseen is None else step.unseen.value,
            }
            for one in moved
            for step in one.milestones
        ],
        "no_master": [_window(one, window, ended) for one in moved for window in one.no_master],
        "two_masters": [_window(one, window, ended) for one in moved for window in one.two_masters],
    }


def _window(one: InstanceFailover, window: TimeWindow, ended: float) -> dict[str, Any]:
    return {
        "instance": one.name,
        "from": _time(window.start),
        "ms": in_ms((ended if window.end is None else window.end) - window.start),
        "over": window.end is not None,
        "uncertainty_ms": in_ms(window.uncertainty),
    }


def _probe(probe: ProbeResult, ended: float) -> dict[str, Any]:
    return {
        "target": probe.target,
        "host": probe.host or None,
        "per_s": probe.rate,
        "requests": probe.requests,
        "answered": probe.answered,
        "longest_gap_ms": in_ms(probe.longest_gap),
        "error": probe.error or None,
        "until": None if probe.until is None else _time(probe.until),
        "reasons": list(probe.reasons),
        "skipped": probe.skipped,
        "outages": [
            {
                "from": _time(one.start),
                "ms": in_ms(probe.length(one, ended)),
                "over": one.end is not None,
                "lost": one.lost,
                "uncertainty_ms": in_ms(one.uncertainty),
            }
            for one in probe.outages
        ],
        "more_outages": probe.more_outages,
        "held": None
        if probe.held is None
        else {
            "fate": probe.held.fate.value,
            "at": None if probe.held.at is None else _time(probe.held.at),
            "real_server": probe.held.real_server or None,
            "silent_ms": in_ms(probe.held.silent_s),
        },
    }


def _connections(count: ConnectionCount | None) -> list[dict[str, Any]] | None:
    return None if count is None else [asdict(one) for one in count.servers]


def _without_seconds(told: dict[str, Any]) -> dict[str, Any]:
    """Return the same with its lengths in milliseconds, as everywhere in this JSON."""
    offset, uncertainty = told.pop("clock_offset"), told.pop("clock_uncertainty")
    return {**told, "clock_offset_ms": in_ms(offset), "clock_uncertainty_ms": in_ms(uncertainty)}


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")
