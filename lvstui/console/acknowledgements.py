"""Keep which problems the operator has acknowledged: in this console only, for as long as it is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lvstui.cluster.view import ClusterView, DirectorView, LinkState, Problem, Severity


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

    def keep(self, view: ClusterView) -> None:
        """Forget what is not among the problems of now, or not as it was: it is new when it comes back.

        Nothing is forgotten while a Director, or its keepalived, has yet to tell what is so: as when its cluster is opened.
        """
        if self._stated and all(map(_has_told, view.directors)):
            self._stated = {problem.id: problem.stated for problem in view.problems if problem in self}

    def order(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return those that need attention, in their order, and then those that are acknowledged; INFO is left out."""
        grave = [problem for problem in problems if problem.severity is not Severity.INFO]
        return tuple(sorted(grave, key=lambda problem: problem in self))

    def count(self, problems: Sequence[Problem]) -> int:
        """Return how many of these are acknowledged."""
        return sum(problem in self for problem in problems)


def _has_told(director: DirectorView) -> bool:
    if director.state is LinkState.CONNECTING:
        return director.error is not None
    if director.state is not LinkState.LIVE or director.privilege == "observer":
        return True  # nothing more comes
    daemon = director.keepalived
    return not daemon.running or (daemon.vrrp_told and daemon.checkers_told)


NOTHING = Acknowledgements()
