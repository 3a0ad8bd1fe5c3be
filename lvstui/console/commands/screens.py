"""The actions that show another screen: one real server, the configurations, the topology.

Each is imported when it is first gone to: the first frame waits for none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstui.cluster.intent import Target
from lvstui.console.actions import ACTIONS
from lvstui.console.commands import table

if TYPE_CHECKING:
    from lvstui.console.screens.main import MainScreen

ON_ONE = ("drain", "restore", "weight", "remove")  # the changes that can be made from a real server's own screen
_NOT_YET = "The Directors are not connected yet."


def details(main: MainScreen) -> None:
    row = main.table.current()
    if main.session is None:
        main.tell(_NOT_YET)
    elif row is None:
        main.tell("Move the cursor to a real server first.")
    elif row.real is None:
        table.fold(main)
    else:
        from lvstui.console.screens.real_server import RealServerScreen

        changes = [(action.name, action.key_label, action.label) for action in ACTIONS if action.name in ON_ONE]
        target = Target(row.virtual.id, row.real.id)
        main.app.push_screen(RealServerScreen(main.session, target, main, changes))


def configuration(main: MainScreen) -> None:
    if main.session is None:
        main.tell(_NOT_YET)
    else:
        from lvstui.console.screens.configuration import ConfigurationScreen

        main.app.push_screen(ConfigurationScreen(main.session))


def topology(main: MainScreen) -> None:
    if main.session is None:
        main.tell(_NOT_YET)
    else:
        from lvstui.console.screens.topology import TopologyScreen

        main.app.push_screen(TopologyScreen(main.session))
