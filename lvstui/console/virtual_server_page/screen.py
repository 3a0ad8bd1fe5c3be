"""Show one virtual server: what each Director says of it, and its real servers with a plot each. Enter opens one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import ClusterView, RealServerView
from lvstui.cluster.views.virtual_server_page import VirtualServerPage
from lvstui.console.actions import ADD
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.base.server_keys import SERVER_KEYS
from lvstui.console.past.time_bar import TimeBar
from lvstui.console.read_only_port import ReadOnlySession
from lvstui.console.virtual_server_page import text as server_text
from lvstui.console.virtual_server_page.member_list import MemberList
from lvstui.console.virtual_server_page.member_rows import MemberRows, why
from lvstui.console.widgets.fact_box import FactBox
from lvstui.console.widgets.lines import Lines

_FRAME = 4  # cells of the box around the facts
_GONE = "is not here any more: move the cursor to another real server"


class Acting(Protocol):
    """Open the dialogs, as the main screen does."""

    def action_do(self, name: str) -> None: ...
    def no_writes(self) -> str | None: ...


class VirtualServerScreen(ViewedScreen):
    """The page of one virtual server."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *SERVER_KEYS,
        Binding(ADD.key, f"do('{ADD.name}')", ADD.label, id=ADD.name),
        Binding("shift+up", "scroll_facts(-1)", "Facts up", show=False),
        Binding("shift+down", "scroll_facts(1)", "Facts down", show=False),
    ]

    def __init__(
        self,
        session: ReadOnlySession,
        virtual_server: str,
        acting: Acting,
        changes: Sequence[tuple[str, str, str]],
        go: Callable[[Target], None],
    ) -> None:
        """`changes` are the actions on one real server: name, key and label. `go` shows a real server."""
        super().__init__(session)
        self.virtual_server = virtual_server
        self._acting = acting
        self._go = go
        self._reals: tuple[RealServerView, ...] = ()  # as they are listed
        self._at: str | None = None  # the real server that the cursor is on, or was on before it vanished
        self._wall = 0.0
        self._said: Content | None = None  # of the real server under the cursor
        self.keys = (("enter", "Real server"), *((key, label) for _, key, label in changes), ("esc", "Back"))

    def parts(self) -> ComposeResult:
        with VerticalScroll(id="pool-facts-part", can_focus=False):
            yield FactBox("pool-facts")
        yield Lines(cursor=False, id="member-titles")
        yield MemberList("members")
        yield Static(id="member-why", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#member-titles").can_focus = False
        self.query_one("#members").focus()

    async def show(self, view: ClusterView) -> None:
        """Draw what has changed; the cursor stays on its real server, and is on none when that has vanished."""
        page = self.session.virtual_server_page(self.virtual_server, view)
        self.headline(server_text.head(page), view)
        facts = server_text.facts(page, view.wall, self.shown_as, self.size.width - _FRAME)
        self.query_one("#pool-facts", FactBox).show(Content.styled("virtual server", "bold"), facts)
        self._list(page, view.wall)
        reason = self._acting.no_writes()
        self.name_keys(f"no writes: {reason}" if reason is not None else "")

    def _list(self, page: VirtualServerPage, wall: float) -> None:
        self._follow()  # the cursor may have moved, and the news of it be on its way
        lines = self.query_one("#members", MemberList)
        rows = MemberRows(page, wall, self.size.width, lines.size.height, self.shown_as.plotted)
        self._reals = () if page.server is None else page.server.real_servers
        self._wall = wall
        self.query_one("#member-titles", Lines).show([rows.head()])
        lines.tall = rows.tall
        lines.show(rows)
        at = next((number for number, real in enumerate(self._reals) if real.id == self._at), None)
        if at is not None or self._at is None:
            lines.follow((lines.entry if at is None else at) * rows.tall)
        else:
            lines.lose()
        self._follow()

    @on(MemberList.MembersResized)
    async def _resized(self) -> None:
        await self._again()

    @on(Lines.CursorMoved, "#members")
    def _follow(self) -> None:
        """Let the keys mean the real server under the cursor, and write in full why it is not UP."""
        lines = self.query_one("#members", MemberList)
        real = self._reals[lines.entry] if lines.entry < len(self._reals) and not lines.lost else None
        self._at = self._at if real is None else real.id
        self.target = None if real is None else Target(self.virtual_server, real.id)
        lost = lines.lost and bool(self._reals)
        reason = _GONE if lost else "" if real is None else why(real, self._wall)
        content = Content.assemble((f"{self._at}  ", "bold"), reason) if reason else Content("")
        if self._said is None or not content.is_same(self._said):
            self._said = content
            self.query_one("#member-why", Static).update(content)

    @on(Lines.Chosen, "#members")
    def _open(self) -> None:
        if self.target is not None:
            self._go(self.target)

    def action_scroll_facts(self, lines: int) -> None:
        """Scroll what is above the real servers, where it has not enough room."""
        self.query_one("#pool-facts-part").scroll_relative(y=lines, animate=False)

    def action_do(self, name: str) -> None:
        """Do an action of the main screen, on the real server under the cursor: its dialog opens over this."""
        if self.query_one(TimeBar).stands_in(name):
            return
        self._follow()  # two keys may come together, and the news of the first be on its way
        if self.target is None and self._reals:
            self.tell(f"{self._at} {_GONE}.")
        elif self.target is None:
            self.tell(f"{self.virtual_server} has no real server here.")
        else:
            self._acting.action_do(name)
