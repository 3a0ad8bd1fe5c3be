"""Do the actions of the table: what it shows, in which order, and which rows are marked. None writes anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lvstui.cluster.identity.target import machine_of
from lvstui.console.actions import (
    CLEAR,
    DRAINS,
    FILTER,
    FLAT,
    FOLD,
    FOLD_ALL,
    INVERT,
    MACHINE,
    MARK,
    MARK_RANGE,
    SORT_LEFT,
    SORT_RIGHT,
)
from lvstui.console.app_parts import parts_of
from lvstui.console.commands.registry import runs
from lvstui.console.table import ordering
from lvstui.console.table.filter_line import FilterLine
from lvstui.console.widgets.drains_panel import DrainsPanel

if TYPE_CHECKING:
    from lvstui.console.screens.main_screen import MainScreen


@runs(FILTER)
def filter_rows(main: MainScreen) -> None:
    main.query_one(FilterLine).open()


@runs(MARK)
def mark(main: MainScreen) -> None:
    if not main.table.toggle_mark():
        main.tell("Move the cursor to a virtual server or to one of its real servers first.")


@runs(MACHINE)
def mark_machine(main: MainScreen) -> None:
    """Mark every port of the machine under the cursor, in every virtual server; when all are marked, none."""
    row = main.table.current()
    if row is None or row.real is None or main.view is None:
        main.tell("Move the cursor to a real server of the machine first.")
        return
    machine, table = machine_of(row.real.id), main.table
    reals = [real for one in main.view.virtual_servers for real in one.real_servers if machine_of(real.id) == machine]
    folded = {real.virtual_server for real in reals} & table.choice.folded
    if folded:
        table.fold(folded, fold=False)
    table.toggle_marks((real.virtual_server, real.id) for real in reals)
    hidden = sum(not table.choice.filter.shows(real) for real in reals)
    if hidden and table.marks:
        main.tell(
            f"The filter hides {hidden} of {len(reals)} ports of {machine}: they are left out until it is cleared."
        )


@runs(DRAINS)
def go_to_drains(main: MainScreen) -> None:
    panel = main.query_one(DrainsPanel)
    if panel.display:
        panel.focus()
    else:
        main.tell("No drain is in progress.")


@runs(MARK_RANGE)
def mark_range(main: MainScreen) -> None:
    main.table.toggle_range()


@runs(CLEAR)
def clear(main: MainScreen) -> None:
    """End or clear what was begun last: the range, the filter, the marks, the past."""
    if main.table.marking:
        main.table.end_range()
    elif main.table.choice.filter or main.query_one(FilterLine).field.value:
        main.query_one(FilterLine).clear()
    elif main.table.marks:
        main.table.clear_marks()
    elif parts_of(main.app).playback.past is not None:
        parts_of(main.app).playback.leave()


@runs(SORT_RIGHT)
def sort_right(main: MainScreen) -> None:
    main.table.sort_beside(1)


@runs(SORT_LEFT)
def sort_left(main: MainScreen) -> None:
    main.table.sort_beside(-1)


@runs(INVERT)
def invert(main: MainScreen) -> None:
    if main.table.choice.order is None:
        keys = parts_of(main.app).keys
        beside = f"{keys.label(SORT_LEFT)} and {keys.label(SORT_RIGHT)}"
        main.tell(f"The rows are in the order of the files. Choose a column to sort by with {beside}.")
    main.table.choose(ordering.inverted(main.table.choice))


@runs(FLAT)
def flat(main: MainScreen) -> None:
    main.table.choose(replace(main.table.choice, flat=not main.table.choice.flat))


@runs(FOLD)
def fold(main: MainScreen) -> None:
    row = main.table.current()
    if main.table.choice.flat:
        _tell_flat(main)
    elif row is None:
        main.tell("Move the cursor to a virtual server, or to one of its real servers, first.")
    else:
        main.table.fold({row.virtual.id}, fold=row.virtual.id not in main.table.choice.folded)


@runs(FOLD_ALL)
def fold_all(main: MainScreen) -> None:
    """Fold every virtual server; when all are, unfold them."""
    if main.table.choice.flat:
        _tell_flat(main)
        return
    ids = {server.id for server in main.view.virtual_servers} if main.view is not None else set()
    main.table.fold(ids, fold=not ids <= main.table.choice.folded)


def _tell_flat(main: MainScreen) -> None:
    main.tell(f"The list is flat: {parts_of(main.app).keys.label(FLAT)} groups it.")
