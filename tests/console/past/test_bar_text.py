"""What the time bar says of a range: the line, the events on it, the moment, and the times."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC
from functools import cache

import pytest

from lvstui.cluster.view import Severity
from lvstui.cluster.views.recorded_range import EventMark, RatePoint, RecordedRange, Span
from lvstui.console.look.braille import _BLANK
from lvstui.console.look.display import Display
from lvstui.console.past import bar_text
from tests.support.story import BEGAN

DISPLAY = Display(zone=UTC)


@cache
def known(*spans: tuple[float, float], **more: Hashable) -> RecordedRange:
    """Return a range of these seconds after the story's beginning, with a figure every five seconds."""
    told = tuple(Span(BEGAN + began, BEGAN + ended) for began, ended in spans)
    rates = tuple(
        RatePoint(wall, 100.0)
        for span in told
        for wall in (span.began + step for step in range(5, int(span.ended - span.began) + 1, 5))
    )
    return RecordedRange(told, rates, **more)  # type: ignore[arg-type]


def drawn(range: RecordedRange, at: float, width: int = 80, rows: int = 1) -> list[str]:
    return [line.plain for line in bar_text.lines(range, BEGAN + at, rows, width, DISPLAY, BEGAN + 86400 / 4)]


@pytest.mark.parametrize("width", [57, 78, 118, 198])
@pytest.mark.parametrize("rows", [1, 2, 4])
@pytest.mark.parametrize("seconds", [1, 7, 600, 86400, 8 * 86400])
def test_every_line_has_the_width_and_the_moment_is_said(width: int, rows: int, seconds: int) -> None:
    for share in (0.0, 0.3, 1.0):
        shown = drawn(known((0, seconds)), seconds * share, width, rows)
        assert [len(line) for line in shown] == [width] * (rows + 2)
        assert DISPLAY.moment(BEGAN + seconds * share, BEGAN + 86400 / 4) in shown[-1]


def test_a_gap_has_neither_line_nor_rule() -> None:
    line, rule, _ = drawn(known((0, 300), (700, 1000)), 0)
    assert set(rule[26:54]) == {" "} and set(line[26:54]) <= {" ", chr(_BLANK)}
    assert "─" * 22 in rule[:25] and "─" * 22 in rule[55:]
    assert " " not in line[1:23]


def test_of_the_events_in_one_cell_the_gravest_is_seen() -> None:
    marks = tuple(
        EventMark(BEGAN + at, severity)
        for at, severity in ((500.0, Severity.ERROR), (500.5, Severity.INFO), (800.0, Severity.CRITICAL))
    )
    _, rule, _ = drawn(known((0, 1000), marks=marks), 0)
    assert [(place, char) for place, char in enumerate(rule) if char != "─"] == [(40, "✖"), (63, "▲")]


def test_the_times_between_the_ends_are_round() -> None:
    *_, times = drawn(known((7, 6 * 3600)), 3 * 3600 + 40, 120)
    assert times.split() == ["14:00", "15:00", "16:00", "17:00:40", "18:00", "19:00", "20:00"]


def test_a_cell_and_its_moment_are_each_other_s() -> None:
    scale = bar_text.scale_of(known((0, 1000)), 80)
    assert [scale.cell(scale.wall(cell)) for cell in range(80)] == list(range(80))
    assert (scale.wall(-5), scale.wall(500)) == (BEGAN, BEGAN + 1000)


def test_without_figures_there_is_no_scale() -> None:
    assert bar_text.highest(RecordedRange((Span(BEGAN, BEGAN + 10),)), 80) is None
    assert bar_text.highest(known((0, 100)), 80) == 100.0
