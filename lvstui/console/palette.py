"""List what the palette offers: the actions that act on the screen that is shown, and the themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.screen import Screen

from lvstui.console.actions import ACTIONS, ON_EVERY_SCREEN, QUIT, Keys
from lvstui.console.look.themes import THEMES
from lvstui.console.screens.main_screen import MainScreen


def palette(
    main: MainScreen, screen: Screen[object], keys: Keys, choose: Callable[..., None]
) -> Iterator[tuple[str, str, Callable[[], None]]]:
    """Give titles, what each does or why it cannot, and what runs it. `choose` takes fields of Preferences."""
    reason = main.no_writes()
    for action in ACTIONS:
        if isinstance(screen, MainScreen) or (action in (*ON_EVERY_SCREEN, QUIT) and not screen.is_modal):
            not_now = f"not now: {reason}; " if action.writes and reason else ""
            title, what = f"{action.label}  {keys.label(action)}", f"{not_now}{action.help}"
            yield title, what, partial(main.action_do, action.name)
    for theme in THEMES:
        yield f"Theme {theme.name}", "from now on", partial(choose, theme=theme.name)
