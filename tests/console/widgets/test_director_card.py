"""A Director's card, and the line that stands for it where there is no room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import BAD
from lvstui.console.widgets.director_card import card
from lvstui.console.widgets.director_line import in_lines
from lvstui.console.widgets.split_brain import Split
from tests.support.handed_over import handed_over
from tests.support.telling import VIPS, Pair


@pytest.mark.parametrize("ms", [0.4, 8.0, 18.0, 180.0, 999.0])
def test_what_follows_the_latency_stays_where_it_is(ms: float) -> None:
    director = Pair().up().director("director1")
    [before] = in_lines([replace(director, latency_s=0.001)], 78)
    [after] = in_lines([replace(director, latency_s=ms / 1000)], 78)
    assert after.plain.index("VI_1") == before.plain.index("VI_1")


def test_keepalived_that_is_stopped_while_its_director_is_handed_over_is_told_as_stopped_and_not_as_trouble() -> None:
    pair = handed_over(Pair().up())
    pair.keepalived("director1", running=False)
    director = pair.director("director1")
    line = in_lines([director], 120)[0].plain
    assert "handed over, keepalived stopped" in line and BAD not in line
    shown = card(director, pair.wall(), Display()).plain
    assert "stopped" in shown and "not running" not in shown and BAD not in shown
    pair.network("director1", VIPS["VI_1"])
    assert f"{BAD} keepalived not running" in in_lines([pair.director("director1")], 120)[0].plain


def test_the_same_things_stand_beneath_one_another() -> None:
    for width in (78, 98, 118):
        first, second = (line.plain for line in in_lines(Pair().up().view().directors, width))
        assert first.index("VI_1") == second.index("VI_1") and first.index("VI_2") == second.index("VI_2")
        assert max(len(first), len(second)) <= width
    assert "VI_1 priority 100" in in_lines(Pair().up().view().directors, 78)[1].plain


def test_two_masters_of_a_split_brain_are_red() -> None:
    director = Pair().up().director("director1")
    split = Split(frozenset({(director.vrrp[0].vrid, director.vrrp[0].family)}))
    for width in (78, 118):
        [line] = in_lines([director], width, split)
        [calm] = in_lines([director], width)
        assert any("$error" in str(span.style) for span in line.spans)
        assert not any("$error" in str(span.style) for span in calm.spans)
    assert any("$error" in str(span.style) for span in card(director, 0.0, Display(), split=split).spans)
