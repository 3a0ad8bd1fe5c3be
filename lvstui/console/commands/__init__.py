"""Do what the operator asks for: a module for each family of actions, with a function of the main screen for each action.

Not for: keys and words (see `console.actions`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstui.console.actions import BY_NAME

# Each registers its functions; all of them are needed.
from lvstui.console.commands import change_actions, cluster, console, problem_actions, screens, table  # noqa: F401
from lvstui.console.commands.change_actions import restore_due as restore_due
from lvstui.console.commands.change_actions import restore_machine as restore_machine
from lvstui.console.commands.problem_actions import show_problem as show_problem
from lvstui.console.commands.registry import COMMANDS
from lvstui.console.commands.screens import show_director as show_director

if TYPE_CHECKING:
    from lvstui.console.screens.main_screen import MainScreen


def run(main: MainScreen, name: str) -> None:
    """Do the action of that name."""
    COMMANDS[BY_NAME[name]](main)
