"""The help page: the table of actions, family by family, with why one cannot be used now; and what the signs mean."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from lvstui.console.actions import ACTIONS, Action
from lvstui.console.marks import LINK, REAL_SERVER, STYLES, VRRP

DIM = "$foreground-muted"
FAMILIES = {
    "changes": "Changes",
    "table": "Table",
    "screens": "Screens",
    "surroundings": "Clusters, settings, files",
    "console": "Console",
}
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


def family(action: Action) -> str:
    """By the module that does it: see `console.commands`."""
    module = action.run.__module__.rpartition(".")[2]
    return FAMILIES.get(module, module.replace("_", " ").capitalize())


def by_family() -> list[tuple[str, list[Action]]]:
    """The table's actions, families in the order of FAMILIES, each in the table's own order."""
    order = list(FAMILIES.values())
    known = sorted(ACTIONS, key=lambda action: order.index(family(action)) if family(action) in order else len(order))
    return [(title, list(actions)) for title, actions in groupby(known, family)]


def text(no_writes: str | None) -> Content:
    lines: list[Content] = []
    for title, actions in by_family():
        lines += _title(title)
        lines += [_action(action, no_writes) for action in actions]
    lines += _title("Everywhere")
    lines += [_key(key, "", what) for key, what in MOVING]
    for title, signs in (("Real servers", REAL_SERVER), ("VRRP instances", VRRP), ("Links", LINK)):
        lines += _title(title)
        lines += [
            Content.assemble((f"  {glyph} {word:<12}", STYLES[tone]), (MEANINGS[word], DIM))
            for word, (glyph, tone) in signs.items()
        ]
    lines += _title("Figures")
    lines.append(Content.styled("  weight 1/0 is file/kernel.  – is not known, and never zero.", DIM))
    return Content("\n").join(lines[1:])  # it begins with a title, and that with an empty line


def _title(text: str) -> list[Content]:
    return [Content(""), Content.styled(text, "bold")]


def _action(action: Action, no_writes: str | None) -> Content:
    line = _key(action.key_label, action.label, action.help)
    return (
        line if not (action.writes and no_writes) else Content.assemble(line, (f"  not now: {no_writes}", "$warning"))
    )


def _key(key: str, label: str, what: str) -> Content:
    return Content.assemble((f"{key:>8}  ", "bold $accent"), (f"{label:<12} " if label else "", "bold"), (what, ""))


class HelpScreen(ModalScreen[None]):
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
        with VerticalScroll(classes="dialog", can_focus=False) as dialog:
            dialog.border_title = "Help"
            dialog.border_subtitle = "↑ ↓ scroll · Escape closes"
            yield Static(text(self._no_writes), markup=False)

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
