"""Do the actions that show another screen: one real server, the configurations, the topology, the events.

Each is imported when it is first gone to: the first frame waits for none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from lvstui.cluster.event_kind import EventKind
from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import EventView
from lvstui.console.actions import CONFIGURATION, DETAILS, DIRECTOR, DRILLS, EVENTS, ON_A_REAL_SERVER, TOPOLOGY
from lvstui.console.app_parts import parts_of
from lvstui.console.commands.console import acts_now
from lvstui.console.commands.registry import runs

if TYPE_CHECKING:
    from lvstui.console.read_only_port import ReadOnlySession
    from lvstui.console.screens.main_screen import MainScreen

_NOT_YET = "The Directors are not connected yet."


@runs(DETAILS)
def details(main: MainScreen) -> None:
    row = main.table.current()
    if main.session is None:
        main.tell(_NOT_YET)
    elif row is None:
        main.tell("Move the cursor to a real server first.")
    elif row.real is None:  # a sorry server is shown with its virtual server
        show_virtual_server(main, row.virtual.id)
    else:
        show_real_server(main, Target(row.virtual.id, row.real.id))


def show_real_server(main: MainScreen, target: Target) -> None:
    """Show the page of one real server, over whatever is shown."""
    from lvstui.console.real_server.screen import RealServerScreen

    if main.session is not None:
        keys = parts_of(main.app).keys
        changes = [(action.name, keys.label(action), action.label) for action in ON_A_REAL_SERVER]
        main.app.push_screen(RealServerScreen(main.session, target, main, changes))


def show_virtual_server(main: MainScreen, virtual_server: str) -> None:
    """Show the page of one virtual server."""
    from lvstui.console.virtual_server_page.screen import VirtualServerScreen

    def go(target: Target) -> None:
        show_real_server(main, target)

    if main.session is not None:
        keys = parts_of(main.app).keys
        changes = [(action.name, keys.label(action), action.label) for action in ON_A_REAL_SERVER]
        main.app.push_screen(VirtualServerScreen(main.session, virtual_server, main, changes, go))


@runs(DIRECTOR)
def director(main: MainScreen) -> None:
    """Show the page of the MASTER; of the first Director where none is."""
    directors = main.view.directors if main.view is not None else ()
    masters = [one.name for one in directors if any(instance.state == "MASTER" for instance in one.vrrp)]
    names = masters or [one.name for one in directors]
    if names:
        show_director(main, names[0])
    else:
        main.tell(_NOT_YET)


def show_director(main: MainScreen, name: str) -> None:
    """Show the page of one Director."""
    from lvstui.console.director_page.screen import DirectorScreen

    show(main, DirectorScreen, lambda session: DirectorScreen(session, name))
    screen = main.app.screen
    if isinstance(screen, DirectorScreen) and screen.director != name:  # it was open, with the other one
        main.app.call_later(screen.turn_to, name)


@runs(CONFIGURATION)
def configuration(main: MainScreen) -> None:
    from lvstui.console.configuration.screen import ConfigurationScreen

    show(main, ConfigurationScreen, ConfigurationScreen)


@runs(TOPOLOGY)
def topology(main: MainScreen) -> None:
    from lvstui.console.commands.problem_actions import show_problem
    from lvstui.console.topology.screen import TopologyScreen

    go, page = partial(show_problem, main), partial(show_director, main)
    show(main, TopologyScreen, lambda session: TopologyScreen(session, go, page))


@runs(EVENTS)
def events(main: MainScreen) -> None:
    from lvstui.console.screens.events_screen import EventsScreen

    def go(event: EventView) -> None:
        directors = main.view.directors if main.view is not None else ()
        if event.subject and event.targets:
            show_real_server(main, event.targets[0])
        elif event.kind is EventKind.QUORUM:
            show_virtual_server(main, event.subject)
        elif any(one.name == event.source for one in directors):
            show_director(main, event.source)
        else:
            topology(main)

    show(main, EventsScreen, lambda session: EventsScreen(session, go))


@runs(DRILLS)
def drills(main: MainScreen) -> None:
    from lvstui.console.drill.screen import DrillScreen

    port = parts_of(main.app).drills
    if main.session is not None and port is None:
        main.tell("There are no drills here.")
    elif port is not None and (not parts_of(main.app).playback.away or acts_now(main, DRILLS)):
        show(main, DrillScreen, lambda session: DrillScreen(session, port))


def show_file(main: MainScreen, director: str | None, path: str | None, line: int) -> None:
    """Show the configurations, at that line of a Director's file; without a path as they are."""
    from lvstui.console.configuration.screen import ConfigurationScreen

    configuration(main)
    if isinstance(main.app.screen, ConfigurationScreen) and director is not None:
        main.app.screen.go_to(director, path, line)


def show(main: MainScreen, kind: type[Screen[None]], make: Callable[[ReadOnlySession], Screen[None]]) -> None:
    """Show a screen: go back to it if it is open beneath others, and else open it on top."""
    stack = main.app.screen_stack
    if main.session is None:
        main.tell(_NOT_YET)
    elif not any(isinstance(screen, kind) for screen in stack):
        main.app.push_screen(make(main.session))
    else:
        while not isinstance(main.app.screen, kind):
            main.app.pop_screen()
