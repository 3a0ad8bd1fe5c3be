"""Draw the keys at the bottom: as many as fit, help and quit always; those that cannot be used now with the reason.

A click on one does what the key does.
"""

from __future__ import annotations

from textual.content import Content

from lvstui.console.actions import ACTIONS, HELP, LVSTUI_KEYS, QUIT, Action, Keys
from lvstui.console.app_parts import parts_of
from lvstui.console.look.clickable import clicking
from lvstui.console.look.glyphs import DIM
from lvstui.console.widgets.clickable_line import ClickableLine

ALWAYS = (HELP, QUIT)


def hints(width: int, no_writes: str | None, keys: Keys = LVSTUI_KEYS) -> Content:
    """Write the keys. `no_writes`: why nothing can be written, None when it can."""
    wanted = [action for action in ACTIONS if action.hint or action in ALWAYS]
    reason = f"  no writes: {no_writes}" if no_writes else ""
    if len(reason) > width // 2:
        reason = reason.partition(" (")[0]  # what to do about it is in the help
    room = width - sum(_width(action, keys) for action in wanted if action in ALWAYS) - min(len(reason), width // 2)
    shown: list[Action] = []
    for action in wanted:
        if action in ALWAYS:
            shown.append(action)
        elif room >= _width(action, keys):
            room -= _width(action, keys)
            shown.append(action)
        else:
            room = 0  # what comes after is less wanted, however short it is
    parts: list[tuple[str, str]] = []
    for action in shown:
        usable, does = not (action.writes and no_writes), f"screen.do('{action.name}')"
        parts += [
            (f" {keys.label(action)}", clicking(does, "bold $accent" if usable else DIM)),
            (f" {action.label} ", clicking(does, "" if usable else "strike $foreground-muted")),
        ]
    return Content.assemble(*parts, (reason, "$warning"))


def _width(action: Action, keys: Keys) -> int:
    return len(keys.label(action)) + len(action.label) + 3


class Hints(ClickableLine):
    """The line of the keys."""

    def __init__(self) -> None:
        super().__init__()
        self._no_writes: str | None = None
        self._shown: Content | None = None

    def show(self, no_writes: str | None) -> None:
        self._no_writes = no_writes
        content = hints(self.size.width or 80, no_writes, parts_of(self.app).keys)
        if self._shown is None or not content.is_same(self._shown):
            self._shown = content
            self.update(content, layout=False)

    def on_resize(self) -> None:
        self.show(self._no_writes)
