"""The main screen: both Directors, what is wrong, the virtual and real servers, the events."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from lvstui.cluster.view import ClusterView, LinkState
from lvstui.console.actions import BINDINGS, BY_NAME
from lvstui.console.messages import ViewChanged
from lvstui.console.screens.change import Changes
from lvstui.console.widgets.banner import Banner, headline
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.console.widgets.event_log import EventLog
from lvstui.console.widgets.hints import Hints
from lvstui.console.widgets.server_table import ServerTable

NARROW = 120  # below this many columns a Director is one line


class MainScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(self, opening: str = "") -> None:
        """`opening`: the cluster's name, until its session tells it."""
        super().__init__()
        self._opening = opening
        self.session: Changes | None = None
        self.view: ClusterView | None = None
        self._shown: Content | None = None  # in the headline

    def compose(self) -> ComposeResult:
        yield Static(id="headline", markup=False)
        yield Banner()
        yield Horizontal(id="directors")
        yield ServerTable()
        yield EventLog()
        yield Hints()

    @property
    def table(self) -> ServerTable:
        return self.query_one(ServerTable)

    def on_mount(self) -> None:
        self.query_one(EventLog).border_title = "events"
        self.table.focus()
        self._headline()
        self.query_one(Hints).show(None)

    def opened(self, session: Changes) -> None:
        self.session = session
        self._headline()

    async def on_view_changed(self, message: ViewChanged) -> None:
        await self.show(message.view)

    async def show(self, view: ClusterView) -> None:
        self.view = view
        self._headline()
        self.query_one(Banner).show(view)
        await self._directors(view)
        self.table.show(view)
        self.query_one(EventLog).show(view.events)
        self.query_one(Hints).show(self.no_writes())

    async def _directors(self, view: ClusterView) -> None:
        holder = self.query_one("#directors")
        cards = list(holder.query(DirectorCard))
        if len(cards) != len(view.directors):
            await holder.remove_children()
            cards = [DirectorCard(director.name) for director in view.directors]
            await holder.mount_all(cards)
        for card, director in zip(cards, view.directors, strict=True):
            card.show(director, view.wall, narrow=self.size.width < NARROW)

    def on_resize(self) -> None:
        self._headline()
        if self.view is not None:
            self.call_after_refresh(self.show, self.view)

    def _headline(self) -> None:
        name = self.session.name if self.session is not None else self._opening
        read_only = self.session.read_only if self.session is not None else None
        production, masked = (self.app.has_class(one) for one in ("-production", "-masked"))
        content = headline(name, self.view, self.size.width, read_only, production=production, masked=masked)
        if self._shown is None or not content.is_same(self._shown):
            self._shown = content
            self.query_one("#headline", Static).update(content)

    def no_writes(self) -> str | None:
        """Why nothing can be written now; None when it can. The gate itself is in `plan`."""
        if self.session is not None and self.session.read_only is not None:
            return self.session.read_only
        for director in self.view.directors if self.view is not None else ():
            if director.privilege == "observer":
                return f"{director.name}: only an observer there"
            if director.state is not LinkState.LIVE:
                return f"{director.name} is {director.state}"
        return None

    # --- what the operator does ---

    def action_do(self, name: str) -> None:
        """Run an action of the table."""
        BY_NAME[name].run(self)

    def tell(self, text: str) -> None:
        """Why a key did nothing."""
        self.notify(text, severity="warning", markup=False)
