"""Keep which problems the operator has acknowledged: in this console only, for as long as it is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lvstui.cluster.view import Problem, Severity


class Acknowledgements:
    """The problems that are acknowledged, each as it was then: one that changes is new."""

    def __init__(self) -> None:
        self._stated: dict[str, tuple[object, ...]] = {}

    def __contains__(self, problem: object) -> bool:
        return isinstance(problem, Problem) and self._stated.get(problem.id) == problem.stated

    def toggle(self, problem: Problem) -> bool:
        """Acknowledge a problem, or take that back. Return True if it is acknowledged now."""
        if problem in self:
            del self._stated[problem.id]
            return False
        self._stated[problem.id] = problem.stated
        return True

    def keep(self, problems: Iterable[Problem]) -> None:
        """Forget what is not among these problems of now, or not as it was: it is new when it comes back."""
        if self._stated:
            self._stated = {problem.id: problem.stated for problem in problems if problem in self}

    def order(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return those that need attention, in their order, and then those that are acknowledged; INFO is left out."""
        grave = [problem for problem in problems if problem.severity is not Severity.INFO]
        return tuple(sorted(grave, key=lambda problem: problem in self))

    def count(self, problems: Sequence[Problem]) -> int:
        """Return how many of these are acknowledged."""
        return sum(problem in self for problem in problems)


NOTHING = Acknowledgements()
