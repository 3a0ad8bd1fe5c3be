"""The actions that concern the table: what it shows, in which order, and which rows are marked. None writes anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lvstui.console.widgets.filter_line import FilterLine

if TYPE_CHECKING:
    from lvstui.console.screens.main import MainScreen


def filter_rows(main: MainScreen) -> None:
    main.query_one(FilterLine).open()


def mark(main: MainScreen) -> None:
    if not main.table.toggle_mark():
        main.tell("Move the cursor to a server first.")


def mark_range(main: MainScreen) -> None:
    main.table.toggle_range()


def clear(main: MainScreen) -> None:
    """What was begun last: the range, the filter, the marks."""
    if main.table.marking:
        main.table.end_range()
    elif main.table.choice.filter or main.query_one(FilterLine).field.value:
        main.query_one(FilterLine).clear()
    else:
        main.table.clear_marks()


def sort_right(main: MainScreen) -> None:
    main.table.sort_beside(1)


def sort_left(main: MainScreen) -> None:
    main.table.sort_beside(-1)


def invert(main: MainScreen) -> None:
    if main.table.choice.order is None:
        main.tell("The rows are in the order of the files: < and > choose a column to sort by.")
    main.table.invert()


def flat(main: MainScreen) -> None:
    main.table.choose(replace(main.table.choice, flat=not main.table.choice.flat))


def fold(main: MainScreen) -> None:
    row = main.table.current()
    if row is None or main.table.choice.flat:
        main.tell("Move the cursor to a virtual server, or to one of its real servers, first.")
    else:
        main.table.fold({row.virtual.id}, fold=row.virtual.id not in main.table.choice.folded)


def fold_all(main: MainScreen) -> None:
    """Fold every virtual server; when all are, unfold them."""
    ids = {server.id for server in main.view.virtual_servers} if main.view is not None else set()
    main.table.fold(ids, fold=not ids <= main.table.choice.folded)
