"""The second half of an add: a real server that went in at weight 0 is raised when the checkers of all Directors see it alive.

Not for: doing it (see `session`), nor writing the 0 (see `edits`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lvstui.cluster.edits import Edited
from lvstui.cluster.facts import Facts, find
from lvstui.cluster.intent import Intent, Target
from lvstui.keepalived import Checker

_PATIENCE = 20.0  # seconds beside the checkers' own times: a busy Director, a dump that is on its way
_LONGEST = 300.0  # seconds; an operator waits no longer
_CHECK = 5.0  # seconds that one check may take, unless its checker says so; the next two likewise
_RETRIES = 3.0
_BETWEEN = 3.0


@dataclass(frozen=True)
class FollowUp:
    """A second change, to be made when all `targets` are seen alive on every Director, at most `seconds` later."""

    intent: Intent
    targets: tuple[Target, ...]  # those that have a checker to wait for
    seconds: float
    hold: float = (
        0.0  # seconds that they must stay alive: keepalived says "up" until a first check's retries have failed
    )


def follow_up(intent: Intent, edited: Sequence[Edited]) -> FollowUp | None:
    """What is to follow on edits that put real servers in at weight 0."""
    raised = tuple(dict.fromkeys(target for one in edited for target in one.raised))
    if not raised:
        return None
    checked: dict[Target, None] = {}
    seconds = hold = 0.0
    for one in edited:
        for target in raised:
            found = find(one.after, target)
            if found is not None and found[1].checkers:
                checked[target] = None
                seconds = max(seconds, 2 * found[0].delay_loop)  # the first check comes within one of them
                hold = max(hold, *(_longest_failure(checker, found[0].delay_loop) for checker in found[1].checkers))
    restore = Intent("restore", raised, None, intent.by, intent.when, intent.reason)
    return FollowUp(restore, tuple(checked), min(_LONGEST, seconds + hold + _PATIENCE), min(_LONGEST, hold))


def _longest_failure(checker: Checker, delay_loop: float) -> float:
    """Seconds from the start of a first check to the end of its last retry, when nobody answers."""
    said = dict(words[:2] for option in checker.options if len(words := option.split()) > 1)

    def value(default: float, *names: str) -> float:
        found = [said[name] for name in names if name in said]
        try:
            return float(found[-1]) if found else default
        except ValueError:
            return default

    retries = value(_RETRIES, "retry", "nb_get_retry", "misc_retry")
    timeout = value(delay_loop if checker.kind == "MISC_CHECK" else _CHECK, "connect_timeout", "misc_timeout")
    return (retries + 1) * timeout + retries * value(_BETWEEN, "delay_before_retry") + 1.0


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
