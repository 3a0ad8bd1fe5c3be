"""Judge again just before an install whether enough weight stays alive: a checker may have failed since the plan. Pure.

Not for: the other guards. What they judge is tested by the agent, or verified.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from lvstui.cluster.change.participant import Participant
from lvstui.cluster.change.phases import Phase
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.guards import live_weight
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.outcome import Kind
from lvstui.keepalived.editing.edit import Edit


def objection(
    intent: Intent, participants: Collection[Participant], facts: Callable[[str], Facts], overrides: frozenset[str]
) -> tuple[Kind, str] | None:
    """Return how and why the change ends; None if it may go on: on all Directors that are still to be written to."""
    for one in participants:
        if one.phase is not Phase.STAGED or one.held or one.plan.configurations is None:
            continue
        edited = DirectorEdit(facts(one.name), *one.plan.configurations, Edit(one.plan.files, ""), ())
        for server in dict.fromkeys(target.virtual_server for target in intent.targets):
            for guard in live_weight.check(edited, server):
                if guard.level == "refuse" or (guard.level == "ask" and guard.kind not in overrides):
                    text = f"{guard.kind}: {guard.text}. It was not so when the plan was made: make it anew"
                    return "rolled back" if any(other.touched for other in participants) else "refused", text
    return None
