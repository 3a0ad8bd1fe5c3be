"""Tell how a change was left on a Director whose link was lost, by what it shows when it is back. Pure.

Not for: what is done then (see `coordinator`).
"""

from __future__ import annotations

from lvstui.cluster.change.participant import Participant
from lvstui.cluster.change.phases import ChangeEvent
from lvstui.cluster.change.verification import holds, kernel_differences
from lvstui.cluster.plan.facts import Facts

_HOLDS = {"old": "the old files", "new": "the new files", "another": "files that neither side wrote"}


def returned(transaction: str, one: Participant, now: Facts) -> ChangeEvent | None:
    """Return what a Director that is back shows: KEPT where it has the new files; None while it cannot be said.

    Then its new agent has not told all, its old one is still at it, or its kernel is not as its files are.
    """
    if not one.returned(transaction):
        return None
    if now.unfinished is not None:
        mine = now.unfinished.transaction == transaction
        return ChangeEvent.FOUND_CONFIRMED if mine and now.unfinished.confirmed else ChangeEvent.FOUND_UNFINISHED
    held, plan = holds(one.plan.replacements, now), one.plan
    if held == "old" and not kernel_differences((), one.before, now, plan.tolerated, plan.possible):
        return ChangeEvent.FOUND_OLD
    if held == "new" and not kernel_differences(plan.expected, one.before, now, plan.tolerated, plan.possible):
        return ChangeEvent.KEPT
    return None


def left_unfinished(now: Facts) -> str:
    """Return how it was left when its agent was killed, in words."""
    lines = now.unfinished.lines if now.unfinished is not None else ()
    return f"NOT FINISHED: its agent was killed during the change. {'. '.join(lines)}. Settle it"


def never_returned(transaction: str, one: Participant, now: Facts) -> str:
    """Return how it was left when it did not show it in time, in words."""
    if now.live and one.returned(transaction):
        held = _HOLDS[holds(one.plan.replacements, now)]
        return f"NOT AS IT WAS: it has {held}, and its kernel differs from them; check it"
    return (
        "NOT KNOWN: the link was lost. An unconfirmed change there is rolled back automatically; reconnect, and check"
    )
