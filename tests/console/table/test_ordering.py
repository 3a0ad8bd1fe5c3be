"""The order that the operator chooses by columns, without a screen."""

from __future__ import annotations

from lvstui.console.look.display import Display
from lvstui.console.table import ordering
from lvstui.console.table.columns import columns
from lvstui.console.table.rows import TableChoice

COLUMNS = columns([("director1", True), ("director2", True)], 120, Display())


def order(choice: TableChoice) -> tuple[str, bool] | None:
    return None if choice.order is None else (choice.order.column, choice.order.descending)


def test_the_same_column_once_more_is_the_other_way_round() -> None:
    state = next(column for column in COLUMNS if column.id == "state")
    once = ordering.by_column(TableChoice(flat=True), state)
    assert order(once) == ("state", True) and once.flat
    assert order(ordering.by_column(once, state)) == ("state", False)
    assert order(ordering.by_column(once, None)) is None


def test_columns_are_gone_through_in_a_circle_with_the_order_of_the_file() -> None:
    sortable = [column.id for column in COLUMNS if column.value is not None]
    choice, seen = TableChoice(), []
    for _ in range(len(sortable) + 1):
        choice = ordering.by_column_beside(choice, COLUMNS, 1)
        seen.append(None if choice.order is None else choice.order.column)
    assert seen == [*sortable, None]
    assert order(ordering.by_column_beside(TableChoice(), COLUMNS, -1)) == (sortable[-1], False)


def test_the_order_of_the_file_has_no_other_way() -> None:
    assert ordering.inverted(TableChoice()) == TableChoice()
    name = ordering.by_column(TableChoice(), COLUMNS[0])
    assert order(ordering.inverted(name)) == ("name", True)
