"""Show the line under the table: the filter that is typed, how many real servers it lets through, and the marks.

It is not there when there is nothing to say.

Not for: what a filter means (see `cluster.filter`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from lvstui.console.widgets.text_input import TextInput

EXAMPLES = "text  state:down  weight:0  active:>9  vs:10.10.0.20  by:ana  !state:up"


class FilterLine(Horizontal):
    """The line under the table."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Clear the filter", show=False)]

    @dataclass
    class Typed(Message):
        """The filter as it stands, at every key."""

        text: str

    class Closed(Message):
        """The operator is done with it, or has cleared it."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.display = False
        self._said: Content | None = None

    def compose(self) -> ComposeResult:
        yield Static("filter", id="filter-word", markup=False)
        yield TextInput("filter", EXAMPLES)
        yield Static(id="filter-said", markup=False)

    @property
    def field(self) -> Input:
        return self.query_one("#filter", Input)

    def open(self) -> None:
        self.display = True
        self._field_display(True)
        self.field.can_focus = True
        self.field.focus()

    def _field_display(self, display: bool) -> None:
        for part in ("#filter-word", "#filter"):
            self.query_one(part).display = display

    def clear(self) -> None:
        self.field.value = ""  # which tells of itself

    def show(self, said: Content, *, filtered: bool) -> None:
        """Say that at its end; nothing said, nothing typed and nobody typing: be gone."""
        typing = self.field.has_focus
        self.display = typing or filtered or bool(said.plain)
        self._field_display(typing or filtered or bool(self.field.value))
        if self._said is None or not said.is_same(self._said):
            self._said = said
            self.query_one("#filter-said", Static).update(said)

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    @on(Input.Submitted, "#filter")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Closed())

    def action_leave(self) -> None:
        self.clear()
        self.post_message(self.Closed())
