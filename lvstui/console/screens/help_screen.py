"""Show the help page: the actions, family by family, with why one cannot be used now; and what the signs mean."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen

from lvstui.console.actions import FAMILIES, Action, Keys
from lvstui.console.base.dialog import Dialog
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.look.clickable import clicking, key_names
from lvstui.console.look.glyphs import DIM, LINK, REAL_SERVER, STYLES, VRRP
from lvstui.console.past.time_bar import KEYS as TIME_BAR_KEYS
from lvstui.console.widgets.clickable_line import ClickableLine

INDENT = 26  # cells before an action's text
SIGNS = 16  # cells before what a sign means
BESIDE, BETWEEN = 130, 4  # cells: from how many on there are two columns, and how far apart they are
MOVING = (
    ("↑ ↓", "also j and k, page up and down, home and end, and the mouse"),
    ("tab", "move from the table to the Directors' cards: Enter opens one, arrow keys return"),
    ("ctrl+p", "the palette: all actions by name, and the themes"),
    ("ctrl+q", "quit at once, from anywhere"),
)
MEANINGS = {
    "UP": "in the kernel with its configured weight, plus what checkers add",
    "DRAINED": "weight 0 and no active or persistent connection in any kernel: safe to stop",
    "DRAINING": "set to weight 0, connections remain",
    "PENDING": "in the file, but keepalived has not loaded it",
    "UNMANAGED": "in the kernel but in no file",
    "DRIFT": "kernel and file, or the two Directors, differ",
    "NO QUORUM": "alive, but removed by keepalived: quorum lost, the sorry server serves",
    "DOWN": "removed by its checker",
    "UNKNOWN": "no figures from any Director",
    "MASTER": "sends adverts, and should hold the VIPs",
    "BACKUP": "hears the MASTER's adverts and stands by",
    "FAULT": "cannot become MASTER: an interface or a script is down",
    "INIT": "keepalived has just started",
    "connecting": "connecting; no figures yet",
    "live": "figures are arriving",
    "stale": "the link is down or silent; the figures are old",
    "lost": "the link has been down too long; the figures are not used",
}


def text(no_writes: str | None, keys: Keys, width: int) -> Content:
    """Write the page, in two columns where there is room. `no_writes`: why nothing can be written, None when it can."""
    if width < BESIDE:
        return Content("\n").join(_joined(_families(no_writes, keys, width)))
    each = (width - BETWEEN) // 2
    families = _families(no_writes, keys, each)
    half = sum(map(len, families)) // 2
    at = next(number for number in range(len(families)) if sum(map(len, families[: number + 1])) >= half) + 1
    beside = zip_longest(_joined(families[:at]), _joined(families[at:]), fillvalue=Content(""))
    return Content("\n").join(left.pad_right(each + BETWEEN - left.cell_length) + right for left, right in beside)


def _joined(families: Sequence[list[Content]]) -> list[Content]:
    """Return the lines of all of these, with an empty one between two."""
    return [line for number, family in enumerate(families) for line in ([Content("")] if number else []) + family]


def _families(no_writes: str | None, keys: Keys, width: int) -> list[list[Content]]:
    """Return the lines of each part of the page, its title first. `width`: cells for a line."""
    parts = [
        [_title(title), *(line for action in actions for line in _action(action, no_writes, keys, width))]
        for title, actions in FAMILIES.items()
    ]
    parts.append([_title("Everywhere"), *(line for key, what in MOVING for line in _key(key, "", what, width))])
    bar = [line for key, _, _, what in TIME_BAR_KEYS for line in _key(key, "", what, width)]
    parts.append([_title("Time bar"), *bar])
    for title, signs in (("Real servers", REAL_SERVER), ("VRRP instances", VRRP), ("Links", LINK)):
        lines = [_title(title)]
        for word, (glyph, tone) in signs.items():
            first, *others = _folded(MEANINGS[word], width, SIGNS)
            lines.append(Content.assemble((f"  {glyph} {word:<{SIGNS - 4}}", STYLES[tone]), (first, DIM)))
            lines += [Content.styled(f"{'':{SIGNS}}{line}", DIM) for line in others]
        parts.append(lines)
    weight = Content.styled("  weight 1/0 is file/kernel.  – is unknown, never zero.", DIM)
    quorum = Content.styled("  quorum 3/2±1 is live weight/needed, ± hysteresis.", DIM)
    return [*parts, [_title("Figures"), weight, quorum]]


def _title(text: str) -> Content:
    return Content.styled(text, "bold")


def _action(action: Action, no_writes: str | None, keys: Keys, width: int) -> list[Content]:
    lines = _key(keys.label(action), action.label, action.help, width)
    if action.writes and no_writes:
        lines += [
            Content.styled(f"{'':{INDENT}}{line}", "$warning") for line in _folded(f"not now: {no_writes}", width)
        ]
    return [line.stylize(clicking(f"screen.run('{action.name}')")) for line in lines]


def _key(key: str, label: str, what: str, width: int) -> list[Content]:
    """Write a key and what it does; a long text goes on under itself."""
    first, *others = _folded(what, width)
    head = Content.assemble((f"{key:>9}  ", "bold $accent"), (f"{label:<{INDENT - 12}} ", "bold"), (first, ""))
    return [head, *(Content(f"{'':{INDENT}}{line}") for line in others)]


def _folded(what: str, width: int, indent: int = INDENT) -> list[str]:
    return textwrap.wrap(what, max(20, width - indent)) or [""]


class HelpPage(ClickableLine):
    """The text of the help page. What is under the mouse and can be clicked is lit."""

    def __init__(self) -> None:
        super().__init__()
        self._written = Content("")
        self._lit = ""  # the action of a click there

    def write(self, content: Content) -> None:
        self._written, self._lit = content, ""
        self.update(content)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._light(str(event.style.meta.get("@click", "")))

    def on_leave(self) -> None:
        self._light("")

    def _light(self, action: str) -> None:
        if action != self._lit:
            self._lit, shown = action, self._written
            for span in self._written.spans if action else ():
                if str(span.style) == clicking(action):
                    shown = shown.stylize("on $panel", span.start, span.end)
            self.update(shown, layout=False)


class HelpScreen(Dialog[None]):
    """The help page. A click on an action closes it and does what is named there, on the screen below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "app.pop_screen", "Close"),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("home", "scroll_to(True)", show=False),
        Binding("end", "scroll_to(False)", show=False),
    ]

    def __init__(self, no_writes: str | None, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._no_writes = no_writes

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog help", can_focus=False) as dialog:
            dialog.border_title = "Help"
            dialog.border_subtitle = key_names((("↑ ↓", "scroll"), ("Escape", "closes")))
            yield HelpPage()

    def on_mount(self) -> None:
        self.call_after_refresh(self._fold)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fold)

    def _fold(self) -> None:
        page = self.query_one(HelpPage)
        page.write(text(self._no_writes, self._keys, page.size.width))

    def action_run(self, name: str) -> None:
        self.app.pop_screen()
        self.app.call_later(_run, self.app.screen, name)

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_scroll_to(self, top: bool) -> None:
        page = self.query_one(VerticalScroll)
        (page.scroll_home if top else page.scroll_end)(animate=False)


async def _run(screen: Screen[object], name: str) -> None:
    """Run an action where the help was opened: what the screen does for it, or says of it."""
    for bound in screen.active_bindings.values():
        if bound.binding.id == name:
            await screen.app.run_action(bound.binding.action, bound.node)
            return
    does = "elsewhere" if isinstance(screen, ViewedScreen) else "do"
    await screen.run_action(f"{does}('{name}')")
