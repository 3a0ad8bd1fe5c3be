"""Keep what is wrong and lasts, each with what it means and what to do.

A failover is over in about a second; while it goes on, no MASTER, two of them, or a VIP nowhere is how it works. So what is
normal for a moment is told only when it lasts, and never later than that.

Not for: what happened (see `events`), nor the findings themselves (see `checks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lvstui.cluster.finding import Finding
from lvstui.cluster.flapping import Flapping
from lvstui.cluster.view import Problem, Severity

_GRAVITY = {severity: rank for rank, severity in enumerate(Severity)}


class Problems:
    """The problems of one pair, by how long each has lasted."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[float, float]] = {}  # id -> monotonic, operator's wall clock
        self.flapping = Flapping()
        self.hidden = False  # will time alone show another

    def show(self, findings: Iterable[Finding], now: float, wall: float) -> tuple[Problem, ...]:
        """Return the problems of now, gravest first; `since` stays while one lasts."""
        since: dict[str, tuple[float, float]] = {}
        shown: list[Problem] = []
        self.hidden = False
        for finding in findings:
            began = since[finding.id] = self._since.get(finding.id, (now, wall))
            if now - began[0] < finding.lasts:
                self.hidden = True
                continue
            shown.append(
                Problem(
                    finding.kind,
                    finding.id,
                    finding.severity,
                    finding.text,
                    finding.detail,
                    finding.director,
                    began[1] if finding.since is None else finding.since,
                    finding.subject,
                    finding.counting,
                )
            )
        self._since = since
        shown.sort(key=lambda problem: (-_GRAVITY[problem.severity], problem.since))
        return tuple(shown)

    def memory(self) -> dict[str, list[float]]:
        """Return since when each has lasted, as JSON."""
        return {id: list(began) for id, began in self._since.items()}

    def recall(self, memory: Mapping[str, Sequence[float]]) -> None:
        """Take in what `memory` returned."""
        self._since = {id: (now, wall) for id, (now, wall) in memory.items()}
