"""Judge what could go wrong with a change: each guard has a kind, a verdict and a reason. Reads facts, decides nothing else.

    possible      that it can be made at all              edit_effect   that it does what was meant, and no more
    live_weight   that enough weight stays alive          quiescence    that a weight of 0 does what is expected of it
    added_removed      real servers that come or go            reloading     what the reload does beside the change
    kernel_rows   that what is to be changed is there     sorry_server  that it is none of the real servers
    twins         what is configured twice                takeover      that another Director takes over
    brought_along      what is pending, and comes along
    service_readiness   that clients meet the same there  guard         the kinds, and a verdict
    drill_time    that it is no time for a drill          copied_lines  what a new real server has of its model

Facts about keepalived are those of its sources and of runs of it. docs/guards.md tells all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.guards import (
    added_removed,
    copied_lines,
    edit_effect,
    kernel_rows,
    live_weight,
    quiescence,
    reloading,
    service_readiness,
    sorry_server,
    takeover,
    twins,
)
from lvstui.cluster.plan.guards.guard import Guard, GuardKind, Level
from lvstui.cluster.plan.guards.possible import check_directors
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.mastership import ExpectedMaster

__all__ = ["Guard", "GuardKind", "Level", "check", "check_directors"]


def check(
    intent: Intent,
    edited: Sequence[DirectorEdit],
    takeovers: Sequence[ExpectedMaster],
    unforeseen: Sequence[Sequence[str]],
) -> tuple[Guard, ...]:
    """Return the verdicts on edits that are possible.

    `takeovers` are those of the virtual routers, where priorities change. `unforeseen`: what cannot be foreseen of what the
    reload of each edit brings along, by name.
    """
    servers = list(dict.fromkeys(target.virtual_server for target in intent.targets))
    guards: list[Guard] = []
    for one, unknown in ((one, unknown) for one, unknown in zip(edited, unforeseen, strict=True) if one.edit.files):
        guards += edit_effect.only_what_was_meant(one, intent.targets)
        guards += edit_effect.no_fatal_error(one)
        guards += kernel_rows.check(one, intent.targets)
        guards += reloading.check(one, unknown, [other.facts for other in edited if other is not one])
        for server in servers:
            guards += live_weight.check(one, server)
        guards += quiescence.check(one, intent.targets)
        guards += added_removed.check(one, intent.targets)
        guards += copied_lines.check(one, intent)
        guards += sorry_server.check(one, intent.targets)
        guards += twins.check(one)
    for one in edited:
        guards += kernel_rows.check_kept(one)
    if takeovers:
        guards += takeover.check(intent, edited, takeovers)
        guards += service_readiness.check(edited, takeovers)
    else:
        guards += edit_effect.agreement(servers, edited)
    return tuple(dict.fromkeys(guards))
