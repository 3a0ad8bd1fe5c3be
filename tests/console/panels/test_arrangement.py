"""Where the table and its panels are, at every size: inside, apart from one another, and nothing left over. Pure."""

from __future__ import annotations

from itertools import combinations

import pytest
from textual.geometry import Region, Size

from lvstui.console.panels.arrangement import Needs, arrange, card_form, may_draw_topology

NEEDS = [
    Needs(),
    Needs(10, drains=lambda width: 2, topology=12),
    Needs(10_002, filter=True, drains=lambda width: 400, topology=300),
]


@pytest.mark.parametrize("needs", NEEDS, ids=["empty", "usual", "huge"])
@pytest.mark.parametrize("width", [60, 79, 80, 95, 96, 100, 119, 120, 160, 179, 180, 200, 300])
def test_every_cell_belongs_to_one_panel(width: int, needs: Needs) -> None:
    for height in range(3, 90):
        whole = Region(0, 0, width, height)
        regions = [place.region for place in arrange(whole.size, needs).values()]
        assert all(one.area and whole.contains_region(one) for one in regions), height
        assert not any(one.overlaps(other) for one, other in combinations(regions, 2)), height
        if needs.table < height - 2 or needs is NEEDS[2]:
            assert sum(one.area for one in regions) == whole.area, height


def test_the_table_is_as_high_as_its_rows_and_a_long_one_leaves_room_for_the_panels() -> None:
    for width in (80, 119, 120, 200):
        assert arrange(Size(width, 32), NEEDS[1])["table"].region.height == 10
        long = arrange(Size(width, 32), NEEDS[2])
        assert 15 <= long["table"].region.height <= 24 and "selected" in long and "events" in long


def test_what_is_wide_has_more_beside_the_table() -> None:
    def names(width: int, height: int) -> set[str]:
        return {str(name) for name in arrange(Size(width, height), NEEDS[1])}

    usual = {"table", "selected", "drains", "events"}
    assert names(80, 18) == names(119, 32) == names(120, 32) == usual
    assert names(200, 50) == usual | {"topology", "plots"}
    assert names(200, 20) == usual
    assert names(80, 12) == {"table", "events"}


def test_cards_are_lines_where_the_screen_is_low_or_narrow() -> None:
    forms = {(80, 24): "lines", (80, 50): "stacked", (119, 40): "beside", (120, 24): "lines", (300, 80): "beside"}
    assert {size: card_form(Size(*size)) for size in forms} == forms


def test_a_small_topology_stands_over_the_events_where_it_leaves_them_room() -> None:
    needs = Needs(10, topology=9)
    assert "topology" in arrange(Size(120, 30), needs) and "topology" in arrange(Size(179, 40), needs)
    assert "topology" not in arrange(Size(120, 27), needs)
    assert may_draw_topology(Size(120, 40)) and not may_draw_topology(Size(119, 60))
    assert arrange(Size(120, 30), needs)["events"].region.height >= 8
