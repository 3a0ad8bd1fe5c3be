"""Show the item under the cursor of the table, and its plots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from textual.content import Content

from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.view import DrainView, VirtualServerView
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import DIM
from lvstui.console.panels import plots_text, selected_text
from lvstui.console.panels.plots_text import Scale
from lvstui.console.widgets.text_panel import TextPanel

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from lvstui.cluster.servers.series import SeriesView
    from lvstui.cluster.views.real_server_view import RealServerDetail
    from lvstui.cluster.views.virtual_server_page import VirtualServerPage

Item: TypeAlias = "RealServerDetail | VirtualServerPage"


def _is_real_server(item: Item | None) -> TypeIs[RealServerDetail]:
    """Return True if a real server is selected. What tells is imported with the session, after the first frame."""
    from lvstui.cluster.views.real_server_view import RealServerDetail

    return isinstance(item, RealServerDetail)


class SelectedPanel(TextPanel):
    """The panel of the selected item. A click opens its page."""

    CLICKED = "screen.do('details')"

    def __init__(self) -> None:
        super().__init__("at-selected")
        self.plotted = True  # here, and not in a panel of their own
        self.plots = False  # was there room for any
        self._item: Item | None = None
        self._drain: DrainView | None = None
        self._wall, self._shown_as = 0.0, Display()

    def show(self, item: Item | None, drain: DrainView | None, wall: float, display: Display, *, plotted: bool) -> None:
        """Draw that real server or virtual server; None: nothing is selected."""
        self._item, self._drain, self._wall, self._shown_as = item, drain, wall, display
        self.plotted = plotted
        self.draw()

    def title(self) -> Content:
        if _is_real_server(self._item):
            return selected_text.real_server_title(self._item, self._wall)
        if self._item is not None:
            return selected_text.virtual_server_title(self._item)
        return Content("selected")

    def lines(self, width: int, height: int) -> list[Content]:
        item, self.plots = self._item, False
        if item is None:
            return [Content.styled("nothing is selected", DIM)]
        if _is_real_server(item):
            lines = selected_text.real_server(item, self._drain, self._wall, self._shown_as, width)
        else:
            lines = selected_text.virtual_server(item, self._wall, width)
        if self.plotted and (why := unplotted_of(item, width)):
            return [*lines, Content(""), *why]
        room = height - len(lines) - 1
        if not self.plotted and _is_real_server(item):
            return [*lines, *selected_text.more(item, self._wall, self._shown_as, width)]
        if not self.plotted or room < plots_text.LEAST:
            return lines
        drawn = plots_text.plots(
            series_of(item, self._shown_as.plotted), scale_of(item), self._shown_as, width, room, most=2
        )
        self.plots = bool(drawn)
        return [*lines, Content(""), *drawn]


def series_of(item: Item | None, over: PlotRange) -> Mapping[str, SeriesView]:
    """Return the series of what is selected, by Director."""
    if _is_real_server(item):
        return {side.director.name: side.series for side in item.sides if side.series is not None}
    return {} if item is None else item.series(over)


def unplotted_of(item: Item | None, width: int) -> list[Content]:
    """Say why nothing is plotted of what is selected; nothing where there are plots."""
    if item is None or _is_real_server(item):
        return []
    return plots_text.unplotted(0 if item.server is None else len(item.server.real_servers), width)


def scale_of(item: Item | None) -> Scale:
    """Return the largest figures that any real server of the same virtual server has now."""
    server: VirtualServerView | None = item.server if _is_real_server(item) else None
    if server is None:
        return Scale(0, 0, 0)
    return Scale(*server.largest)
