"""Show the Directors' configurations: each file as it is written, with our remarks, and what differs and should not."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from lvstui.cluster.drift.difference import Difference
from lvstui.cluster.view import ClusterView
from lvstui.cluster.views.configuration_view import ShownConfiguration
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.configuration import text
from lvstui.console.configuration.file_pane import FilePane
from lvstui.console.look.widths import NARROW
from lvstui.console.read_only_port import ReadOnlySession
from lvstui.console.runtime.yielding import yield_to_loop
from lvstui.console.widgets.lines import Lines
from lvstui.console.widgets.text_input import TextInput


class ConfigurationScreen(ViewedScreen):
    """The screen of the configurations."""

    keys = (
        ("tab", "Next pane"),
        ("enter", "Jump"),
        ("/", "Search"),
        ("n N", "Next"),
        ("m", "Remark"),
        ("[ ]", "File"),
        ("esc", "Back"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "pane(1)", "Next pane", show=False),
        Binding("shift+tab", "pane(-1)", "Previous pane", show=False),
        Binding("slash", "search", "Search"),
        Binding("n", "next(1)", "Next", show=False),
        Binding("N", "next(-1)", "Previous", show=False),
        Binding("m", "remark(1)", "Next remark", show=False),
        Binding("M", "remark(-1)", "Previous remark", show=False),
        Binding("right_square_bracket", "file(1)", "Next file", show=False),
        Binding("left_square_bracket", "file(-1)", "Previous file", show=False),
    ]

    def __init__(self, session: ReadOnlySession) -> None:
        super().__init__(session)
        self._configurations: tuple[ShownConfiguration, ...] = ()
        self._differences: tuple[Difference, ...] = ()
        self._wanted = ""  # what is searched for
        self._at: FilePane | None = None  # the file that keys are about
        self._awaited: tuple[str, str | None, int] | None = None  # a line that is gone to once the files are there

    def parts(self) -> ComposeResult:
        yield Horizontal(id="files")
        yield Static(id="remark", markup=False)
        yield Lines(cursor=True, id="differences")
        yield TextInput("search", "search in this file", select_on_focus=True)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#search").display = False

    # --- data down ---

    async def show(self, view: ClusterView) -> None:
        self._configurations = self.session.configurations()
        if not await yield_to_loop(self):  # with huge files each of the two takes its time when it is asked first
            return
        self._differences = self.session.differences(view)
        self.headline(text.head(self._configurations, self._differences), view)
        panes = await self._panes()
        for pane, configuration in zip(panes, self._configurations, strict=True):
            pane.show_configuration(configuration)
        differences = self.query_one("#differences", Lines)
        differences.border_title = text.differences_title(self._configurations, self._differences)
        directors = [one.director for one in self._configurations]
        differences.show(text.difference_lines(self._differences, directors, self.size.width))
        differences.styles.height = 2 + max(1, min(len(self._differences), self.size.height // 4))
        self._go()
        self._arrange()
        self._remark()

    def go_to(self, director: str, path: str | None, line: int) -> None:
        """Show that line of a Director's file, as soon as it is there; without a path its main file as it is."""
        self._awaited = director, path, line
        self.call_after_refresh(self._again)

    def _go(self) -> None:
        if self._awaited is None:
            return
        director, path, line = self._awaited
        pane = next((one for one in self.query(FilePane) if one.director == director), None)
        if pane is not None and pane.file is not None:
            self._awaited = None
            self._at = pane
            pane.focus()
            if path is not None and not pane.open(path, line):
                self.tell(f"{director} has not sent {path}.")

    async def _panes(self) -> list[FilePane]:
        holder = self.query_one("#files")
        panes = list(holder.query(FilePane))
        if [pane.director for pane in panes] != [one.director for one in self._configurations]:
            await holder.remove_children()
            panes = [FilePane(one.director) for one in self._configurations]
            await holder.mount_all(panes)
            self._at = panes[0] if panes else None
            if panes:
                panes[0].focus()
        return panes

    def _arrange(self) -> None:
        """Put the files side by side where there is room; otherwise show the one that was last looked at."""
        for pane in self.query(FilePane):
            pane.set_class(self.size.width < NARROW and pane is not self._at, "away")
            pane.set_class(pane is self._at, "at")

    def on_descendant_focus(self) -> None:
        if isinstance(self.focused, FilePane):
            self._at = self.focused
            self._arrange()
        self._remark()

    def _remark(self) -> None:
        """Write what there is to say of the line under the cursor, below the files."""
        differences = self.query_one("#differences", Lines)
        if differences.has_focus and self._differences:
            said = text.why(self._differences[min(differences.line, len(self._differences) - 1)])
        elif self._at is not None:
            said = text.remark(self._at.file, self._at.number, self._at.director)
        else:
            said = Content("")
        self.query_one("#remark", Static).update(said)

    # --- what the operator does ---

    def on_lines_cursor_moved(self) -> None:
        self._remark()

    def on_lines_chosen(self, event: Lines.Chosen) -> None:
        if event.lines.id != "differences":
            self.tell("Enter jumps from an unexpected difference to its lines: Tab goes to the differences.")
        elif not self._differences:
            self.tell("There is no difference to jump from.")
        elif event.line < len(self._differences):
            self._jump(self._differences[event.line])

    def _jump(self, difference: Difference) -> None:
        """Go to the lines of both files that say it."""
        jumped: list[FilePane] = []
        for side in difference.sides:
            if side.path is None or side.line is None:
                continue
            for pane in self.query(FilePane):
                if pane.director == side.director and pane.open(side.path, side.line):
                    jumped.append(pane)
        if not jumped:
            self.tell("This difference is in the kernel only; no line of a file sets it.")
            return
        if self._at not in jumped:
            self._at = jumped[0]
        self._arrange()
        self._remark()

    def action_pane(self, step: int) -> None:
        """Go to the next pane, shown first where there is room for one alone."""
        panes: list[Lines] = [*self.query(FilePane), self.query_one("#differences", Lines)]
        at = next((number for number, pane in enumerate(panes) if pane.has_focus), 0)
        pane = panes[(at + step) % len(panes)]
        if isinstance(pane, FilePane):
            self._at = pane
            self._arrange()
        pane.focus()

    def action_file(self, step: int) -> None:
        if self._at is not None and not self._at.turn(step):
            self.tell(f"{self._at.director} has no other file.")
        self._remark()

    def action_remark(self, step: int) -> None:
        if self._at is not None and not self._at.next_remark(step):
            self.tell("No remarks on this file.")

    def action_search(self) -> None:
        field = self.query_one("#search", Input)
        field.display = True
        field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._wanted = event.value
        self._end_search()
        self._find(0 if self._at is None else self._at.line, 1)

    def _end_search(self) -> None:
        self.query_one("#search").display = False
        if self._at is not None:
            self._at.focus()

    def action_next(self, step: int) -> None:
        if not self._wanted:
            self.tell("Search first with /.")
        elif self._at is not None:
            self._find(self._at.line + step, step)

    def _find(self, start: int, step: int) -> None:
        if self._at is not None and self._wanted and not self._at.find(self._wanted, start, step):
            self.tell(f"{self._wanted!r} is not in this file.")

    def action_leave(self) -> None:
        if self.query_one("#search").display:
            self._end_search()
        else:
            super().action_leave()
