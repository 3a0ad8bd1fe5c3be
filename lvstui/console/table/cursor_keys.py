"""Hold the keys that move the table's cursor, mark on the way, and fold."""

from __future__ import annotations

from textual.binding import Binding, BindingType

CURSOR_KEYS: list[BindingType] = [
    Binding("up,k", "move(-1)", "Up", show=False),
    Binding("down,j", "move(1)", "Down", show=False),
    Binding("shift+up", "move(-1, True)", "Mark up", show=False),
    Binding("shift+down", "move(1, True)", "Mark down", show=False),
    Binding("pageup", "page(-1)", "Page up", show=False),
    Binding("pagedown", "page(1)", "Page down", show=False),
    Binding("home,g", "end(False)", "First", show=False),
    Binding("end,G", "end(True)", "Last", show=False),
    Binding("left,h", "fold(True)", "Fold", show=False),
    Binding("right,l", "fold(False)", "Unfold", show=False),
]
