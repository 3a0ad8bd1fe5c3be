"""Show a real server: both Directors side by side, its plots over the session, its events, some of its connections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.events import event_order
from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import ClusterView
from lvstui.cluster.views.real_server_view import RealServerDetail
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.base.server_keys import SERVER_KEYS
from lvstui.console.look import formatting
from lvstui.console.look.braille import Values
from lvstui.console.look.glyphs import DIM
from lvstui.console.panels.selected_panel import scale_of
from lvstui.console.past.time_bar import TimeBar
from lvstui.console.read_only_port import ReadOnlySession
from lvstui.console.real_server import text as real_server_text
from lvstui.console.real_server.connections_dialog import ConnectionsScreen
from lvstui.console.widgets.director_card import link
from lvstui.console.widgets.event_log import line
from lvstui.console.widgets.plot import Plot

EVENTS = 8
FRAME = 5  # cells of a Director's that are its frame, or the bar beside it


class Changing(Protocol):
    """The main screen, which opens the dialogs."""

    def action_do(self, name: str) -> None: ...
    def no_writes(self) -> str | None: ...


class RealServerScreen(ViewedScreen):
    """The screen of a real server."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *SERVER_KEYS,
        Binding("s", "sample", "Sample connections"),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
        Binding("pagedown", "scroll(10)", "Page down", show=False),
    ]

    def __init__(
        self, session: ReadOnlySession, target: Target, changing: Changing, changes: Sequence[tuple[str, str, str]]
    ) -> None:
        """Make the screen; `changes` are the actions on one real server: name, key and label."""
        super().__init__(session)
        self.target = self._target = target
        self._gone = False
        self._changing = changing
        self.keys = (*((key, label) for _, key, label in changes), ("s", "Sample connections"), ("esc", "Back"))

    def parts(self) -> ComposeResult:
        yield Static(id="why", markup=False)
        with VerticalScroll(id="real-server", can_focus=False):
            yield Horizontal(id="sides")
            with Horizontal(id="plots"):
                yield Plot("active", 5)
                yield Plot("rate", 1)
                yield Plot("out", 100_000)
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
        detail = self.session.detail(self._target.virtual_server, self._target.real_server, view, self.shown_as.plotted)
        head, *shorter = real_server_text.heads(detail, view.wall)
        cut = self.headline(head, view, *shorter)
        why, reason = self.query_one("#why", Static), real_server_text.reason(detail)
        why.display = cut and bool(reason.plain)
        why.update(reason)
        self._gone = detail.real is None
        cards = await self._sides(len(detail.sides))
        texts = real_server_text.sides(detail, view.wall, self.shown_as, self.size.width // max(1, len(cards)) - FRAME)
        for card, side, text in zip(cards, detail.sides, texts, strict=True):
            card.border_title = Content.assemble(
                (side.director.name, "bold"), "  ", real_server_text.role(side), "  ", link(side.director)
            )
            card.update(text)
        self._plots(detail)
        self._events(detail, view.wall)
        no_writes = self._changing.no_writes()
        self.name_keys(f"no writes: {no_writes}" if no_writes is not None else "")

    def _plots(self, detail: RealServerDetail) -> None:
        known = [(side.director.name, side.series) for side in detail.sides if side.series is not None]
        names = tuple(name for name, _ in known)
        over, scale = self.shown_as.plotted, scale_of(detail)

        def plot(id: str, title: str, lines: list[Values], write: Callable[[float], str], largest: float) -> None:
            self.query_one(f"#{id}", Plot).show(title, names, lines, over, write, largest)

        plot("active", "active", [series.active for _, series in known], lambda value: f"{value:,.0f}", scale.active)
        plot(
            "rate", "new/s", [series.connections_per_s for _, series in known], formatting.rate, scale.connections_per_s
        )
        unit, throughput = self.shown_as.throughput_unit, self.shown_as.throughput
        plot("out", f"out {unit}", [series.out_bps for _, series in known], throughput, scale.out_bps)

    def _events(self, detail: RealServerDetail, wall: float) -> None:
        events = self.query_one("#events", Static)
        events.border_title = "events of this real server"
        last = detail.events[-EVENTS:]
        order = zip(last, event_order.unsettled(last), strict=True)
        shown = [line(one, wall, self.shown_as, brief=True, unsettled=unsettled) for one, unsettled in order]
        events.update(Content("\n").join(shown) if shown else Content.styled("none since the console started", DIM))

    def action_do(self, name: str) -> None:
        """Run an action of the main screen on this real server: its dialog opens over this."""
        if self.query_one(TimeBar).stands_in(name):
            return
        if self._gone:
            self.tell(f"{self._target.real_server} no longer exists.")
        else:
            self._changing.action_do(name)

    def action_scroll(self, lines: int) -> None:
        self.query_one("#real-server").scroll_relative(y=lines, animate=False)

    def action_sample(self) -> None:
        """Open the dialog of its connections."""
        names = [director.name for director in self.session.seen().directors]
        self.app.push_screen(ConnectionsScreen(self.session, self._target, names))
