"""Show some lines of facts in a frame with a title, drawn again only when they changed."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class FactBox(Static):
    """A frame around some facts."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id, markup=False, classes="facts")
        self._content: Content | None = None
        self._title: Content | None = None

    def show(self, title: Content, content: Content) -> None:
        """Draw what is another title or content than before."""
        if self._title is None or not title.is_same(self._title):
            self._title = title
            self.border_title = title
        if self._content is None or not content.is_same(self._content):
            self._content = content
            self.update(content)
