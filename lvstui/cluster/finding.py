"""Hold a thing that is wrong at this moment. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.problem_subject import PAIR, ProblemSubject
from lvstui.cluster.view import Severity

A_FAILOVER = 1.5  # seconds for which a failover shows what would be wrong otherwise


@dataclass(frozen=True, slots=True)
class Finding:
    """A thing that is wrong, before it is known whether it lasts."""

    kind: ProblemKind
    id: str
    severity: Severity
    text: str
    detail: str = ""
    director: str | None = None
    lasts: float = 0.0  # seconds for which it is normal
    since: float | None = None  # operator's wall clock, where something tells; else it is as long as it is seen
    subject: ProblemSubject = PAIR
    counting: bool = False  # its text counts, and another number alone makes it no other problem
