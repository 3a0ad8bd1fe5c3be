"""Decide where a problem leads: by its typed subject, never by its text. Pure. Not for: going there (see `commands`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import Problem


class Place(Enum):
    """A kind of place that a problem leads to."""

    ROW = "row"
    DIRECTOR = "director"
    CONFIGURATION = "configuration"
    TOPOLOGY = "topology"


_IN_THE_FILES = frozenset(
    (ProblemKind.CONFIGURATION, ProblemKind.PENDING, ProblemKind.FILES_DIFFER, ProblemKind.UNUSABLE_FILE)
)


@dataclass(frozen=True)
class ProblemStep:
    """One place that a problem leads to; a problem of several real servers has a step for each."""

    problem: Problem
    place: Place
    row: tuple[str, str | None] | None = None  # a virtual server, and a real server of it

    @property
    def key(self) -> tuple[str, tuple[str, str | None] | None]:
        """Return what tells it from the others while the problem lasts."""
        return self.problem.id, self.row


def steps(problems: Iterable[Problem]) -> list[ProblemStep]:
    """Return where these problems lead, in their order."""
    return [step for problem in problems for step in _steps(problem)]


def _steps(problem: Problem) -> list[ProblemStep]:
    subject = problem.subject
    if subject.targets:
        return [ProblemStep(problem, Place.ROW, (one.virtual_server, one.real_server)) for one in subject.targets]
    if subject.virtual_server is not None:
        return [ProblemStep(problem, Place.ROW, (subject.virtual_server, None))]
    if subject.file is not None or problem.kind in _IN_THE_FILES:
        return [ProblemStep(problem, Place.CONFIGURATION)]
    if problem.director is not None:
        return [ProblemStep(problem, Place.DIRECTOR)]
    return [ProblemStep(problem, Place.TOPOLOGY)]
