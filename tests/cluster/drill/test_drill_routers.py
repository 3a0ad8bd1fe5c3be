"""What counts for the beginning of a drill: how each Director was then, and not what a lost one had said before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.drill.drill_routers import DrillRouters
from lvstui.cluster.view import ClusterView, LinkState
from tests.support.telling import Pair


def view_of(state: LinkState) -> ClusterView:
    """A pair of which director2 says that it is MASTER too, or said so before its link was gone."""
    view = Pair().up().view()
    first, second = view.directors
    vrrp = tuple(replace(one, state="MASTER") for one in second.vrrp)
    return replace(view, directors=(first, replace(second, vrrp=vrrp, state=state, fresh=state is LinkState.LIVE)))


@pytest.mark.parametrize("state", [LinkState.STALE, LinkState.LOST])
def test_a_director_that_was_gone_at_first_was_no_master(state: LinkState) -> None:
    routers = DrillRouters()
    routers.know(view_of(state))
    assert [one.initial for one in routers.routers] == [{"director1": "MASTER"}] * 2
    routers.know(view_of(LinkState.LIVE))
    assert all(one.initial["director2"] != "MASTER" and one.became_master == {"director2"} for one in routers.routers)


def test_one_that_was_there_counts_as_it_was() -> None:
    routers = DrillRouters()
    routers.know(view_of(LinkState.LIVE))
    assert [one.initial for one in routers.routers] == [{"director1": "MASTER", "director2": "MASTER"}] * 2
