"""Which messages change figures alone, so that who draws may wait for those of the other Director."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lvstui.director.protocol.host_messages import Host
from lvstui.director.protocol.link_messages import Pong
from tests.support.telling import Pair, advertiser, row

HOST = Host(100.0, 0.1, 2, 1.0, 2.0, (), 1, 100, None)


def pair() -> Pair:
    up = Pair().up()
    up.say("director1", HOST)
    up.adverts("director2", advertiser("10.10.0.2", 990.0))
    return up


@pytest.mark.parametrize(
    ("tell", "alone"),
    [
        (lambda pair: pair.ipvs("director1", row(8081, active=9), full=False), True),
        (lambda pair: pair.say("director1", HOST), True),
        (lambda pair: pair.adverts("director2", advertiser("10.10.0.2", 990.0)), True),
        (lambda pair: pair.say("director1", Pong(100.0, 999.9, 100.0, 0.0)), True),
        (lambda pair: pair.ipvs("director1", row(8081, 0), full=False), False),
        (lambda pair: pair.ipvs("director1", row(8081), row(8082)), False),
        (lambda pair: pair.adverts("director2", advertiser("10.10.0.2", 990.0, priority=0)), False),
        (lambda pair: pair.adverts("director2"), False),
        (lambda pair: pair.vrrp("director1", "BACKUP"), False),
        (lambda pair: pair.network("director1"), False),
        (lambda pair: pair.log("director1", "a line"), False),
    ],
)
def test_only_counts_and_rates_are_figures_alone(tell: Callable[[Pair], None], alone: bool) -> None:
    told = pair()
    changes, figures = told.state.changes, told.state.figures
    tell(told)
    assert told.state.changes == changes + 1
    assert (told.state.figures == figures + 1) is alone
