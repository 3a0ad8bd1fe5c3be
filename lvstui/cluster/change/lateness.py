"""Say what it means that a Director did not do in time what it was asked for. Pure.

Not for: what is done then (see `coordinator`).
"""

from __future__ import annotations

from typing import NamedTuple

from lvstui.cluster.change.participant import STEP_OF, Participant
from lvstui.cluster.change.phases import Phase
from lvstui.cluster.change.reconnect import never_returned
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.outcome import Kind


class Lateness(NamedTuple):
    """The consequence for a change of a Director that did not do in time what it was asked for."""

    left: str | None  # how the Director is left; None: there is still something to ask for
    certain: bool  # that `left` is known
    kind: Kind | None  # how the change ends; None: as it would have
    text: str


def judge(transaction: str, one: Participant, now: Facts, *, decided: bool) -> Lateness:
    """Return it for the phase that a Director is in, and show its step as failed; `decided`: every Director has confirmed."""
    phase, name = one.phase, one.name
    if phase is Phase.AWAY:
        text = f"the link to {name} was lost during the change"
        return Lateness(never_returned(transaction, one, now), False, "undecided", text)
    one.mark("failed", "no answer in time")
    if phase is Phase.VERIFYING:
        what = "; ".join(one.differences(now)) or "no fresh sample came"
        one.steps["verify"] = ("failed", what)
        return Lateness(None, True, "rolled back", f"{name} was not as predicted: {what}")
    if phase is Phase.ROLLING_BACK:
        if one.held and decided:
            return Lateness("unchanged, and verified", True, None, "")
        return Lateness("NOT KNOWN: rolling back did not end in time", False, None, "")
    if phase in (Phase.CONFIRMING, Phase.CLOSING):
        left, text = "NOT KNOWN: the confirmation was not answered", f"{name} did not answer the confirmation"
        return Lateness(left, False, "undecided", text)
    kind: Kind = "refused" if phase is Phase.STAGING else "rolled back"
    return Lateness(None, True, kind, f"{name}: no answer to {STEP_OF[phase]} in time")
