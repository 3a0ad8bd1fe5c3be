"""The help page: the actions' table, and what the signs mean."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from lvstui.console.actions import ACTIONS
from lvstui.console.marks import REAL_SERVER, STYLES

MEANINGS = {
    "UP": "configured, and in the kernel with the configured weight",
    "DRAINED": "weight 0 in both kernels and nothing on it any more: safe to stop",
    "DRAINING": "weight 0 on purpose, connections still there",
    "PENDING": "the file is newer than what keepalived has loaded",
    "UNMANAGED": "in the kernel, in no file",
    "DRIFT": "kernel and file, or the two Directors, do not agree",
    "DOWN": "taken out by its checker",
    "UNKNOWN": "no Director's figures tell",
}


def text(no_writes: str | None) -> Content:
    lines = []
    for action in ACTIONS:
        unavailable = f"  (not now: {no_writes})" if action.writes and no_writes else ""
        lines.append(
            Content.assemble(
                (f"  {action.key_label:>6}  ", "bold $accent"),
                (f"{action.label:<10}", "bold"),
                (action.help, ""),
                (unavailable, "$warning"),
            )
        )
    lines.append(
        Content.assemble(("  ctrl+p  ", "bold $accent"), ("Palette   ", "bold"), "every action by name, and the themes")
    )
    lines.append(
        Content.assemble(
            ("   ↑ ↓    ", "bold $accent"), ("Move      ", "bold"), "also j, k, page up and down, the mouse\n"
        )
    )
    for state, (glyph, tone) in REAL_SERVER.items():
        lines.append(
            Content.assemble((f"  {glyph} {state:<10} ", STYLES[tone]), (MEANINGS[state], "$foreground-muted"))
        )
    lines.append(
        Content.styled(
            "\n  weight 1/0 is file/kernel.  – is not known.  At 80 columns, active is that of the busier Director.",
            "$foreground-muted",
        )
    )
    return Content("\n").join(lines)


class HelpScreen(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q,enter", "app.pop_screen", "Close")]

    def __init__(self, no_writes: str | None) -> None:
        super().__init__()
        self._no_writes = no_writes

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = "Help"
            dialog.border_subtitle = "Escape closes"
            yield Static(text(self._no_writes), markup=False)
