"""Fit and scroll the upper part of a dialog, `#body`, which may be longer than the screen."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widget import Widget


def fit(screen: Screen[Any], foot: Widget) -> None:
    """Give the dialog's body the room that its foot leaves; what is longer scrolls."""
    dialog, body = screen.query_one(".dialog"), screen.query_one("#body")
    frame = dialog.outer_size.height - dialog.content_size.height
    around = 0 if screen.has_class("-narrow") else 2
    room = max(4, screen.size.height - foot.outer_size.height - foot.styles.margin.height - frame - around)
    if body.styles.max_height is None or body.styles.max_height.value != room:
        body.styles.max_height = room


def scroll(screen: Screen[Any], lines: int) -> None:
    """Scroll by a line, or by ten tenths of a page."""
    body = screen.query_one("#body")
    body.scroll_relative(y=lines * (1 if abs(lines) == 1 else max(1, body.size.height - 2) / 10), animate=False)
