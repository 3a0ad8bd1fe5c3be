"""Show the result of a drill: the verdict, the picture of the failover or of the failback, and every table of its report."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.drill.views.drill_picture import pictures
from lvstui.cluster.drill.views.drill_report import report
from lvstui.cluster.drill.views.drill_state import KeptDrillView
from lvstui.cluster.view import ClusterView
from lvstui.console.actions import COPY
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.drill import picture_text, report_text
from lvstui.console.drill.text import verdict_sign
from lvstui.console.look.glyphs import DIM, STYLES
from lvstui.console.look.paragraphs import hanging
from lvstui.console.read_only_port import ReadOnlySession
from lvstui.console.widgets.lines import Lines


class DrillResultScreen(ViewedScreen):
    """The screen of one drill's result."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "other", "Failback"),
        Binding("c", "compare", "Compare"),
        Binding(COPY.key, "copy_place", "Copy the report's path", id=COPY.name),
    ]

    def __init__(self, session: ReadOnlySession, kept: KeptDrillView, compare: Callable[[KeptDrillView], None]) -> None:
        super().__init__(session)
        self._kept = kept
        self._compare = compare
        self._pictures = pictures(kept.result)
        self._shown_picture = 0

    def parts(self) -> ComposeResult:
        yield Static(id="result-verdict", markup=False)
        yield Lines(cursor=False, id="drill-picture")
        yield Static(id="drill-legend", markup=False)
        yield Lines(cursor=False, id="result-tables")

    def on_mount(self) -> None:
        self.query_one("#drill-picture").can_focus = False
        other = (("tab", "Failback"),) if len(self._pictures) > 1 else ()
        self.keys = (("↑ ↓", "Scroll"), *other, ("c", "Compare"), ("Y", "Copy the report's path"), ("esc", "Back"))
        super().on_mount()
        self.query_one("#result-tables").focus()

    async def show(self, view: ClusterView) -> None:
        """Draw the result, which does not change; the line at the top does."""
        result = self._kept.result
        told = report(result, self.shown_as.zone)
        title = Content.styled(f" {told.title}", "bold")
        self.headline(Content.assemble(title, (f"   {result.id}", DIM)), view, title)
        glyph, tone = verdict_sign(result.verdict)
        width = self.size.width - 2
        verdict = hanging(Content.styled(f" {glyph} ", STYLES[tone]), told.verdict, width, "bold")
        notes = [hanging(Content.styled(" ! ", STYLES["warn"]), f"{note}.", width) for note in told.notes]
        self.query_one("#result-verdict", Static).update(Content("\n").join([verdict, *notes]))
        self._draw_picture()
        lines = report_text.lines(told, self.size.width - 2, (("Report", self._kept.page),) if self._kept.page else ())
        self.query_one("#result-tables", Lines).show(lines, version=(self.size.width, self.shown_as.zone))

    def _draw_picture(self) -> None:
        drawn, legend = self.query_one("#drill-picture", Lines), self.query_one("#drill-legend", Static)
        drawn.display = legend.display = bool(self._pictures)
        if self._pictures:
            picture = self._pictures[self._shown_picture]
            most = max(6, self.size.height // 2)
            lines = picture_text.lines(picture, self.size.width - 1, most)
            drawn.styles.height = len(lines)
            drawn.show(lines)
            said = f" {picture.title}   {picture_text.legend(picture, most)}"
            legend.update(Content.styled(said, DIM))

    async def action_other(self) -> None:
        """Show the picture of the failback, or again of the failover."""
        if len(self._pictures) > 1:
            self._shown_picture = (self._shown_picture + 1) % len(self._pictures)
            await self._again()
        else:
            self.tell("There was no failback in this drill.")

    def action_compare(self) -> None:
        self._compare(self._kept)

    def action_copy_place(self) -> None:
        """Send the path of the report to the terminal's clipboard."""
        if self._kept.page:
            self.app.copy_to_clipboard(self._kept.page)
            self.tell(f"{self._kept.page} was sent to the terminal's clipboard.")
        else:
            self.tell("This drill is not kept on disk: it is gone when the console ends.")
