"""Tell whether a drill's Director is as it was: keepalived, its files, and what it was MASTER of. Views in, words out.

Not for: waiting for that (see `drill_run`).
"""

from __future__ import annotations

from collections.abc import Iterable

from lvstui.cluster.drill.result import DrillNote, NoteOn
from lvstui.cluster.plan.drill_plan import DrillPlan
from lvstui.cluster.text import listed, plain
from lvstui.cluster.view import ClusterView, LinkState


class WayBack:
    """The instances that a drill's Director was MASTER of, and is to be again."""

    def __init__(self, plan: DrillPlan, view: ClusterView) -> None:
        self._director = plan.director
        self.stays = frozenset(plain(name, 60) for name in plan.staying)
        self.returns = masters(view, plan.director) - self.stays

    def over(self, view: ClusterView, away: frozenset[str]) -> bool:
        """Return True if it is MASTER of them. `away` are those that were seen to leave, and not yet to return."""
        return self.returns <= masters(view, self._director) and not away & self.returns

    def missing(self, view: ClusterView) -> list[str]:
        """Return what it is not MASTER of again, in words."""
        names = sorted(self.returns - masters(view, self._director))
        return [f"{self._director} is not MASTER of {listed(names)} again"] if names else []

    def notes(self, view: ClusterView, away: frozenset[str]) -> Iterable[NoteOn]:
        """Give what a reader of the result must know of instances whose return was not seen, or that stay elsewhere."""
        back = masters(view, self._director)
        if unseen := away & self.returns & back:
            yield NoteOn(DrillNote.FAILBACK_UNSEEN, tuple(sorted(unseen)), (self._director,))
        if staying := self.stays - back:
            yield NoteOn(DrillNote.STAYS, tuple(sorted(staying)), (self._director,))


def masters(view: ClusterView, director: str) -> frozenset[str]:
    """Return the instances that a Director is MASTER of."""
    found = next(one for one in view.directors if one.name == director)
    return frozenset(one.name for one in found.vrrp if one.state == "MASTER")


def wrong(view: ClusterView, director: str) -> list[str]:
    """Return what is left of a drill on its Director, in words."""
    one = next(one for one in view.directors if one.name == director)
    if one.state is not LinkState.LIVE:
        return [f"{director} cannot be reached: {one.error or 'no answer'}; its agent undoes the drill by itself"]
    found = []
    if not one.keepalived.running:
        found.append(f"keepalived does not run on {director}")
    if one.unfinished is not None:
        found.append(f"on {director} it was left unfinished: {'. '.join(one.unfinished.lines) or 'settle it'}")
    if one.handed_over is not None:
        found.append(f"{director} is still handed over: take it back")
    return found
