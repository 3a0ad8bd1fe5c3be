"""Plots and canvases: what is drawn where, and that nothing leaves its place. Pure."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from lvstui.console.look import formatting
from lvstui.console.look.braille import binned, ceiling, dots, span
from lvstui.console.topology.canvas import Canvas
from lvstui.console.widgets.plot import picture


def rows(*lines: list[float | None], width: int = 4, height: int = 1, top: float = 4) -> list[str]:
    return ["".join(run.text for run in row) for row in dots(lines, width, height, top)]


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (-3, 1), (0.7, 1), (1, 1), (1.1, 2), (3, 5), (7, 10), (10, 10), (11, 20), (4200, 5000)]
)
def test_the_top_of_the_axis_is_a_round_number(value: float, top: float) -> None:
    assert ceiling(value) == top


def test_the_newest_is_at_the_right_and_what_was_before_is_empty() -> None:
    assert binned([1, 2], 4) == [None, None, 1, 2]


def test_more_values_than_columns_are_averaged_and_none_is_lost_sight_of() -> None:
    assert binned([0, 2, 4, 8], 2) == [1, 6]
    assert binned([9, 0, 2, 4, 8], 3) == [9, 1, 6]
    assert binned([None, None, 3, None], 2) == [None, 3]
    assert span(4, 2) == 4 and span(2, 4) == 4


def test_a_line_is_filled_down_to_the_bottom() -> None:
    assert rows([0.0, 1.33, 2.67, 4.0], width=2) == ["⣠⣾"]
    assert rows([4.0] * 8) == ["⣿⣿⣿⣿"]
    assert rows([None] * 8) == ["    "]


def test_a_gap_stays_empty() -> None:
    assert rows([4.0, 4.0, None, None, 4.0, 4.0, 4.0, 4.0]) == ["⣿ ⣿⣿"]


def test_zeros_show_only_where_nothing_else_is() -> None:
    drawn = dots([[4.0] * 4 + [None] * 4, [0.0] * 8], 4, 1, 4)
    assert drawn[0] == [("⣿⣿", 0), ("⣀⣀", None)]


def test_a_lower_line_lies_over_a_higher_one() -> None:
    drawn = dots([[8.0] * 2, [3.0] * 2], 1, 2, 8)
    assert [run.line for [run] in drawn] == [0, 1]


def test_values_beyond_the_top_stay_in_the_plot() -> None:
    assert rows([100.0] * 8, height=2) == ["⣿⣿⣿⣿", "⣿⣿⣿⣿"]


@pytest.mark.parametrize(("width", "height"), [(24, 6), (60, 12), (12, 3)])
def test_a_picture_is_as_large_as_it_was_asked_to_be(width: int, height: int) -> None:
    drawn = picture([[1.0, 5.0, 3.0], [0.0, 0.0, 0.0]], 1.0, width, height, formatting.rate, 1)
    shown = ["".join(text for text, _ in parts) for parts in drawn]
    assert len(shown) == height
    assert all(cell_len(line) == width for line in shown)
    assert shown[0].lstrip().startswith("5.0┤") and "now" in shown[-1]


def test_nothing_known_is_no_line_at_zero() -> None:
    drawn = picture([[None, None]], 1.0, 40, 6, formatting.rate, 1)
    assert [len(drawn), *{cell_len(text) for [(text, _)] in drawn}] == [6, 40]
    assert "no data yet" in "".join(text for [(text, _)] in drawn)


def canvas(draw: Canvas) -> list[str]:
    return ["".join(text for text, _ in line) for line in draw.lines()]


def test_boxes_and_lines() -> None:
    sheet = Canvas(6, 4)
    sheet.box(0, 0, 5, 3, "dim")
    sheet.across(3, 5, 1, "╌", "good")
    assert canvas(sheet) == ["╭───╮ ", "│   │ ", "╰───╯ ", " ╌╌╌╌╌"]


def test_what_does_not_fit_is_left_out_and_wide_characters_keep_their_width() -> None:
    sheet = Canvas(5, 1)
    assert sheet.put(0, 0, "日本語", "plain") == 4
    assert cell_len(canvas(sheet)[0]) == 5
    sheet.put(3, 7, "elsewhere", "plain")
    sheet.put(-1, 0, "x", "plain")
    assert canvas(sheet)[0].startswith("日本")


def test_escape_sequences_do_not_get_on_a_canvas() -> None:
    sheet = Canvas(12, 1)
    sheet.put(0, 0, "\x1b[31mred\u202e", "plain")
    assert canvas(sheet)[0].isprintable()
