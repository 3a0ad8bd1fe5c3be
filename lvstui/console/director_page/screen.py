"""Show one Director: instances and priorities, keepalived, link, interfaces, kernel settings, and the last lines of its log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from lvstui.cluster.view import ClusterView, DirectorView, LinkState
from lvstui.cluster.views.director_page import DirectorPage
from lvstui.console.actions import COPY, DIRECTOR, HANDOVER, MACHINE
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.director_page import machine_text, settings_text
from lvstui.console.director_page import text as director_text
from lvstui.console.look.glyphs import DIM
from lvstui.console.look.widths import NARROW
from lvstui.console.read_only_port import ReadOnlySession
from lvstui.console.widgets.director_card import link, role
from lvstui.console.widgets.fact_box import FactBox
from lvstui.console.widgets.lines import Lines
from lvstui.console.widgets.split_brain import Split, split_of

_FRAME = 5  # cells of a box that are its frame, or the bar beside it
BOXES = {"instances-column": ("instances", "network"), "machine-column": ("daemon", "link", "kernel")}


class DirectorTab(Static):
    """The name of a Director; a click shows it."""

    def __init__(self, director: str) -> None:
        super().__init__(markup=False, classes="director-tab")
        self.director = director

    @dataclass
    class TabChosen(Message):
        """A Director's tab was clicked."""

        director: str

    def on_click(self) -> None:
        self.post_message(self.TabChosen(self.director))


