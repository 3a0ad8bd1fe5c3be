"""What a Director whose link was lost during a change shows when it is back: how the change was left there. Pure.

Not for: what is done then (see `change`).
"""

from __future__ import annotations

from typing import Literal

from lvstui.cluster.facts import Facts
from lvstui.cluster.side import Side
from lvstui.cluster.verification import holds, kernel_differences

_HOLDS = {"old": "the old files", "new": "the new files", "another": "files that neither side wrote"}


def returned(transaction: str, side: Side, now: Facts) -> Literal["old", "new", "confirmed", "unfinished", "not yet"]:
    """ "not yet": its new agent has not told all, its old one is still at it, or its kernel is not as its files are."""
    if not side.returned(transaction):
        return "not yet"
    if now.unfinished is not None:
        mine = now.unfinished.transaction == transaction
        return "confirmed" if mine and now.unfinished.confirmed else "unfinished"
    held = holds(side.plan.replacements, now)
    if held == "old" and not kernel_differences((), side.before, now, side.plan.tolerated):
        return "old"
    if held == "new" and not kernel_differences(side.plan.expected, side.before, now, side.plan.tolerated):
        return "new"
    return "not yet"


def left_unfinished(now: Facts) -> str:
    """How it was left when its agent was killed."""
    lines = now.unfinished.lines if now.unfinished is not None else ()
    return f"NOT FINISHED: its agent was ended in the middle. {'. '.join(lines)}. Settle it"


def never_returned(transaction: str, side: Side, now: Facts) -> str:
    """How it was left when it did not show it in time."""
    if now.live and side.returned(transaction):
        held = _HOLDS[holds(side.plan.replacements, now)]
        return f"NOT AS IT WAS: it has {held}, and its kernel differs from them; look at it"
    return "NOT KNOWN: the link was lost. What is not confirmed there is put back by itself; reconnect, and look"
