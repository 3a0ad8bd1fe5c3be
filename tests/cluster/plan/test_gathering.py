"""What a plan takes of what is known: whether a Director hears the others, where it was MASTER itself until just now."""

from __future__ import annotations

import pytest

from lvstui.cluster.instance_view import AdvertsView
from lvstui.cluster.plan.facts import KnownTime
from lvstui.cluster.plan.gathering import _hears


@pytest.mark.parametrize(
    ("since", "hears"),
    [
        (None, False),
        (KnownTime(120.0, 0.1), False),
        (KnownTime(148.0, 0.1), None),
        (KnownTime(50.0, 0.1), False),
    ],
)
def test_who_was_master_until_just_now_has_not_listened_for_long(since: KnownTime | None, hears: bool | None) -> None:
    assert _hears(AdvertsView(100.0, 50.0, 3.6, ()), since) is hears


def test_who_has_not_listened_for_long_may_still_hear_somebody() -> None:
    assert _hears(AdvertsView(148.0, 2.0, 3.6, ()), None) is None
