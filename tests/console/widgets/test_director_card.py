"""The card of a Director where there is one line for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import BAD
from lvstui.console.widgets.director_card import card, one_line
from tests.support.handed_over import handed_over
from tests.support.telling import VIPS, Pair


@pytest.mark.parametrize("ms", [0.4, 8.0, 18.0, 180.0, 999.0])
def test_what_follows_the_latency_stays_where_it_is(ms: float) -> None:
    director = Pair().up().director("director1")
    place = one_line(replace(director, latency_s=0.001), 78).plain.index("VI_1")
    assert one_line(replace(director, latency_s=ms / 1000), 78).plain.index("VI_1") == place


def test_keepalived_that_is_stopped_while_its_director_is_handed_over_is_told_as_stopped_and_not_as_trouble() -> None:
    pair = handed_over(Pair().up())
    pair.keepalived("director1", running=False)
    director = pair.director("director1")
    line = one_line(director, 120).plain
    assert "handed over, keepalived stopped" in line and BAD not in line
    shown = card(director, pair.wall(), Display()).plain
    assert "stopped" in shown and "not running" not in shown and BAD not in shown
    pair.network("director1", VIPS["VI_1"])
    assert f"{BAD} keepalived not running" in one_line(pair.director("director1"), 120).plain
