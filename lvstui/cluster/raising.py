"""The second half of an add: a real server that went in at weight 0 is raised when the checkers of all Directors see it alive.

Not for: doing it (see `session`), nor writing the 0 (see `edits`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lvstui.cluster.edits import Edited, find
from lvstui.cluster.facts import Facts
from lvstui.cluster.intent import Intent, Target

_PATIENCE = 20.0  # seconds beside the checkers' own times: a busy Director, a dump that is on its way
_LONGEST = 300.0  # seconds; an operator waits no longer
_CHECK = 10.0  # seconds that one check may take


@dataclass(frozen=True)
class FollowUp:
    """A second change, to be made when all `targets` are seen alive on every Director, at most `seconds` later."""

    intent: Intent
    targets: tuple[Target, ...]  # those that have a checker to wait for
    seconds: float


def follow_up(intent: Intent, edited: Sequence[Edited]) -> FollowUp | None:
    """What is to follow on edits that put real servers in at weight 0."""
    raised = tuple(dict.fromkeys(target for one in edited for target in one.raised))
    if not raised:
        return None
    checked: dict[Target, None] = {}
    seconds = 0.0
    for one in edited:
        for target in raised:
            found = find(one.after, target)
            if found is not None and found[1].checkers:
                checked[target] = None
                seconds = max(seconds, 2 * found[0].delay_loop)  # the first check comes within one of them
    restore = Intent("restore", raised, None, intent.by, intent.when, intent.reason)
    return FollowUp(restore, tuple(checked), min(_LONGEST, seconds + _CHECK + _PATIENCE))


def awaited(follow_up: FollowUp, directors: Sequence[Facts]) -> dict[str, str]:
    """For each Director, what its checkers have not yet seen alive; "" when there is nothing left to wait for."""
    return {facts.name: _awaited(follow_up, facts) for facts in directors}


def _awaited(follow_up: FollowUp, facts: Facts) -> str:
    missing = []
    for target in follow_up.targets:
        if (target.virtual_server, target.real_server) in facts.seen_alive:
            continue
        # A configuration that does not have it yet is one from before the change.
        found = find(facts.configuration, target) if facts.configuration is not None else None
        if found is None or found[1].checkers:
            missing.append(target.real_server)
    return ", ".join(dict.fromkeys(missing))
