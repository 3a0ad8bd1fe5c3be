"""What could go wrong with a change, each with a name, a verdict and a reason. Reads facts, decides nothing else.

    directors   can it be made at all            edits      does it do what was meant, and no more
    weights     live weight and quorum           quiescence does a weight of 0 do what an operator expects of it
    presence    real servers that come or go     reloading  what the reload does beside the change

Facts about keepalived are those of its sources and of runs of it. docs/guards.md tells all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.edits import Edited
from lvstui.cluster.guards import edits, presence, quiescence, reloading, weights
from lvstui.cluster.guards.directors import check_directors
from lvstui.cluster.guards.guard import Guard, Level
from lvstui.cluster.intent import Intent

__all__ = ["Guard", "Level", "check", "check_directors"]


def check(intent: Intent, edited: Sequence[Edited]) -> tuple[Guard, ...]:
    """The verdicts on edits that are possible."""
    servers = list(dict.fromkeys(target.virtual_server for target in intent.targets))
    guards: list[Guard] = []
    for one in edited:
        guards += edits.only_what_was_meant(one, intent.targets)
        guards += reloading.check(one, [other.facts for other in edited if other is not one])
        for server in servers:
            guards += weights.check(one, server)
        guards += quiescence.check(one, intent.targets)
        guards += presence.check(one, intent.targets)
    guards += edits.agreement(servers, edited)
    return tuple(dict.fromkeys(guards))
