"""Judge whether it is the time for a drill: no drain is in progress, and nothing else is being written.

Not for: whether the other Director takes over (see `takeover`), nor what clients meet there (see `service_readiness`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.cluster.text import counted, shortened


def check(drains: Sequence[str], busy: Sequence[str]) -> Iterator[Guard]:
    """Judge the moment: `drains` in progress, and the Directors on which another change or drill is being made."""
    if drains:
        text = f"{counted(len(drains), 'drain')} in progress: {shortened(list(drains))}; its connections may be cut"
        yield Guard(GuardKind.DRAINS, "ask", text)
    for name in busy:
        yield Guard(GuardKind.DRILL, "refuse", "another change or drill is being made there", name)
