"""Tell what a running step of a change waits for, and for how long: nobody is to look at silence.

Not for: whether it goes on (see `coordinator`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lvstui.cluster.observed.hung_processes import Hung
from lvstui.cluster.plan.outcome import Limits, StepView

_SOON = 2.0  # seconds in which a step is usually over, and needs no words
_NAMED = 2  # rows in one line
_DOING = {
    "stage": "waiting for its lock, and for the new file to be written beside the old one",
    "test": "keepalived -t is checking the new files",
    "install": "keepalived is loading its files",
    "verify": "waiting for fresh figures",
    "confirm": "waiting for the confirmation",
    "roll back": "keepalived is loading the old files",
}


def limit(step: str, limits: Limits) -> float:
    """Return the seconds that a step may take."""
    return {
        "stage": limits.stage,
        "test": limits.stage,
        "install": limits.reload,
        "verify": limits.verify,
        "roll back": limits.roll_back,
    }.get(step, limits.confirm)


def with_wait(view: StepView, waited: float, limits: Limits, lacks: Sequence[str], hangs: Sequence[Hung]) -> StepView:
    """Return the step with what it waits for.

    `lacks`: what the kernel does not show yet; `hangs`: processes of keepalived that do nothing.
    """
    if view.state != "running" or waited < _SOON:
        return view
    what = _DOING.get(view.step, "waiting")
    if view.step == "verify" and lacks:
        more = f" and {len(lacks) - _NAMED} more" if len(lacks) > _NAMED else ""
        what = f"waiting for the kernel: {'; '.join(lacks[:_NAMED])}{more}"
    if hangs:
        what += ", but " + " and ".join(f"its {one.name} {one.condition}" for one in hangs)
    return replace(view, text=f"{what}: {waited:.0f} s of at most {limit(view.step, limits):.0f} s", waited_s=waited)
