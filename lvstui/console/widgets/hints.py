"""The keys, at the bottom: as many as there is room for, help and quit always; those that cannot be used now with the reason."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from lvstui.console.actions import ACTIONS, Action

ALWAYS = ("help", "quit")


def hints(width: int, no_writes: str | None) -> Content:
    """`no_writes`: why nothing can be written, None when it can."""
    wanted = [action for action in ACTIONS if action.hint or action.name in ALWAYS]
    reason = f"  no writes: {no_writes}" if no_writes else ""
    room = width - sum(_width(action) for action in wanted if action.name in ALWAYS) - min(len(reason), width // 2)
    shown: list[Action] = []
    for action in wanted:
        if action.name in ALWAYS:
            shown.append(action)
        elif room >= _width(action):
            room -= _width(action)
            shown.append(action)
        else:
            room = 0  # what comes after is less wanted, however short it is
    parts: list[tuple[str, str]] = []
    for action in shown:
        usable = not (action.writes and no_writes)
        parts += [
            (f" {action.key_label}", "bold $accent" if usable else "$foreground-muted"),
            (f" {action.label} ", "" if usable else "strike $foreground-muted"),
        ]
    return Content.assemble(*parts, (reason, "$warning"))


def _width(action: Action) -> int:
    return len(action.key_label) + len(action.label) + 3


class Hints(Static):
    def __init__(self) -> None:
        super().__init__(markup=False)
        self._no_writes: str | None = None
        self._shown: Content | None = None

    def show(self, no_writes: str | None) -> None:
        self._no_writes = no_writes
        content = hints(self.size.width or 80, no_writes)
        if self._shown is None or not content.is_same(self._shown):
            self._shown = content
            self.update(content)

    def on_resize(self) -> None:
        self.show(self._no_writes)
