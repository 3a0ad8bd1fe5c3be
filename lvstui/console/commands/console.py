"""The actions that concern the console itself: its links, its help, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstui.cluster.view import LinkState

if TYPE_CHECKING:
    from lvstui.console.screens.main import MainScreen


def reconnect(main: MainScreen) -> None:
    for director in main.view.directors if main.view is not None else ():
        if director.state is not LinkState.LIVE and main.session is not None:
            main.session.reconnect(director.name)


def freeze(main: MainScreen) -> None:
    main.freeze()


def show_help(main: MainScreen) -> None:
    from lvstui.console.screens.help import HelpScreen

    main.app.push_screen(HelpScreen(main.no_writes()))


def leave(main: MainScreen) -> None:
    main.app.exit()
