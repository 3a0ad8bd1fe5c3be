"""Do the actions that change something: each opens its dialog, and nothing is written but what the dialog then shows.

What they open is imported when it is first asked for: the first frame does not wait for the language and the plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lvstui.console.actions import (
    ADD,
    DRAIN,
    HANDOVER,
    HISTORY,
    REMOVE,
    RESTORE,
    SETTLE,
    UNDO,
    WEIGHT,
    WEIGHT_DOWN,
    WEIGHT_DOWN_TEN,
    WEIGHT_UP,
    WEIGHT_UP_TEN,
)
from lvstui.console.commands.registry import runs

if TYPE_CHECKING:
    from lvstui.console.screens.main_screen import MainScreen


@runs(DRAIN)
def drain(main: MainScreen) -> None:
    from lvstui.console.commands import change_dialogs

    change_dialogs.drain(main)


@runs(RESTORE)
def restore(main: MainScreen) -> None:
    from lvstui.console.commands import change_dialogs

    change_dialogs.restore(main)


def restore_due(main: MainScreen, due: Sequence[tuple[str, str]]) -> None:
    """Restore what is due. No key does this: the time that a drain's reason names has come."""
    from lvstui.console.commands import change_dialogs

    change_dialogs.restore_due(main, due)


def restore_machine(main: MainScreen, machine: str) -> None:
    """Restore all of a machine that was chosen in the panel of the drains."""
    from lvstui.console.commands import change_dialogs

    change_dialogs.restore_machine(main, machine)


@runs(WEIGHT)
@runs(WEIGHT_UP, step=1)
@runs(WEIGHT_DOWN, step=-1)
@runs(WEIGHT_UP_TEN, step=10)
@runs(WEIGHT_DOWN_TEN, step=-10)
def weight(main: MainScreen, step: int = 0) -> None:
    """Set a weight; `step` is by how much it is changed at once."""
    from lvstui.console.commands import change_dialogs

    change_dialogs.weight(main, step)


@runs(ADD)
def add(main: MainScreen) -> None:
    from lvstui.console.commands import change_dialogs

    change_dialogs.add(main)


@runs(REMOVE)
def remove(main: MainScreen) -> None:
    from lvstui.console.commands import change_dialogs

    change_dialogs.remove(main)


@runs(HANDOVER)
def handover(main: MainScreen) -> None:
    from lvstui.console.commands import handover_dialogs

    handover_dialogs.handover(main)


@runs(UNDO)
def undo(main: MainScreen) -> None:
    from lvstui.console.commands import change_dialogs

    change_dialogs.undo(main)


@runs(HISTORY)
def history(main: MainScreen) -> None:
    from lvstui.console.commands import change_dialogs

    change_dialogs.history(main)


@runs(SETTLE)
def settle(main: MainScreen) -> None:
    from lvstui.console.commands import change_dialogs

    change_dialogs.settle(main)
