"""Do what the operator asks for: a module for each family of actions, with a function of the main screen for each action.

Not for: keys and words (see `console.actions`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstui.console.actions import (
    ADD,
    BY_NAME,
    COPY,
    DRAIN,
    FOLD,
    MACHINE,
    MARK,
    MARK_RANGE,
    REMOVE,
    RESTORE,
    WEIGHT,
    WEIGHT_DOWN,
    WEIGHT_DOWN_TEN,
    WEIGHT_UP,
    WEIGHT_UP_TEN,
)

# Each registers its functions; all of them are needed.
from lvstui.console.commands import change_actions, cluster, console, problem_actions, screens, table  # noqa: F401
from lvstui.console.commands.change_actions import restore_due as restore_due
from lvstui.console.commands.change_actions import restore_machine as restore_machine
from lvstui.console.commands.problem_actions import show_problem as show_problem
from lvstui.console.commands.registry import COMMANDS
from lvstui.console.commands.screens import show_director as show_director

if TYPE_CHECKING:
    from lvstui.console.screens.main_screen import MainScreen


# What acts on the row under the cursor, which may have been scrolled out of sight.
_ON_THE_ROW = frozenset(
    (DRAIN, RESTORE, WEIGHT, WEIGHT_UP, WEIGHT_DOWN, WEIGHT_UP_TEN, WEIGHT_DOWN_TEN, ADD, REMOVE, MARK, MACHINE, MARK_RANGE,
     FOLD, COPY)
)  # fmt: skip


def run(main: MainScreen, name: str) -> None:
    """Do the action of that name; the row that it acts on comes into sight first."""
    if BY_NAME[name] in _ON_THE_ROW:
        main.table.show_cursor()
    COMMANDS[BY_NAME[name]](main)
