"""Hold the table and the panels of the main screen, each in its place.

It is laid out when a place changes, not when a text does. Not for: where the places are (see `arrangement`).
"""

from __future__ import annotations

from textual.geometry import NULL_OFFSET, NULL_SPACING, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from lvstui.console.panels.arrangement import Needs, Places, arrange

PLACE = "at-"  # and its name are a child's id


class DeckLayout(Layout):
    """The layout of a deck: its children have the names of their places in their ids."""

    name = "placed"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        assert isinstance(parent, Deck)
        places = parent.places(size)
        known = {PLACE + name: place.region for name, place in places.items()}
        return [
            WidgetPlacement(known[child.id], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id is not None and child.id in known
        ]


class Deck(Widget):
    """The table and its panels."""

    def __init__(self, *children: Widget) -> None:
        super().__init__(*children)
        self._placed = DeckLayout()
        self._needs = Needs()
        self._drawn: Places = {}

    @property
    def layout(self) -> Layout:
        return self._placed

    def places(self, size: Size | None = None) -> Places:
        """Return where everything is, in that size or the present one."""
        line = any(child.display for child in self.children if child.id == PLACE + "filter")
        return arrange(self.size if size is None else size, self._needs._replace(filter=line))

    def fit(self, needs: Needs) -> None:
        """Give each panel its place for these needs; nothing is done when that is where it is."""
        self._needs = needs
        self._place()

    def on_resize(self) -> None:
        self._place()

    def _place(self) -> None:
        places = self.places()
        if places == self._drawn or not self.size.area:
            return
        self._drawn = places
        for child in self.children:
            frames = {PLACE + name: place.frame for name, place in places.items()}
            for frame in ("round", "rule"):
                child.set_class(frames.get(child.id or "") == frame, f"-{frame}")
        for child in self.children[:1]:
            child.refresh(
                layout=True, repaint=False
            )  # a child's: its own would not let Textual forget where the others are
