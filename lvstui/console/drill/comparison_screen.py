"""Show drills side by side: each figure in a line, and what is longer or shorter than before."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from lvstui.cluster.drill.views.drill_comparison import DrillComparison, table
from lvstui.cluster.view import ClusterView
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.drill import report_text
from lvstui.console.look.glyphs import DIM
from lvstui.console.read_only_port import ReadOnlySession
from lvstui.console.widgets.lines import Lines

_FIRST, _LAST, _EACH = 22, 32, 18  # cells: the figure's name, what has changed, and each drill


class DrillComparisonScreen(ViewedScreen):
    """The screen of a comparison."""

    keys = (("↑ ↓", "Scroll"), ("← →", "Sideways"), ("esc", "Back"))

    def __init__(self, session: ReadOnlySession, compared: DrillComparison) -> None:
        super().__init__(session)
        self._compared = compared

    def parts(self) -> ComposeResult:
        yield Lines(cursor=False, id="comparison")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#comparison").focus()

    async def show(self, view: ClusterView) -> None:
        """Draw the table: as many of the drills as there is room for, the newest last."""
        drills = self._compared.drills
        stacked = self.size.width < _FIRST + _LAST + 2 * _EACH
        room = max(2, (self.size.width - _FIRST - (0 if stacked else _LAST)) // _EACH)
        told = table(self._compared, self.shown_as.zone, min(room, len(drills)))
        shown = "" if len(drills) <= room else f", the last {room} of them shown"
        self.headline(Content.assemble((" Drills compared", "bold"), (f"   {told.title}{shown}", DIM)), view)
        lines = list(report_text.table_lines(told, self.size.width - 2, titled=False, stacked=stacked))
        self.query_one("#comparison", Lines).show(lines, version=(self.size.width, self.shown_as.zone))
