"""What each action of the table does, as a function of the main screen: one module for each family, put together here by name.

Not for: keys and words (see `console.actions`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lvstui.console.commands import changes, console, screens, surroundings, table
from lvstui.console.commands.changes import restore_due as restore_due

if TYPE_CHECKING:
    from lvstui.console.screens.main import MainScreen

COMMANDS: Mapping[str, Callable[[MainScreen], None]] = {
    "drain": changes.drain,
    "restore": changes.restore,
    "weight": changes.weight,
    "weight_up": changes.weight_up,
    "weight_down": changes.weight_down,
    "weight_up_ten": changes.weight_up_ten,
    "weight_down_ten": changes.weight_down_ten,
    "add": changes.add,
    "remove": changes.remove,
    "undo": changes.undo,
    "history": changes.history,
    "settle": changes.settle,
    "filter": table.filter_rows,
    "mark": table.mark,
    "mark_range": table.mark_range,
    "clear": table.clear,
    "fold": table.fold,
    "fold_all": table.fold_all,
    "sort_right": table.sort_right,
    "sort_left": table.sort_left,
    "invert": table.invert,
    "flat": table.flat,
    "details": screens.details,
    "configuration": screens.configuration,
    "topology": screens.topology,
    "clusters": surroundings.switch_cluster,
    "copy": surroundings.copy_name,
    "picture": surroundings.save_picture,
    "export_csv": surroundings.export_csv,
    "export_json": surroundings.export_json,
    "privacy": surroundings.switch_privacy,
    "settings": surroundings.show_settings,
    "freeze": console.freeze,
    "reconnect": console.reconnect,
    "help": console.show_help,
    "quit": console.leave,
}


def run(main: MainScreen, name: str) -> None:
    """Do the action of that name."""
    COMMANDS[name](main)
