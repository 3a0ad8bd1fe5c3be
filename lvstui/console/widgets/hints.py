"""The keys, at the bottom; those that cannot be used now with the reason."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from lvstui.console.actions import ACTIONS


class Hints(Static):
    def __init__(self) -> None:
        super().__init__(markup=False)
        self._no_writes: str | None = ""

    def show(self, no_writes: str | None) -> None:
        """`no_writes`: why nothing can be written, None when it can."""
        if no_writes == self._no_writes:
            return
        self._no_writes = no_writes
        parts: list[tuple[str, str]] = []
        for action in ACTIONS:
            if not action.hint:
                continue
            usable = not (action.writes and no_writes)
            parts += [
                (f" {action.key_label}", "bold $accent" if usable else "$foreground-muted"),
                (f" {action.label} ", "" if usable else "strike $foreground-muted"),
            ]
        if no_writes:
            parts.append((f"  no writes: {no_writes}", "$warning"))
        self.update(Content.assemble(*parts))