class DirectorScreen(ViewedScreen):
    """The page of one Director, and with Tab of the other one."""

    keys = (
        ("tab", "Other Director"),
        ("↑ ↓", "Scroll"),
        ("l", "Log"),
        (MACHINE, "Hand over, take back"),
        ("esc", "Back"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(DIRECTOR.key, "other", "Other Director", id=DIRECTOR.name, show=False),
        Binding(COPY.key, "copy_name", "Copy", id=COPY.name, show=False),
        Binding("tab,right", "other(1)", "Other Director"),
        Binding("shift+tab,left", "other(-1)", "Other Director", show=False),
        Binding("l", "enlarge_log", "Log"),
        Binding(MACHINE.key, "hand_over", "Hand over", id=MACHINE.name, show=False),
        Binding("escape", "back", "Back"),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
        Binding("pagedown", "scroll(10)", "Page down", show=False),
        Binding("home,g", "to_end(False)", "First", show=False),
        Binding("end,G", "to_end(True)", "Last", show=False),
    ]

    def __init__(self, session: ReadOnlySession, director: str) -> None:
        """Show that Director first."""
        super().__init__(session)
        self.director = director
        self._log_of: tuple[str, *tuple[object, ...]] | None = None  # a Director, and what its log is known by
        self._log_rows = 1

    def parts(self) -> ComposeResult:
        yield Horizontal(id="director-tabs")
        with VerticalScroll(id="director-page", can_focus=False), Horizontal(id="director-columns"):
            for column, boxes in BOXES.items():
                with Vertical(id=column):
                    for box in boxes:
                        yield FactBox(box)
        log = Lines(cursor=False, id="daemon-log")
        log.can_focus = False  # until it has the whole page, the keys scroll what is above it
        yield log

    async def show(self, view: ClusterView) -> None:
        """Draw what has changed of this Director."""
        if all(one.name != self.director for one in view.directors):
            return
        page = self.session.director_page(self.director, view)
        self.headline(director_text.head(page), view)
        await self._tabs(view.directors, split_of(view))
        self._boxes(page, view.wall)
        self._log(page, view.wall)

    async def _tabs(self, directors: tuple[DirectorView, ...], split: Split) -> None:
        holder = self.query_one("#director-tabs")
        tabs = list(holder.query(DirectorTab))
        if [tab.director for tab in tabs] != [one.name for one in directors]:
            await holder.remove_children()
            tabs = [DirectorTab(one.name) for one in directors]
            await holder.mount_all(tabs)
        for tab, one in zip(tabs, directors, strict=True):
            told = role(one, split) + (Content("") if one.state is LinkState.LIVE else link(one) + "  ")
            tab.update(director_text.tab(one.name, told, shown=one.name == self.director))

    def _boxes(self, page: DirectorPage, wall: float) -> None:
        width = (self.size.width if self.size.width < NARROW else self.size.width // 2) - _FRAME
        display = self.shown_as

        def show(box: str, title: str, content: Content) -> None:
            self.query_one(f"#{box}", FactBox).show(Content.styled(title, "bold"), content)

        show("instances", "VRRP instances", director_text.instances(page, wall, display, width))
        show("daemon", "keepalived", machine_text.keepalived(page, wall, display, width))
        show("link", "link", machine_text.link(page, display, width))
        show("network", "interfaces", machine_text.interfaces(page, display, width))
        show("kernel", "kernel settings", settings_text.settings(page.settings, width))

    def _log(self, page: DirectorPage, wall: float) -> None:
        lines = self.query_one("#daemon-log", Lines)
        why = f": {page.log_unknown}" if page.log_unknown is not None else ""
        lines.border_title = Content.assemble(
            ("log of keepalived", "bold"), (f"  {page.log_source or 'none'}{why}", DIM)
        )
        now = (self.director, page.log_lines, page.log[-1:], self.shown_as.zone)
        if now == self._log_of:
            return
        at_end = self._log_of is None or self._log_of[0] != self.director or lines.is_vertical_scroll_end
        self._log_of = now
        told = list(director_text.log_lines(page, wall, self.shown_as))
        lines.show(told or [(("no line since the link began", "dim"),)], version=now)
        self._log_rows = max(1, len(told))
        self._fit_log()
        if at_end:
            self.call_after_refresh(lines.scroll_end, animate=False)

    def on_resize(self) -> None:
        """Give the log as many rows as it needs, or where the screen is large, all that are left."""
        self._fit_log()

    def _fit_log(self) -> None:
        whole = self.has_class("-log") or self.has_class("-huge")
        self.query_one("#daemon-log", Lines).styles.max_height = None if whole else self._log_rows + 2

    # --- what the operator does ---

    @on(DirectorTab.TabChosen)
    async def _tab_chosen(self, message: DirectorTab.TabChosen) -> None:
        await self.turn_to(message.director)

    async def turn_to(self, director: str) -> None:
        """Show that Director."""
        if director != self.director:
            self.director = director
            self.query_one("#director-page").scroll_home(animate=False)
            await self._again()

    async def action_other(self, step: int = 1) -> None:
        """Show the next Director."""
        names = [one.name for one in self.session.seen().directors]
        at = names.index(self.director) if self.director in names else 0
        await self.turn_to(names[(at + step) % len(names)])

    def action_enlarge_log(self) -> None:
        """Give the log the whole page, or its part of it again."""
        lines, large = self.query_one("#daemon-log", Lines), not self.has_class("-log")
        self.set_class(large, "-log")
        self._fit_log()
        lines.can_focus = large
        self.set_focus(lines if large else None)
        self.call_after_refresh(lines.scroll_end, animate=False)

    def action_back(self) -> None:
        """Take one step back: out of the large log, then out of the page."""
        if self.has_class("-log"):
            self.action_enlarge_log()
        else:
            self.dismiss(None)

    def action_hand_over(self) -> None:
        """Hand the Director over, or take it back."""
        self.app.action_do(HANDOVER.name)  # type: ignore[attr-defined]  # the console's own app

    def action_copy_name(self) -> None:
        """Send the Director's name to the terminal's clipboard."""
        self.app.copy_to_clipboard(self.director)
        self.tell(f"{self.director} was sent to the terminal's clipboard.")

    def action_scroll(self, lines: int) -> None:
        self.query_one("#director-page").scroll_relative(y=lines, animate=False)

    def action_to_end(self, last: bool) -> None:
        page = self.query_one("#director-page")
        if last:
            page.scroll_end(animate=False)
        else:
            page.scroll_home(animate=False)
