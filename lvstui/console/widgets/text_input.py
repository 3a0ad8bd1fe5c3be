"""Take a line of text that an operator types. Not for: where it goes."""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class TextInput(Input):
    """A line of text. What is pasted becomes one line; what stands there is kept when the focus comes, or selected."""

    def __init__(self, id: str, placeholder: str, *, classes: str | None = None, select_on_focus: bool = False) -> None:
        super().__init__(id=id, placeholder=placeholder, classes=classes, compact=True, select_on_focus=select_on_focus)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(in_one_line(event.text), *self.selection)


def in_one_line(text: str) -> str:
    """Return the words of a text, whatever lines it had."""
    return " ".join(text.split())
