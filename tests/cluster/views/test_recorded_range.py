"""The moments of a recorded range: steps pass over what was not recorded, and events are gone to one by one."""

from __future__ import annotations

import pytest

from lvstui.cluster.view import Severity
from lvstui.cluster.views.recorded_range import EventMark, RecordedRange, Span

KNOWN = RecordedRange(
    (Span(100.0, 200.0), Span(300.0, 400.0)),
    marks=tuple(EventMark(wall, Severity.INFO) for wall in (120.0, 120.5, 350.0)),
)


@pytest.mark.parametrize(
    ("wall", "seconds", "there"),
    [
        (150.0, 10, 160.0),
        (150.0, -10, 140.0),
        (195.0, 10, 300.0),  # over the gap
        (305.0, -10, 200.0),
        (395.0, 10, 400.0),  # and no further
        (105.0, -10, 100.0),
        (400.0, 1, 400.0),
        (100.0, -1, 100.0),
        (150.0, 250, 400.0),
        (350.0, -300, 100.0),
    ],
)
def test_a_step(wall: float, seconds: float, there: float) -> None:
    assert KNOWN.stepped(wall, seconds) == there


@pytest.mark.parametrize(
    ("wall", "there"), [(0.0, 100.0), (150.0, 150.0), (240.0, 200.0), (260.0, 300.0), (999.0, 400.0)]
)
def test_the_nearest_moment(wall: float, there: float) -> None:
    assert KNOWN.nearest(wall) == there
    assert KNOWN.has(wall) is (wall == there)


def test_each_event_is_gone_to_and_none_twice() -> None:
    walls = []
    mark = KNOWN.mark_after(0.0)
    while mark is not None:
        walls.append(mark.wall)
        mark = KNOWN.mark_after(mark.wall)
    assert walls == [one.wall for one in KNOWN.marks]
    back = []
    mark = KNOWN.mark_before(999.0)
    while mark is not None:
        back.append(mark.wall)
        mark = KNOWN.mark_before(mark.wall)
    assert back == walls[::-1]
