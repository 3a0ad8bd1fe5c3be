"""The actions that change something: each opens its dialog, and nothing is written but what the dialog then shows."""

from __future__ import annotations

import getpass
import platform
from typing import TYPE_CHECKING, Literal

from lvstui.cluster.intent import Target
from lvstui.console.screens.change import ChangeScreen

if TYPE_CHECKING:
    from lvstui.console.screens.main import MainScreen


def operator() -> str:
    """Who makes a change, as it is written into the file: ana@ops1."""
    return f"{getpass.getuser()}@{platform.node().partition('.')[0]}"


def drain(main: MainScreen) -> None:
    _change(main, "drain")


def restore(main: MainScreen) -> None:
    _change(main, "restore")


def weight(main: MainScreen) -> None:
    _change(main, "weight")


def _change(main: MainScreen, action: Literal["drain", "restore", "weight"]) -> None:
    row = main.table.current()
    reason = main.no_writes()
    if main.session is None or main.view is None:
        main.tell("The Directors are not connected yet.")
    elif reason is not None:
        main.tell(f"Nothing can be written now: {reason}.")
    elif row is None:
        main.tell("Move the cursor to a real server first.")
    elif row.real is None:
        main.tell(f"{row.virtual.id} is a virtual server: move the cursor to one of its real servers.")
    else:
        target = Target(row.virtual.id, row.real.id)
        main.app.push_screen(ChangeScreen(main.session, action, target, operator()))
