"""The help page: the table of actions, family by family, with why one cannot be used now; and what the signs mean."""

from __future__ import annotations

import textwrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lvstui.console.actions import FAMILIES, Action
from lvstui.console.marks import LINK, REAL_SERVER, STYLES, VRRP
from lvstui.console.screens.dialog import Dialog

DIM = "$foreground-muted"
INDENT = 24  # cells before an action's text
SIGNS = 16  # cells before what a sign means
MOVING = (
    ("↑ ↓", "also j and k, page up and down, home and end, and the mouse"),
    ("ctrl+p", "the palette: every action by its name, and the themes"),
    ("ctrl+q", "leave at once, from anywhere"),
)
MEANINGS = {
    "UP": "configured, and in the kernel with the configured weight",
    "DRAINED": "weight 0 in both kernels and nothing on it any more: safe to stop",
    "DRAINING": "weight 0 on purpose, connections still there",
    "PENDING": "the file is newer than what keepalived has loaded",
    "UNMANAGED": "in the kernel, in no file",
    "DRIFT": "kernel and file, or the two Directors, do not agree",
    "DOWN": "taken out by its checker",
    "UNKNOWN": "no Director's figures tell",
    "MASTER": "this Director advertises, and should hold the VIPs",
    "BACKUP": "it hears the MASTER's adverts and waits",
    "FAULT": "it takes no part: an interface or a script is down",
    "INIT": "keepalived has just begun",
    "connecting": "never had figures, still trying",
    "live": "figures come",
    "stale": "the link is gone or silent; the figures age",
    "lost": "gone for so long that its figures say nothing any more",
}


def text(no_writes: str | None, width: int) -> Content:
    """`no_writes`: why nothing can be written, None when it can. `width`: cells for a line."""
    lines: list[Content] = []
    for title, actions in FAMILIES.items():
        lines += _title(title)
        lines += [line for action in actions for line in _action(action, no_writes, width)]
    lines += _title("Everywhere")
    lines += [line for key, what in MOVING for line in _key(key, "", what, width)]
    for title, signs in (("Real servers", REAL_SERVER), ("VRRP instances", VRRP), ("Links", LINK)):
        lines += _title(title)
        for word, (glyph, tone) in signs.items():
            first, *others = _folded(MEANINGS[word], width, SIGNS)
            lines.append(Content.assemble((f"  {glyph} {word:<{SIGNS - 4}}", STYLES[tone]), (first, DIM)))
            lines += [Content.styled(f"{'':{SIGNS}}{line}", DIM) for line in others]
    lines += _title("Figures")
    lines.append(Content.styled("  weight 1/0 is file/kernel.  – is not known, and never zero.", DIM))
    return Content("\n").join(lines[1:])  # it begins with a title, and that with an empty line


def _title(text: str) -> list[Content]:
    return [Content(""), Content.styled(text, "bold")]


def _action(action: Action, no_writes: str | None, width: int) -> list[Content]:
    lines = _key(action.key_label, action.label, action.help, width)
    if action.writes and no_writes:
        lines += [
            Content.styled(f"{'':{INDENT}}{line}", "$warning") for line in _folded(f"not now: {no_writes}", width)
        ]
    return lines


def _key(key: str, label: str, what: str, width: int) -> list[Content]:
    """The text goes on under itself."""
    first, *others = _folded(what, width)
    head = Content.assemble((f"{key:>8}  ", "bold $accent"), (f"{label:<{INDENT - 11}} ", "bold"), (first, ""))
    return [head, *(Content(f"{'':{INDENT}}{line}") for line in others)]


def _folded(what: str, width: int, indent: int = INDENT) -> list[str]:
    return textwrap.wrap(what, max(20, width - indent)) or [""]


class HelpScreen(Dialog[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "app.pop_screen", "Close"),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]

    def __init__(self, no_writes: str | None) -> None:
        super().__init__()
        self._no_writes = no_writes

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog help", can_focus=False) as dialog:
            dialog.border_title = "Help"
            dialog.border_subtitle = "↑ ↓ scroll · Escape closes"
            yield Static(markup=False)

    def on_mount(self) -> None:
        self.call_after_refresh(self._fold)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fold)

    def _fold(self) -> None:
        page = self.query_one(Static)
        page.update(text(self._no_writes, page.size.width))

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
