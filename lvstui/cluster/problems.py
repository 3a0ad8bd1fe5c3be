"""What is wrong and lasts, each with what it means and what to do.

A failover is over in about a second; while it goes on, no MASTER, two of them, or a VIP nowhere is how it works. So what is
normal for a moment is told only when it lasts, and never later than that.

Not for: what happened (see `events`), nor the findings themselves (see `findings`).
"""

from __future__ import annotations

from collections.abc import Iterable

from lvstui.cluster.finding import Finding
from lvstui.cluster.view import Problem, Severity

_GRAVITY = {severity: rank for rank, severity in enumerate(Severity)}


class Problems:
    def __init__(self) -> None:
        self._since: dict[str, tuple[float, float]] = {}  # id -> monotonic, operator's wall clock
        self.hidden = False  # will time alone show another

    def show(self, findings: Iterable[Finding], now: float, wall: float) -> tuple[Problem, ...]:
        """The problems of now, gravest first; `since` stays while one lasts."""
        since: dict[str, tuple[float, float]] = {}
        shown: list[Problem] = []
        self.hidden = False
        for finding in findings:
            began = since[finding.id] = self._since.get(finding.id, (now, wall))
            if now - began[0] < finding.lasts:
                self.hidden = True
                continue
            shown.append(
                Problem(finding.id, finding.severity, finding.text, finding.detail, finding.director, began[1])
            )
        self._since = since
        shown.sort(key=lambda problem: (-_GRAVITY[problem.severity], problem.since))
        return tuple(shown)
