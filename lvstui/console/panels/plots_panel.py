"""Show the plots of the item under the cursor, where they have a panel of their own."""

from __future__ import annotations

from textual.content import Content

from lvstui.console.actions import PLOT_RANGE
from lvstui.console.app_parts import parts_of
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import DIM
from lvstui.console.panels import plots_text
from lvstui.console.panels.selected_panel import Item, scale_of, series_of, unplotted_of
from lvstui.console.widgets.text_panel import TextPanel


class PlotsPanel(TextPanel):
    """The panel of the plots. A click shows the next range."""

    CLICKED = "screen.do('plot_range')"

    ALLOW_SELECT = False  # there is no text to copy

    def __init__(self) -> None:
        super().__init__("at-plots")
        self._item: Item | None = None
        self._shown_as = Display()

    def show(self, item: Item | None, display: Display) -> None:
        """Draw the plots of that item."""
        self._item, self._shown_as = item, display
        self.draw()

    def title(self) -> Content:
        key = parts_of(self.app).keys.label(PLOT_RANGE)
        return Content.assemble((self._shown_as.plotted.label, "bold"), (f"  {key}: range", DIM))

    def lines(self, width: int, height: int) -> list[Content]:
        series = series_of(self._item, self._shown_as.plotted)
        if not series:
            return unplotted_of(self._item, width)
        return plots_text.plots(series, scale_of(self._item), self._shown_as, width, height)
