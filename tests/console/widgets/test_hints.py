"""The keys at the bottom: what fits, never without help and quit."""

from __future__ import annotations

import pytest

from lvstui.console.actions import ACTIONS
from lvstui.console.widgets.hints import hints


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_what_is_shown_fits_and_tells_how_to_get_help(width: int) -> None:
    shown = hints(width, None).plain
    assert len(shown) <= width
    assert " ? Help " in shown and " q Quit " in shown


def test_the_reason_has_room_at_80_columns() -> None:
    shown = hints(80, "director2 is stale").plain
    assert shown.endswith("no writes: director2 is stale") and len(shown) <= 80


def test_in_the_order_of_the_table() -> None:
    shown = hints(1000, None).plain
    labels = [f" {action.label} " for action in ACTIONS if action.hint]
    assert [shown.index(label) for label in labels] == sorted(shown.index(label) for label in labels)
