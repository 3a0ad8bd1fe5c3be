"""Do the actions that concern the console itself: its links, its help, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstui.cluster.view import LinkState
from lvstui.console.actions import FREEZE, HELP, PAST, PLOT_RANGE, QUIT, RECONNECT, Action
from lvstui.console.app_parts import parts_of
from lvstui.console.commands.registry import runs
from lvstui.console.panels.deck import Deck
from lvstui.console.panels.selected_panel import SelectedPanel

if TYPE_CHECKING:
    from lvstui.console.screens.main_screen import MainScreen


def acts_now(main: MainScreen, action: Action) -> bool:
    """Return True if the present is shown. If not, the operator is told that this acts on the present alone."""
    playback = parts_of(main.app).playback
    if playback.past is None:
        return True
    back = "Escape in the time bar returns there" if playback.away else "this is a recording"
    main.tell(f"{parts_of(main.app).keys.label(action)} ({action.label}) acts on the present: {back}.")
    return False


@runs(RECONNECT)
def reconnect(main: MainScreen) -> None:
    if not acts_now(main, RECONNECT):
        return
    if main.session is None or main.newest is None:
        main.tell("The Directors are not connected yet.")
        return
    lost = [director.name for director in main.newest.directors if director.state is not LinkState.LIVE]
    for name in lost:
        main.session.reconnect(name)
    if not lost:
        main.tell("Both Directors are connected." if len(main.newest.directors) > 1 else "The Director is connected.")


@runs(FREEZE)
def freeze(main: MainScreen) -> None:
    if not acts_now(main, FREEZE):
        return
    main.freeze()


@runs(PLOT_RANGE)
def plot_next_range(main: MainScreen) -> None:
    main.app.plot_next_range()  # type: ignore[attr-defined]  # the console's own app
    if not _shows_plots(main):
        main.notify(f"Plots now show {parts_of(main.app).shown_as.plotted.label}.", markup=False)


def _shows_plots(main: MainScreen) -> bool:
    """Return True if a plot is on the screen, so that another range is seen."""
    screen = main.app.screen
    if screen is main:
        return not main.frozen and ("plots" in main.query_one(Deck).places() or main.query_one(SelectedPanel).plots)
    return any(screen.find_widget(one).visible_region for one in screen.query("Plot, MemberList"))


@runs(PAST)
def go_to_past(main: MainScreen) -> None:
    if main.frozen:
        main.freeze()
    main.app.go_to_past()  # type: ignore[attr-defined]  # likewise


@runs(HELP)
def show_help(main: MainScreen) -> None:
    from lvstui.console.screens.help_screen import HelpScreen

    main.app.push_screen(HelpScreen(main.no_writes(), parts_of(main.app).keys))


@runs(QUIT)
def leave(main: MainScreen) -> None:
    main.app.exit()
