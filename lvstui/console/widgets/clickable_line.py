"""Show a text whose parts can be clicked (see `look.clickable`), in its own colours instead of those of links."""

from __future__ import annotations

from textual.widgets import Static


class ClickableLine(Static):
    """A line whose parts can be clicked."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self.auto_links = False
