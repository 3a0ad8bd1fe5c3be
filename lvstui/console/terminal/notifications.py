"""Decide what an operator who looks elsewhere is told: trouble that begins, a drain that is safe to stop, a change that ended.

Pure: views and a clock in, texts out. Of one kind there is one in ten seconds; what comes meanwhile is counted in the next.
Nothing is told of what was so before the console knew both Directors: that is how things are, not something that began.

Not for: how it reaches the operator (see `terminal_text`).
"""

from __future__ import annotations

from enum import Enum

from lvstui.cluster.view import ClusterView, EventView, LinkState, Severity
from lvstui.console.acknowledgements import Acknowledgements

APART = 10.0  # seconds between two of one kind
_GRAVITY = {severity: rank for rank, severity in enumerate(Severity)}


class Occasion(Enum):
    """A kind of what is told, with how several are counted."""

    PROBLEM = "new problems"
    DRAINED = "drains are safe to stop"
    CHANGED = "changes have ended"


class Notifications:
    """Decide what is to be told of one cluster."""

    def __init__(self) -> None:
        self._begun = False
        self._problems: dict[str, tuple[object, ...]] = {}
        self._safe: set[tuple[str, str]] = set()
        self._own: list[EventView] = []  # the operator's events in the last view
        self._waiting: dict[Occasion, list[str]] = {occasion: [] for occasion in Occasion}
        self._told: dict[Occasion, float] = {}

    def see(self, view: ClusterView, least: Severity, acknowledged: Acknowledgements) -> None:
        """Take in a newer view; problems below `least` are not told."""
        problems = {problem.id: problem.stated for problem in view.problems}
        safe = {(drain.virtual_server, drain.real_server) for drain in view.drains if drain.safe}
        own = [event for event in view.events if event.source == "you"]
        if self._begun:
            new = [
                problem.text
                for problem in view.problems
                if self._problems.get(problem.id) != problem.stated
                and problem not in acknowledged
                and _GRAVITY[problem.severity] >= _GRAVITY[least]
            ]
            self._waiting[Occasion.PROBLEM] += new
            self._waiting[Occasion.DRAINED] += [
                f"{real} is safe to stop ({virtual})" for virtual, real in sorted(safe - self._safe)
            ]
            known = set(map(id, self._own))  # a new one may not be the newest
            self._waiting[Occasion.CHANGED] += [one.text for one in own if id(one) not in known]
        elif all(director.state is not LinkState.CONNECTING or director.error for director in view.directors):
            self._begun = True
        self._problems, self._safe = problems, safe
        self._own = own

    def due(self, now: float) -> list[str]:
        """Return what is told now, one text of a kind; by the monotonic clock."""
        texts: list[str] = []
        for occasion, waiting in self._waiting.items():
            if waiting and now - self._told.get(occasion, now - APART) >= APART:
                self._told[occasion] = now
                more = f"{len(waiting)} {occasion.value}: " if len(waiting) > 1 else ""
                texts.append(f"{more}{waiting[0]}")
                waiting.clear()
        return texts
