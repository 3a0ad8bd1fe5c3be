"""Tell of which instances there are two MASTERs: what is green otherwise is the trouble there. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import ClusterView, LinkState


@dataclass(frozen=True)
class Split:
    """The virtual routers that have two MASTERs, by VRID and address family."""

    routers: frozenset[tuple[int, str]] = frozenset()

    def has(self, instance: VrrpView) -> bool:
        """Return True if the instance is one of two MASTERs."""
        return instance.state == "MASTER" and (instance.vrid, instance.family) in self.routers


NO_SPLIT = Split()


def split_of(view: ClusterView) -> Split:
    """Return what a split brain is about that is told as a problem; none is, where two MASTERs are of a moment."""
    if all(problem.kind is not ProblemKind.SPLIT_BRAIN for problem in view.problems):
        return NO_SPLIT
    masters = Counter(
        (one.vrid, one.family)
        for director in view.directors
        if director.state is LinkState.LIVE
        for one in director.vrrp
        if one.state == "MASTER"
    )
    return Split(frozenset(router for router, count in masters.items() if count > 1))
