"""Name the parts of the console's app that its widgets and screens ask it for.

Not for: the app itself (see `app`), which they must not import: it imports them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:  # the first frame waits for none of it
    from textual.app import App

    from lvstui.console.acknowledgements import Acknowledgements
    from lvstui.console.actions import Keys
    from lvstui.console.drill_port import DrillPort
    from lvstui.console.look.display import Display
    from lvstui.console.moment.playback import Playback


class AppParts(Protocol):
    """The console's app."""

    keys: Keys
    """The keys that hold now."""
    shown_as: Display
    """How facts are written now."""
    drills: DrillPort | None
    """The drills of the pair that is open; None: it is not open yet."""
    playback: Playback
    """The place in time of what is shown."""

    @property
    def acknowledged(self) -> Acknowledgements:
        """Return which problems are acknowledged, of the cluster that is open."""


def parts_of(app: App[Any]) -> AppParts:
    """Return the parts of the console's app."""
    return cast("AppParts", app)
