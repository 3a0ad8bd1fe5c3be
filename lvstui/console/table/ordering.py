"""Change the order that the operator has chosen for the table. Pure: a choice in, a choice out.

Not for: the values that columns are sorted by (see `sorting`), nor sorting (see `rows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lvstui.console.table.columns import Column
from lvstui.console.table.rows import Order, TableChoice


def by_column(choice: TableChoice, column: Column | None) -> TableChoice:
    """Sort by that column; if it is sorted by already, the other way round; None: as in the file."""
    order = None
    if column is not None and column.value is not None:
        order = Order(column.id, column.value, column.descending)
        if choice.order == order:
            order = replace(order, descending=not column.descending)
    return replace(choice, order=order)


def by_column_beside(choice: TableChoice, columns: Sequence[Column], step: int) -> TableChoice:
    """Sort by the column `step` columns to the right; before the first one comes the order of the file."""
    sortable = [None, *(column for column in columns if column.value is not None)]
    ids = [None if column is None else column.id for column in sortable]
    now = None if choice.order is None else choice.order.column
    place = ids.index(now) if now in ids else 0
    return by_column(choice, sortable[(place + step) % len(sortable)])


def inverted(choice: TableChoice) -> TableChoice:
    """Sort the other way round; the order of the file has no other way."""
    if choice.order is None:
        return choice
    return replace(choice, order=replace(choice.order, descending=not choice.order.descending))
