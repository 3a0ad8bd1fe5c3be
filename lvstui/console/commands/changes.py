"""The actions that change something: each opens its dialog, and nothing is written but what the dialog then shows.

What they open is imported when it is first asked for: the first frame does not wait for the language and the plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lvstui.console.screens.main import MainScreen


def drain(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.drain(main)


def restore(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.restore(main)


def restore_due(main: MainScreen, due: Sequence[tuple[str, str]]) -> None:
    """No key: the time that a drain's reason names has come."""
    from lvstui.console import dialogs

    dialogs.restore_due(main, due)


def weight(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.weight(main)


def weight_up(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.weight(main, 1)


def weight_down(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.weight(main, -1)


def weight_up_ten(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.weight(main, 10)


def weight_down_ten(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.weight(main, -10)


def add(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.add(main)


def remove(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.remove(main)


def undo(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.undo(main)


def history(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.history(main)


def settle(main: MainScreen) -> None:
    from lvstui.console import dialogs

    dialogs.settle(main)
