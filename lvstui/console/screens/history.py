"""The changes that were made from this machine: when, by whom, what, how it ended; and of one, all that is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from lvstui.cluster.intent import Record
from lvstui.console import records
from lvstui.console.screens.dialog import Dialog

MOST = 1000  # lines; a filter looks through all


class HistoryScreen(Dialog[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Close"),
        Binding("q", "app.pop_screen", "Close", show=False),
        Binding("slash", "filter", "Filter"),
        Binding("u", "undo", "Undo the last"),
        Binding("j", "cursor(1)", show=False),
        Binding("k", "cursor(-1)", show=False),
    ]

    def __init__(self, told: Sequence[Record], undo: Callable[[], None]) -> None:
        """`told`: oldest first. `undo` opens the dialog that takes the last change back."""
        super().__init__()
        self._all = list(reversed(told))
        self._undo = undo
        self._shown: list[Record] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog history") as dialog:
            dialog.border_title = "History"
            dialog.border_subtitle = "Enter reads on · / filters · u undoes the last · Escape closes"
            yield Input(id="filter", placeholder="words that it has: a name, a server, an outcome, a day", compact=True)
            yield OptionList(id="records", compact=True)
            with VerticalScroll(id="detail"):
                yield Static(id="record", markup=False)

    def on_mount(self) -> None:
        self.query_one("#filter").display = False
        self._fill()
        self.query_one("#records").focus()

    def _fill(self) -> None:
        wanted = self.query_one("#filter", Input).value
        self._shown = [record for record in self._all if records.matches(record, wanted)][:MOST]
        listed = self.query_one("#records", OptionList)
        listed.clear_options()
        names = min(24, max((len(records.who(record)) for record in self._shown), default=0))
        listed.add_options([Option(records.line(record, names)) for record in self._shown])
        if self._shown:
            listed.highlighted = 0
        else:
            nothing = "No change has these words." if self._all else "No change was made from this machine yet."
            self.query_one("#record", Static).update(Content.styled(nothing, "$foreground-muted"))

    def on_input_changed(self) -> None:
        self._fill()

    def on_input_submitted(self) -> None:
        self.query_one("#records").focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        detail = self.query_one("#detail")
        width = max(40, detail.scrollable_content_region.width - 1)
        self.query_one("#record", Static).update(records.detail(self._shown[event.option_index], width))
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
        """One step back: out of the details, out of the filter, out of the screen."""
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
