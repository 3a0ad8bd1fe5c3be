"""Show the changes that were made from this machine: when, by whom, what, how it ended; and of one, all that is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from lvstui.cluster.plan.intent import ChangeRecord
from lvstui.console.actions import UNDO
from lvstui.console.app_parts import parts_of
from lvstui.console.base.dialog import Dialog
from lvstui.console.change import record_text
from lvstui.console.look.clickable import key_names
from lvstui.console.widgets.text_input import TextInput

MOST = 1000  # lines; a filter looks through all


class HistoryScreen(Dialog[None]):
    """A list of changes, the newest first, and the details of the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Close"),
        Binding("q", "app.pop_screen", "Close", show=False),
        Binding("slash", "filter", "Filter"),
        Binding(UNDO.key, "undo", "Undo last change", id=UNDO.name),
        Binding("j", "cursor(1)", show=False),
        Binding("k", "cursor(-1)", show=False),
    ]

    def __init__(self, records: Sequence[ChangeRecord], undo: Callable[[], None]) -> None:
        """Show the records, which are given oldest first. `undo` opens the dialog that takes the last change back."""
        super().__init__()
        self._all = list(reversed(records))
        self._undo = undo
        self._shown: list[ChangeRecord] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog history") as dialog:
            dialog.border_title = "History"
            undo = parts_of(self.app).keys.label(UNDO), "undoes the last change"
            dialog.border_subtitle = key_names((("Enter", "shows more"), ("/", "filters"), undo, ("Escape", "closes")))
            yield TextInput("filter", "words to find: a name, a server, an outcome, a date")
            yield OptionList(id="records", compact=True)
            with VerticalScroll(id="detail"):
                yield Static(id="record", markup=False)

    def on_mount(self) -> None:
        self.query_one("#filter").display = False
        self._fill()
        self.query_one("#records").focus()

    def _fill(self) -> None:
        display = parts_of(self.app).shown_as
        wanted = self.query_one("#filter", Input).value
        self._shown = [record for record in self._all if record_text.matches(record, wanted, display)][:MOST]
        listed = self.query_one("#records", OptionList)
        listed.clear_options()
        names = min(24, max((len(record_text.who(record)) for record in self._shown), default=0))
        listed.add_options([Option(record_text.line(record, display, names)) for record in self._shown])
        if self._shown:
            listed.highlighted = 0
        else:
            nothing = "No matching changes." if self._all else "No change has been made from this machine yet."
            self.query_one("#record", Static).update(Content.styled(nothing, "$foreground-muted"))

    def on_input_changed(self) -> None:
        self._fill()

    def on_input_submitted(self) -> None:
        self.query_one("#records").focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index >= len(self._shown):
            return  # what was typed since leaves fewer, or none
        detail = self.query_one("#detail")
        width = max(40, detail.scrollable_content_region.width - 1)
        self.query_one("#record", Static).update(record_text.detail(self._shown[event.option_index], width))
        detail.scroll_home(animate=False)

    def on_option_list_option_selected(self) -> None:
        self.query_one("#detail").focus()

    def action_cursor(self, lines: int) -> None:
        listed = self.query_one("#records", OptionList)
        (listed.action_cursor_down if lines > 0 else listed.action_cursor_up)()

    def action_filter(self) -> None:
        field = self.query_one("#filter")
        field.display = True
        field.focus()

    def action_back(self) -> None:
        """Go one step back: out of the details, out of the filter, out of the screen."""
        listed, field = self.query_one("#records"), self.query_one("#filter", Input)
        if field.display and (self.focused is field or field.value):
            field.value = ""
            field.display = False
            listed.focus()
        elif self.focused is not listed:
            listed.focus()
        else:
            self.dismiss(None)

    def action_undo(self) -> None:
        self.dismiss(None)
        self._undo()
