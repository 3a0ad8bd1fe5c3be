"""The card of a Director where there is one line for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.console.widgets.director_card import one_line
from tests.support.telling import Pair


@pytest.mark.parametrize("ms", [0.4, 8.0, 18.0, 180.0, 999.0])
def test_what_follows_the_latency_stays_where_it_is(ms: float) -> None:
    director = Pair().up().director("director1")
    place = one_line(replace(director, latency_s=0.001), 78).plain.index("VI_1")
    assert one_line(replace(director, latency_s=ms / 1000), 78).plain.index("VI_1") == place
