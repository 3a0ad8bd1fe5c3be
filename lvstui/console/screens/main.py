"""The main screen: both Directors, what is wrong, the virtual and real servers, the events."""

from __future__ import annotations

import getpass
import platform
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from lvstui.cluster.intent import Target
from lvstui.cluster.view import ClusterView, LinkState
from lvstui.console.actions import BINDINGS
from lvstui.console.messages import ViewChanged
from lvstui.console.screens.change import Changes, ChangeScreen
from lvstui.console.screens.help import HelpScreen
from lvstui.console.widgets.banner import Banner, headline
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.console.widgets.event_log import EventLog
from lvstui.console.widgets.hints import Hints
from lvstui.console.widgets.server_table import ServerTable

NARROW = 120  # below this many columns a Director is one line


def operator() -> str:
    """Who makes a change, as it is written into the file: ana@ops1."""
    return f"{getpass.getuser()}@{platform.node().partition('.')[0]}"


class MainScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(self) -> None:
        super().__init__()
        self._session: Changes | None = None
        self._view: ClusterView | None = None
        self._shown: Content | None = None  # in the headline

    def compose(self) -> ComposeResult:
        yield Static(id="headline", markup=False)
        yield Banner()
        yield Horizontal(id="directors")
        yield ServerTable()
        yield EventLog()
        yield Hints()

    def on_mount(self) -> None:
        self.query_one(EventLog).border_title = "events"
        self.query_one(ServerTable).focus()
        self._headline()
        self.query_one(Hints).show(None)

    def opened(self, session: Changes) -> None:
        self._session = session
        self._headline()

    async def on_view_changed(self, message: ViewChanged) -> None:
        await self.show(message.view)

    async def show(self, view: ClusterView) -> None:
        self._view = view
        self._headline()
        self.query_one(Banner).show(view)
        await self._directors(view)
        self.query_one(ServerTable).show(view)
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
        if self._view is not None:
            self.call_after_refresh(self.show, self._view)

    def _headline(self) -> None:
        name = self._session.name if self._session is not None else ""
        read_only = self._session.read_only if self._session is not None else None
        content = headline(name, self._view, self.size.width, read_only)
        if self._shown is None or not content.is_same(self._shown):
            self._shown = content
            self.query_one("#headline", Static).update(content)

    def no_writes(self) -> str | None:
        """Why nothing can be written now; None when it can. The gate itself is in `plan`."""
        if self._session is not None and self._session.read_only is not None:
            return self._session.read_only
        for director in self._view.directors if self._view is not None else ():
            if director.privilege == "observer":
                return f"{director.name}: only an observer there"
            if director.state is not LinkState.LIVE:
                return f"{director.name} is {director.state}"
        return None

    # --- what the operator does ---

    def action_drain(self) -> None:
        self._change("drain")

    def action_restore(self) -> None:
        self._change("restore")

    def action_weight(self) -> None:
        self._change("weight")

    def _change(self, action: Literal["drain", "restore", "weight"]) -> None:
        row = self.query_one(ServerTable).current()
        reason = self.no_writes()
        if self._session is None or self._view is None:
            self._tell("The Directors are not connected yet.")
        elif reason is not None:
            self._tell(f"Nothing can be written now: {reason}.")
        elif row is None:
            self._tell("Move the cursor to a real server first.")
        elif row.real is None:
            self._tell(f"{row.virtual.id} is a virtual server: move the cursor to one of its real servers.")
        else:
            target = Target(row.virtual.id, row.real.id)
            self.app.push_screen(ChangeScreen(self._session, action, target, operator()))

    def _tell(self, text: str) -> None:
        self.notify(text, severity="warning", markup=False)

    def action_reconnect(self) -> None:
        for director in self._view.directors if self._view is not None else ():
            if director.state is not LinkState.LIVE and self._session is not None:
                self._session.reconnect(director.name)

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(self.no_writes()))

    def action_quit(self) -> None:
        self.app.exit()
