"""Open the dialog of a handover, or of a takeback: of the Director whose card or page is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstui.cluster.view import DirectorView
from lvstui.console.actions import MACHINE, UNDO
from lvstui.console.app_parts import parts_of
from lvstui.console.change.forms.handover_fields import HandoverFields, TakebackFields
from lvstui.console.commands.change_dialogs import may_write, open_dialog
from lvstui.console.director_page.screen import DirectorScreen
from lvstui.console.widgets.director_card import DirectorCard

if TYPE_CHECKING:
    from lvstui.console.screens.main_screen import MainScreen


def handover(main: MainScreen) -> None:
    """Hand the Director over that is meant, or take it back."""
    director = _meant(main) if may_write(main) else None
    if director is not None and director.handed_over is not None:
        after = f"The Director is back; {parts_of(main.app).keys.label(UNDO)} hands it over again."
        open_dialog(main, TakebackFields(director.name, director.handed_over), after)
    elif director is not None:
        key = parts_of(main.app).keys.label(MACHINE)
        after = f"The card says when it is safe to stop. {key} on the Director takes it back."
        open_dialog(main, HandoverFields(director.name), after)


def _meant(main: MainScreen) -> DirectorView | None:
    """Return the Director of the page or the card; elsewhere the one that is handed over, else the MASTER. None: it was told."""
    assert main.newest is not None  # see may_write
    known = {one.name: one for one in main.newest.directors}
    screen, focused = main.app.screen, main.focused
    if isinstance(screen, DirectorScreen):
        return known.get(screen.director)
    if isinstance(focused, DirectorCard):
        return known.get(focused.director)
    handed = [one for one in known.values() if one.handed_over is not None]
    masters = [one for one in known.values() if one.role in ("MASTER", "mixed")]
    found = next(iter(handed or masters), None)
    if found is None:
        key = parts_of(main.app).keys.label(MACHINE)
        main.tell(f"No Director is MASTER: go to the card of the one to hand over (Tab), and press {key}.")
    return found
