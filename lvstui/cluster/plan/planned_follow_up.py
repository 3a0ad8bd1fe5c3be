"""Plan the second half of an add: what went in at weight 0 is raised when all Directors' checkers see it alive.

The second half is a change of its own, an ordinary restore (decision 0009).
Not for: doing it (see `session.follow_up`), nor writing the 0 (see `edits`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lvstui.cluster.identity.target import Target, find
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.facts import Facts
from lvstui.cluster.plan.intent import Intent
from lvstui.keepalived import Checker

_PATIENCE = 20.0  # seconds beside the checkers' own times: a busy Director, a dump that is on its way
_REPORTED = 2.0  # seconds until what a check has found is known here
_BOOTSTRAP = 1.0  # seconds that keepalived lets pass before the first check, beside the warm-up


@dataclass(frozen=True)
class FollowUp:
    """A second change, to be made when all `targets` are seen alive on every Director, at most `seconds` later."""

    intent: Intent
    targets: tuple[Target, ...]  # those that have a checker to wait for
    seconds: float
    # For so many seconds they must stay alive, unless they are `certain`: keepalived says "up" until all retries have failed.
    hold: float = 0.0


def follow_up(intent: Intent, edited: Sequence[DirectorEdit]) -> FollowUp | None:
    """Return what is to follow on edits that put real servers in at weight 0."""
    raised = tuple(dict.fromkeys(target for one in edited for target in one.raised))
    if not raised:
        return None
    checked: dict[Target, None] = {}
    seconds = hold = 0.0
    for one in edited:
        for target in raised:
            found = find(one.after, target)
            for checker in found[1].checkers if found is not None else ():
                checked[target] = None
                seconds = max(seconds, _first_verdict(checker) + checker.delay_loop)
                hold = max(hold, checker.time_to_fail + _REPORTED)
    restore = Intent("restore", raised, None, intent.by, intent.when, intent.reason)
    return FollowUp(restore, tuple(checked), seconds + _PATIENCE, hold)


def _first_verdict(checker: Checker) -> float:
    """Return the seconds after a reload until its first check has failed with all retries, at the latest."""
    return _BOOTSTRAP + checker.warmup + checker.time_to_fail


def unchecked(target: Target, facts: Facts) -> bool:
    """Return True if keepalived does not check it there now: `ha_suspend`, and its virtual server's address is elsewhere."""
    found = find(facts.configuration, target) if facts.configuration is not None else None
    if found is None or not found[0].ha_suspend:
        return False
    return (target.virtual_server, target.real_server) in facts.suspended


def awaited(follow_up: FollowUp, directors: Sequence[Facts]) -> dict[str, str]:
    """Return for each Director what its checkers have not yet seen alive; "" when there is nothing left to wait for.

    A Director that does not check a real server is not waited for, while another one checks it.
    """
    waited: dict[str, list[str]] = {facts.name: [] for facts in directors}
    for target, facts in _checking(follow_up, directors):
        if not _seen(target, facts):
            waited[facts.name].append(target.real_server)
    return {name: ", ".join(dict.fromkeys(reals)) for name, reals in waited.items()}


def certain(follow_up: FollowUp, directors: Sequence[Facts]) -> bool:
    """Return True if every first check has succeeded, so that none has to be waited for any more."""
    return all(_succeeded(target, facts) for target, facts in _checking(follow_up, directors))


def _checking(follow_up: FollowUp, directors: Sequence[Facts]) -> Iterator[tuple[Target, Facts]]:
    """Return the Directors whose word counts for each target."""
    for target in follow_up.targets:
        for facts in [one for one in directors if not unchecked(target, one)] or directors:
            yield target, facts


def _succeeded(target: Target, facts: Facts) -> bool:
    """Return True if none of its checkers may still fail its first check there.

    Of several URLs keepalived counts the retries of one alone: that it has none may mean that the next is still to be asked.
    """
    found = find(facts.configuration, target) if facts.configuration is not None else None
    if found is None or any(checker.urls > 1 for checker in found[1].checkers):
        return False
    return not found[1].checkers or (target.virtual_server, target.real_server) in facts.succeeded


def _seen(target: Target, facts: Facts) -> bool:
    if (target.virtual_server, target.real_server) in facts.seen_alive:
        return True
    # A configuration that does not have it yet is one from before the change.
    found = find(facts.configuration, target) if facts.configuration is not None else None
    return found is not None and not found[1].checkers
