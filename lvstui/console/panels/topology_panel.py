"""Show a small topology beside the table, where the screen is wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from lvstui.console.actions import TOPOLOGY
from lvstui.console.app_parts import parts_of
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import DIM
from lvstui.console.panels import topology_text
from lvstui.console.widgets.text_panel import TextPanel

if TYPE_CHECKING:
    from lvstui.cluster.views.topology_view import Topology

_MOST = 100  # lines; no panel is as high


class TopologyPanel(TextPanel):
    """The panel of the topology. A click shows the whole."""

    CLICKED = "screen.do('topology')"

    def __init__(self) -> None:
        super().__init__("at-topology")
        self._tree: list[Content] = []

    def show(self, picture: Topology, display: Display) -> None:
        """Draw that picture."""
        self._tree = topology_text.tree(picture, display, _MOST)
        self.draw()

    @property
    def needed(self) -> int:
        """Return the number of lines that it would fill."""
        return len(self._tree)

    def title(self) -> Content:
        return Content.assemble("topology", (f"  {parts_of(self.app).keys.label(TOPOLOGY)}: whole", DIM))

    def lines(self, width: int, height: int) -> list[Content]:
        return self._tree
