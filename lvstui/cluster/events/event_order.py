"""Tell which events may have happened before others that stand above them: their clocks do not settle it.

Of one clock the order is as it says, but for what it says only to within a second or a sample. Of two clocks their offsets are
uncertain besides. Not for: when an event happened (see `event_times`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.view import EventView

_UNMEASURED = (
    5.0  # seconds by which a clock is taken to be uncertain that was not measured: by its greeting it is known, roughly
)
_OWN = ""  # the console's clock


def unsettled(events: Sequence[EventView]) -> list[bool]:
    """Return for each of these events, oldest first, whether one above it may have happened later."""
    latest: dict[str, tuple[float, float]] = {}  # by clock: by itself, and by the operator's clock
    found = []
    for event in events:
        clock, within, low, high = _range(event)
        others = (by_operator for other, (_, by_operator) in latest.items() if other != clock)
        before = latest.get(clock, (float("-inf"), float("-inf")))
        found.append(before[0] > low or any(one > low - within for one in others))
        latest[clock] = max(before[0], high), max(before[1], high + within)
    return found


def _range(event: EventView) -> tuple[str, float, float, float]:
    """Return whose clock tells it, the uncertainty of that, and between what it happened by that clock alone."""
    told = event.clock
    if told is None:
        return _OWN, 0.0, event.wall, event.wall
    within = _UNMEASURED if told.uncertainty_s is None else told.uncertainty_s
    return told.director, within, event.wall - told.early_s, event.wall + told.late_s
