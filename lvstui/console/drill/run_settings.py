"""Read the figures of a drill that is to be run, as they are typed: its hold, the outage allowed, the probe's rate. Pure."""

from __future__ import annotations

import math
from typing import NamedTuple

from lvstui.cluster.drill.clients.probe_target import FASTEST, SLOWEST
from lvstui.cluster.plan.drill_plan import LONGEST_HOLD, SHORTEST_HOLD

HOLD, RATE = "10", "50"  # as they are proposed: seconds, requests per second


class RunSettings(NamedTuple):
    """The figures of a run."""

    hold: float  # seconds until what was begun is undone
    max_outage: float | None  # seconds; None: none is too long
    rate: float  # requests per second of the probe


def settings(hold: str, max_outage: str, rate: str) -> RunSettings:
    """Return what was typed. Raises ValueError, which says what is wrong with which field."""
    held = _number("hold", hold, HOLD, SHORTEST_HOLD, LONGEST_HOLD)
    outage = _number("max outage", max_outage, "", 0.0, math.inf) if max_outage.strip() else None
    return RunSettings(held, outage, _number("rate", rate, RATE, SLOWEST, FASTEST))


def _number(what: str, typed: str, usual: str, least: float, most: float) -> float:
    """Return the number; of an empty field the usual one. A unit may stand behind it: "10 s"."""
    text = typed.strip() or usual
    try:
        number = float(text.removesuffix("/s").removesuffix("s"))
    except ValueError:
        raise ValueError(f"{what}: {text!r} is no number") from None
    if not least <= number <= most or number == math.inf:
        bounds = f"{least:g} to {most:g}" if most < math.inf else f"a number of seconds from {least:g} on"
        raise ValueError(f"{what}: give {bounds}, not {text}")
    return number
