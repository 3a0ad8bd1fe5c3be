"""The keys of the table of actions, and the pages with the keys that lead to them from the main screen."""

from __future__ import annotations

from textual.screen import Screen

from lvstui.console.actions import ACTIONS
from lvstui.console.configuration.screen import ConfigurationScreen
from lvstui.console.director_page.screen import DirectorScreen
from lvstui.console.real_server.screen import RealServerScreen
from lvstui.console.screens.events_screen import EventsScreen
from lvstui.console.screens.main_screen import MainScreen
from lvstui.console.screens.problems_screen import ProblemsScreen
from lvstui.console.topology.screen import TopologyScreen
from lvstui.console.virtual_server_page.screen import VirtualServerScreen

KEYS = [(action, key) for action in ACTIONS for key in action.key.split(",")]
SCREENS: dict[tuple[str, ...], type[Screen[None]]] = {
    (): MainScreen,
    ("enter",): RealServerScreen,
    ("home", "enter"): VirtualServerScreen,
    ("i",): DirectorScreen,
    ("c",): ConfigurationScreen,
    ("t",): TopologyScreen,
    ("e",): EventsScreen,
    ("P",): ProblemsScreen,
}
