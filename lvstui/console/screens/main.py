"""The main screen: both Directors, what is wrong, the virtual and real servers, the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from lvstui.cluster.intent import Target
from lvstui.cluster.view import ClusterView, LinkState
from lvstui.console.actions import BINDINGS
from lvstui.console.due import Due, Key
from lvstui.console.messages import ViewChanged
from lvstui.console.screens.turn import turn
from lvstui.console.screens.viewed import ViewedScreen
from lvstui.console.sight import Sight
from lvstui.console.widgets.banner import Banner, headline, trouble
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.console.widgets.drains_panel import DrainsPanel
from lvstui.console.widgets.event_log import EventLog
from lvstui.console.widgets.filter_line import FilterLine
from lvstui.console.widgets.hints import Hints
from lvstui.console.widgets.server_table import ServerTable
from lvstui.console.widgets.server_table import status as table_status
from lvstui.operator import operator

SMALLEST = Size(60, 16)
NARROW = 120  # below this many columns a Director is one line


class Commands(Protocol):
    """What the operator, or the time, can have done: see `console.commands`."""

    def run(self, main: MainScreen, name: str) -> None: ...
    def restore_due(self, main: MainScreen, due: Sequence[Key]) -> None: ...


class MainScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(self, commands: Commands, opening: str = "") -> None:
        """`opening`: the cluster's name, until its session tells it."""
        super().__init__()
        self._commands = commands
        self._opening = opening
        self.session: Sight | None = None
        self.view: ClusterView | None = None
        self.newest: ClusterView | None = None  # behind a frozen screen
        self.frozen = False
        self._bad: str | None = None  # why the words of the filter cannot be obeyed
        self._shown: Content | None = None  # in the headline
        self._due = Due()
        self._operator = operator()

    def compose(self) -> ComposeResult:
        yield Static(id="headline", markup=False)
        yield Banner()
        yield Horizontal(id="directors")
        yield ServerTable()
        yield FilterLine()  # under it: no row moves when it comes and goes
        yield DrainsPanel()
        yield EventLog()
        yield Hints()
        yield Static(id="too-small", markup=False)

    @property
    def table(self) -> ServerTable:
        return self.query_one(ServerTable)

    def on_mount(self) -> None:
        self.query_one(EventLog).border_title = "events"
        self.table.focus()
        self._headline()
        self.query_one(Hints).show(None)

    def opened(self, session: Sight) -> None:
        self.session = session
        self._headline()

    async def on_view_changed(self, message: ViewChanged) -> None:
        await self.show(message.view)

    async def show(self, view: ClusterView) -> None:
        self.newest = view
        self._restore_what_is_due(view)
        if self.frozen and self.view is not None:
            self._headline()
            self.query_one(Hints).show(self.no_writes())
            return
        await self._draw(view)

    async def _draw(self, view: ClusterView) -> None:
        self.view = view
        self._headline()
        self.query_one(Banner).show(view)
        await self._directors(view)
        for _ in self.table.sample(view):
            if not await turn(self):
                return
        self.table.show(view)
        self._status()
        self.query_one(DrainsPanel).show(view.drains, view.wall, self.size.width, most=self._drain_lines())
        self.query_one(EventLog).show(view.events)
        self.query_one(Hints).show(self.no_writes())

    def _restore_what_is_due(self, view: ClusterView) -> None:
        """In a dialog of its own, once no other one is open and it can be written."""
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
        for card, director in zip(cards, view.directors, strict=True):
            grave = trouble(view.problems, director.name)
            card.show(director, view.wall, narrow=self.size.width < NARROW, trouble=grave)

    def _drain_lines(self) -> int:
        return 1 if self.size.width < NARROW else max(2, (self.size.height - 20) // 5)

    def on_resize(self) -> None:
        width, height = self.size
        self.set_class(width < SMALLEST.width or height < SMALLEST.height, "too-small")
        small = f"The terminal is too small: {width}x{height}.\n{SMALLEST.width}x{SMALLEST.height} or more is needed; q quits."
        self.query_one("#too-small", Static).update(Content(small))
        self._headline()
        if self.view is not None:
            self.call_after_refresh(self._draw, self.view)

    def _headline(self) -> None:
        name = self.session.name if self.session is not None else self._opening
        read_only = self.session.read_only if self.session is not None else None
        production, masked = (self.app.has_class(one) for one in ("-production", "-masked"))
        frozen = self.view.wall if self.frozen and self.view is not None else None
        content = headline(
            name, self.newest, self.size.width, read_only, production=production, masked=masked, frozen=frozen
        )
        if self._shown is None or not content.is_same(self._shown):
            self._shown = content
            self.query_one("#headline", Static).update(content)

    def no_writes(self) -> str | None:
        """Why nothing can be written now; None when it can. The gate itself is in `plan`."""
        if self.session is not None and self.session.read_only is not None:
            return self.session.read_only
        for director in self.newest.directors if self.newest is not None else ():
            if director.privilege == "observer":
                return f"{director.name}: only an observer there"
            if director.state is not LinkState.LIVE:
                return f"{director.name} is {director.state}"
        return None

    def looked_at(self) -> Target | None:
        """The real server of the screen on top, when that is about one: keys then mean it, and nothing in the table."""
        return self.app.screen.target if isinstance(self.app.screen, ViewedScreen) else None

    # --- the table's line ---

    def on_filter_line_typed(self, message: FilterLine.Typed) -> None:
        self._bad = self.table.filter_by(message.text)
        self._status()

    def on_filter_line_left(self) -> None:
        self.table.focus()
        self.call_after_refresh(self._status)

    def on_server_table_changed(self) -> None:
        self._status()

    def on_server_table_chosen(self) -> None:
        """Clicked twice: what Enter does."""
        self.action_do("details")

    def _status(self) -> None:
        total = sum(len(server.real_servers) for server in self.view.virtual_servers) if self.view is not None else 0
        said = table_status(self.table, self._bad, total)
        self.query_one(FilterLine).show(said, filtered=bool(self.table.choice.filter))

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

    def tell(self, text: str) -> None:
        """Why a key did nothing."""
        self.notify(text, severity="warning", markup=False)
