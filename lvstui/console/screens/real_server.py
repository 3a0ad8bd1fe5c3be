"""One real server: both Directors side by side, how it went over the session, what happened to it, some of its connections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.detail import RealServerDetail
from lvstui.cluster.intent import Target
from lvstui.cluster.view import ClusterView
from lvstui.console import figures
from lvstui.console.plot import Values
from lvstui.console.screens import real_server_text
from lvstui.console.screens.connections import ConnectionsScreen
from lvstui.console.screens.viewed import DIM, ViewedScreen
from lvstui.console.sight import Sight
from lvstui.console.widgets.director_card import link
from lvstui.console.widgets.event_log import line
from lvstui.console.widgets.plot import Plot

EVENTS = 8
FRAME = 5  # cells of a Director's that are its frame, or the bar beside it


class Changing(Protocol):
    """Who opens the dialogs: the main screen."""

    def action_do(self, name: str) -> None: ...
    def no_writes(self) -> str | None: ...


class RealServerScreen(ViewedScreen):
    BINDINGS: ClassVar[list[BindingType]] = [
        # The same ids as in the table of actions: the operator's own keys hold here too
        Binding("d", "do('drain')", "Drain", id="drain"),
        Binding("r", "do('restore')", "Restore", id="restore"),
        Binding("w", "do('weight')", "Weight", id="weight"),
        Binding("x", "do('remove')", "Remove", id="remove"),
        Binding("s", "sample", "Sample connections"),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
        Binding("pagedown", "scroll(10)", "Page down", show=False),
    ]

    def __init__(
        self, session: Sight, target: Target, changing: Changing, changes: Sequence[tuple[str, str, str]]
    ) -> None:
        """`changes` are the actions on one real server: name, key and label."""
        super().__init__(session)
        self.target = self._target = target
        self._gone = False
        self._changing = changing
        self._names = frozenset(name for name, _, _ in changes)
        self.keys = (*((key, label) for _, key, label in changes), ("s", "Sample connections"), ("esc", "Back"))

    def parts(self) -> ComposeResult:
        with VerticalScroll(id="real-server", can_focus=False):
            yield Horizontal(id="sides")
            with Horizontal(id="plots"):
                yield Plot("active", lambda value: f"{value:,.0f}", 5)
                yield Plot("rate", figures.rate, 1)
                yield Plot("out", figures.throughput, 100_000)
            yield Static(id="events", markup=False)

    async def _sides(self, count: int) -> list[Static]:
        holder = self.query_one("#sides")
        cards = list(holder.query(Static))
        if len(cards) != count:
            await holder.remove_children()
            cards = [Static(markup=False, classes="side") for _ in range(count)]
            await holder.mount_all(cards)
        return cards

    async def show(self, view: ClusterView) -> None:
        detail = self.session.detail(self._target.virtual_server, self._target.real_server, view)
        self.headline(real_server_text.head(detail, view.wall), view)
        self._gone = detail.real is None
        cards = await self._sides(len(detail.sides))
        texts = real_server_text.sides(detail, view.wall, self.size.width // max(1, len(cards)) - FRAME)
        for card, side, text in zip(cards, detail.sides, texts, strict=True):
            card.border_title = Content.assemble(
                (side.director.name, "bold"), "  ", real_server_text.role(side), "  ", link(side.director)
            )
            card.update(text)
        self._plots(detail)
        self._events(detail)
        reason = self._changing.no_writes()
        self.name_keys(f"no writes: {reason}" if reason is not None else "")

    def _plots(self, detail: RealServerDetail) -> None:
        known = [(side.director.name, side.course) for side in detail.sides if side.course is not None]
        names = tuple(name for name, _ in known)
        step = known[0][1].step if known else 1.0

        def plot(id: str, title: str, lines: list[Values]) -> None:
            self.query_one(f"#{id}", Plot).show(title, names, lines, step)

        plot("active", "active", [course.active for _, course in known])
        plot("rate", "new/s", [course.connections_per_s for _, course in known])
        plot("out", f"out {figures.throughput_unit()}", [course.out_bps for _, course in known])

    def _events(self, detail: RealServerDetail) -> None:
        events = self.query_one("#events", Static)
        events.border_title = "events of this real server"
        shown = [line(event, brief=True) for event in detail.events[-EVENTS:]]
        events.update(Content("\n").join(shown) if shown else Content.styled("none since the console was opened", DIM))

    def action_do(self, name: str) -> None:
        """An action of the main screen, on this real server: its dialog opens over this."""
        if self._gone:
            self.tell(f"{self._target.real_server} is not there any more.")
        elif name in self._names:
            self._changing.action_do(name)

    def action_scroll(self, lines: int) -> None:
        self.query_one("#real-server").scroll_relative(y=lines, animate=False)

    def action_sample(self) -> None:
        names = [director.name for director in self.session.seen().directors]
        self.app.push_screen(ConnectionsScreen(self.session, self._target, names))
