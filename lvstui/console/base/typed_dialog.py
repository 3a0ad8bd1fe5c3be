"""Take what is typed into a dialog's text field, wherever the focus is: no letter is a command there (decision 0013).

The focus is on the safe answer at first, and an operator who sees a field may begin to type at once. So a printable character
never presses anything: it goes into the field, and takes the focus there. Not for: what applies a dialog (a key that no text
has in it, or its button).
"""

from __future__ import annotations

import time
from typing import ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from lvstui.console.base.dialog import Dialog
from lvstui.console.widgets.text_input import in_one_line

PAUSE = (
    0.5  # seconds between the Enter that ends a field and one that applies: a key that is held, or pasted lines, do not
)

Answer = TypeVar("Answer")


class TypedDialog(Dialog[Answer]):
    """A dialog with a text field. Its button `#go` applies it, and so does a key that no text has in it."""

    BINDINGS: ClassVar[list[BindingType]] = [  # at once, before the next letter is sent to what has the focus
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._enter_from = 0.0  # an Enter on the button counts from then on
        self._ready = False
        self._early: list[events.Key | events.Paste] = []  # typed before the field was there

    def field(self) -> Input | None:
        """Return the field that takes what is typed. None: there is none in sight now, and letters are keys."""
        raise NotImplementedError

    def is_for(self, focused: Widget | None, character: str) -> bool:
        """Return True if what has the focus takes this character itself."""
        return isinstance(focused, Input)

    def take(self, event: events.Key | events.Paste) -> bool:
        """Direct what was typed or pasted at the field. Return True if nobody else may have the event.

        The app asks before it sends an event to what has the focus: decided any later, two letters could change places.
        """
        text = _typed(event)
        if not text:
            return False
        if not self._ready:
            self._early.append(event)
            return True
        field = self.field()
        if field is None:
            return False
        if not self.is_for(self.focused, text):
            self.set_focus(field)
        if not self._comes_late(event) or self.focused is None:
            return False
        self.focused._forward_event(event)
        return True

    def _comes_late(self, event: events.Key | events.Paste) -> bool:
        """Return True if it went to the screen below first, which this one has covered since: a field would not let it pass."""
        return event.is_forwarded and isinstance(self.focused, Input)

    def begin(self, first: Widget) -> None:
        """Give the focus to `first`, and to what was typed while the dialog opened its place: at the end of `on_mount`."""
        self._ready = True
        self.set_focus(first)
        field = self.field()
        for event in self._early:
            if field is not None and not self.is_for(self.focused, _typed(event)):
                self.set_focus(field)
            if self.focused is not None:
                self.focused._forward_event(event)  # as the app does: it may come no later than what is typed next

    def offer(self) -> None:
        """Give the focus to the button: Enter ended a field. Cancel never gets it so: a second Enter would discard everything."""
        self._enter_from = time.monotonic() + PAUSE
        self.query_one("#go").focus()

    def is_meant(self) -> bool:
        """Return True if the button is pressed after a pause. Until there is one, each Enter puts it off."""
        meant = time.monotonic() >= self._enter_from
        if not meant:
            self._enter_from = time.monotonic() + PAUSE
        return meant


def _typed(event: events.Key | events.Paste) -> str:
    """Return the text that an event brings; "" of a key that is none."""
    if isinstance(event, events.Paste):
        return in_one_line(event.text)
    return event.character if event.character is not None and event.is_printable else ""
