"""Show the main screen: both Directors, what is wrong, the virtual and real servers, the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import ClusterView, DrainView, LinkState, Problem
from lvstui.console.actions import BINDINGS, HELP, QUIT
from lvstui.console.app_parts import parts_of
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.base.screen import WorkingScreen
from lvstui.console.change.scheduled_restore import DueRestores, Key
from lvstui.console.panels.arrangement import Needs, card_form, may_draw_topology
from lvstui.console.panels.deck import Deck
from lvstui.console.panels.plots_panel import PlotsPanel
from lvstui.console.panels.selected_panel import SelectedPanel
from lvstui.console.panels.topology_panel import TopologyPanel
from lvstui.console.past.time_bar import TimeBar
from lvstui.console.runtime.yielding import yield_to_loop
from lvstui.console.screens.main_headline import MainHeadline
from lvstui.console.session_port import SessionPort
from lvstui.console.table.filter_line import FilterLine
from lvstui.console.table.server_table import ServerTable
from lvstui.console.table.shown_trends import ShownTrends
from lvstui.console.view_changed import ViewChanged
from lvstui.console.widgets.banner import Banner, trouble
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.console.widgets.director_line import in_lines
from lvstui.console.widgets.drains_panel import DrainsPanel
from lvstui.console.widgets.event_log import EventLog
from lvstui.console.widgets.hints import Hints
from lvstui.console.widgets.split_brain import split_of
from lvstui.settings.operator import operator

SMALLEST = Size(60, 16)
CARD_HEIGHT = 6  # lines of a Director's card at the least, its frame included
if TYPE_CHECKING:  # the first frame waits for neither
    from lvstui.cluster.views.real_server_view import RealServerDetail
    from lvstui.cluster.views.virtual_server_page import VirtualServerPage


class Commands(Protocol):
    """Do what the operator, or the time, asks for: see `console.commands`."""

    def run(self, main: MainScreen, name: str) -> None: ...
    def restore_due(self, main: MainScreen, due: Sequence[Key]) -> None: ...
    def show_director(self, main: MainScreen, name: str) -> None: ...
    def show_problem(self, main: MainScreen, problem: Problem) -> None: ...
    def restore_machine(self, main: MainScreen, machine: str) -> None: ...


class MainScreen(WorkingScreen[None]):
    """The main screen."""

    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(self, commands: Commands, opening: str = "") -> None:
        """Make the screen; `opening` is the cluster's name, until its session tells it."""
        super().__init__()
        self._commands = commands
        self._opening = opening
        self.session: SessionPort | None = None
        self.view: ClusterView | None = None
        self.newest: ClusterView | None = None  # behind a frozen screen
        self.frozen = False
        self._bad: str | None = None  # why the words of the filter cannot be obeyed
        self.trends = ShownTrends()
        self.jumped: tuple[str, tuple[str, str | None] | None] | None = None  # the problem gone to last, and its row
        self._due = DueRestores()
        self._operator = operator()

    def compose(self) -> ComposeResult:
        yield MainHeadline()
        yield Banner()
        yield Horizontal(id="directors")
        yield Deck(
            ServerTable("at-table"),
            FilterLine("at-filter"),
            SelectedPanel(),
            DrainsPanel(),
            EventLog(),
            PlotsPanel(),
            TopologyPanel(),
        )
        yield TimeBar(beside=False)
        yield Hints()
        yield Static(id="too-small", markup=False)

    @property
    def table(self) -> ServerTable:
        return self.query_one(ServerTable)

    def on_mount(self) -> None:
        self.table.focus()
        self._headline()
        self.query_one(Hints).show(None)

    def turn_to(self, session: SessionPort, *, past: bool = False) -> None:
        """Show another session from now on; `past`: in the place of that of the present, which goes on."""
        self.session = session
        self.trends.turn_to(past=past)
        self._headline()

    async def on_view_changed(self, message: ViewChanged) -> None:
        await self.show(message.view)

    async def show(self, view: ClusterView) -> None:
        """Draw a new view, unless the screen is frozen."""
        self.newest = view
        self._restore_what_is_due(view)
        if self.frozen and self.view is not None:
            self._headline()
            self.query_one(Hints).show(self.no_writes())
            return
        await self._draw(view)

    def draw_again(self) -> None:
        """Draw what is shown once more, as facts are written now."""
        self._headline()
        if self.view is not None:
            self.call_after_refresh(self._draw, self.view)

    async def _draw(self, view: ClusterView) -> None:
        self.view = view
        self._headline()
        self.query_one(Banner).show(view)
        await self._directors(view)
        for _ in self.trends.sample(view, () if self.session is None else self.session.earlier()):
            if not await yield_to_loop(self):
                return
        self.table.show(view, parts_of(self.app).shown_as, self.trends.drawn)
        self._status()
        self.query_one(DrainsPanel).show(view.drains, view.wall, parts_of(self.app).shown_as)
        self.query_one(EventLog).show(view.events, view.wall, parts_of(self.app).shown_as)
        if self.session is not None and may_draw_topology(self.size):
            self.query_one(TopologyPanel).show(self.session.topology(view), parts_of(self.app).shown_as)
        self._place()
        self._selected()
        self.query_one(Hints).show(self.no_writes())

    def _restore_what_is_due(self, view: ClusterView) -> None:
        """Open the dialog of a scheduled restore once no other is open and it can be written."""
        if parts_of(self.app).playback.past is not None:
            return  # its time came, or comes, in the present
        self._due.look(view.drains, view.wall, self._operator)
        if self._due.now and self.app.screen is self and self.no_writes() is None:
            self._commands.restore_due(self, self._due.take())

    async def _directors(self, view: ClusterView) -> None:
        holder = self.query_one("#directors")
        cards = list(holder.query(DirectorCard))
        if len(cards) != len(view.directors):
            await holder.remove_children()
            cards = [DirectorCard(director.name) for director in view.directors]
            await holder.mount_all(cards)
        form = card_form(self.size)
        for name in ("lines", "stacked"):
            holder.set_class(form == name, f"-{name}")
        split, display = split_of(view), parts_of(self.app).shown_as
        lines = in_lines(view.directors, self.size.width - 2, split) if form == "lines" else [None] * len(cards)
        heights = [
            card.show(one, view.wall, display, line=line, trouble=trouble(view.problems, one.name), split=split)
            for card, one, line in zip(cards, view.directors, lines, strict=True)
        ]
        for card in cards:  # beside one another, they are as high as the highest
            card.styles.min_height = max(CARD_HEIGHT, max(heights) + 2) if form == "beside" else None

    def _place(self) -> None:
        """Give table and panels the places that their content asks for."""
        drains = self.query_one(DrainsPanel).needs
        topology = self.query_one(TopologyPanel).needed if may_draw_topology(self.size) else 0
        self.query_one(Deck).fit(Needs(self.table.needed, drains=drains, topology=topology))

    def _selected(self) -> None:
        """Draw what is under the cursor."""
        panel, row = self.query_one(SelectedPanel), self.table.current()
        if self.view is None or self.session is None or not panel.size.area:
            return
        drain: DrainView | None = None
        item: RealServerDetail | VirtualServerPage | None = None
        if row is not None and row.real is not None:
            item = self.session.detail(row.virtual.id, row.real.id, self.view, parts_of(self.app).shown_as.plotted)
            key = row.virtual.id, row.real.id
            drain = next((one for one in self.view.drains if (one.virtual_server, one.real_server) == key), None)
        elif row is not None:
            item = self.session.virtual_server_page(row.virtual.id, self.view)
        plots = self.query_one(PlotsPanel)
        own = "plots" in self.query_one(Deck).places()
        panel.show(item, drain, self.view.wall, parts_of(self.app).shown_as, plotted=not own)
        if own:
            plots.show(item, parts_of(self.app).shown_as)

    def on_resize(self) -> None:
        width, height = self.size
        self.set_class(width < SMALLEST.width or height < SMALLEST.height, "too-small")
        small = f"Terminal too small: {width}x{height}.\n{SMALLEST.width}x{SMALLEST.height} or more is needed; "
        small += f"{parts_of(self.app).keys.label(QUIT)} quits."
        self.query_one("#too-small", Static).update(Content(small))
        self.draw_again()

    def _headline(self) -> None:
        name, read_only = (self._opening, None) if self.session is None else (self.session.name, self.session.read_only)
        frozen = self.view.wall if self.frozen and self.view is not None else None
        self.query_one(MainHeadline).show(name, self.newest, read_only, frozen)

    def no_writes(self) -> str | None:
        """Return why nothing can be written now; None when it can. The gate itself is in `plan`."""
        if self.session is not None and self.session.read_only is not None:
            return self.session.read_only
        for director in self.newest.directors if self.newest is not None else ():
            if director.privilege == "observer":
                return f"{director.name}: observer only"
            if director.state is not LinkState.LIVE:
                return f"{director.name} is {director.state}"
        return None

    def looked_at(self) -> Target | None:
        """Return the real server of the screen on top, when that is about one: keys then mean it, and nothing in the table."""
        return self.app.screen.target if isinstance(self.app.screen, ViewedScreen) else None

    # --- the table's line ---

    def on_filter_line_typed(self, message: FilterLine.Typed) -> None:
        self._bad = self.table.filter_by(message.text)
        self._status()

    def on_filter_line_closed(self) -> None:
        self.table.focus()
        self.call_after_refresh(self._status)

    def on_server_table_status_changed(self) -> None:
        self._status()

    def on_director_card_card_opened(self, message: DirectorCard.CardOpened) -> None:
        self._commands.show_director(self, message.director)

    def on_director_card_card_left(self) -> None:
        self.table.focus()

    def on_server_table_row_reached(self) -> None:
        self._place()
        self._selected()

    def on_server_table_row_opened(self) -> None:
        """Do what Enter does: the row was clicked twice."""
        self.action_do("details")

    def on_banner_problem_opened(self, message: Banner.ProblemOpened) -> None:
        self._commands.show_problem(self, message.problem)

    def on_banner_director_opened(self, message: Banner.DirectorOpened) -> None:
        self._commands.show_director(self, message.director)

    def on_drains_panel_machine_chosen(self, message: DrainsPanel.MachineChosen) -> None:
        self._commands.restore_machine(self, message.machine)

    def on_time_bar_cursor_wanted(self, message: TimeBar.CursorWanted) -> None:
        self.table.action_move(message.lines)

    def on_drains_panel_left(self) -> None:
        self.table.focus()

    def _status(self) -> None:
        total = sum(len(server.real_servers) for server in self.view.virtual_servers) if self.view is not None else 0
        said = self.table.status(self._bad, total)
        self.query_one(FilterLine).show(said, filtered=bool(self.table.choice.filter))
        self._place()

    # --- what the operator does ---

    def freeze(self) -> None:
        """Stand still, or go on with what has happened meanwhile."""
        self.frozen = not self.frozen
        self.set_class(self.frozen, "frozen")
        self._headline()
        if not self.frozen and self.newest is not None:
            self.post_message(ViewChanged(self.newest))

    def action_do(self, name: str) -> None:
        """Run an action of the table."""
        self._commands.run(self, name)

    def on_key(self, event: events.Key) -> None:
        """Say what to do after a key that means nothing here."""
        if event.is_printable and event.key not in self.active_bindings:
            self.tell(f"{event.character} does nothing here. Press {parts_of(self.app).keys.label(HELP)} for the keys.")

    def tell(self, text: str) -> None:
        """Tell the operator why a key did nothing."""
        self.notify(text, severity="warning", markup=False)
