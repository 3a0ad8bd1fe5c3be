"""A screen that one goes to from the main one: given every new view while it is there, and left with Escape."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.intent import Target
from lvstui.cluster.view import ClusterView
from lvstui.console import figures
from lvstui.console.messages import ViewChanged
from lvstui.console.screens.opening import OpeningScreen
from lvstui.console.widgets.banner import well

if TYPE_CHECKING:
    from lvstui.console.sight import Sight

DIM = "$foreground-muted"


class ViewedScreen(OpeningScreen[None]):
    """Composes a line at the top, what `parts` gives, and the keys at the bottom."""

    keys: tuple[tuple[str, str], ...] = ()  # as they are named at the bottom
    target: Target | None = None  # the real server that it is about
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back"),
        Binding("q", "leave", "Back", show=False),
    ]

    def __init__(self, session: Sight) -> None:
        super().__init__()
        self.session = session
        self._shown: Content | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield from self.parts()
        yield Static(id="keys", markup=False)

    def parts(self) -> ComposeResult:
        """What is between the title and the keys."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.name_keys()
        self.call_after_refresh(self._again)

    async def on_view_changed(self, message: ViewChanged) -> None:
        if self.is_mounted:
            await self.show(message.view)

    def on_resize(self) -> None:
        self.call_after_refresh(self._again)

    async def _again(self) -> None:
        if self.is_mounted:
            await self.show(self.session.seen())

    async def show(self, view: ClusterView) -> None:
        """Draw what is known now."""
        raise NotImplementedError

    def headline(self, left: Content, view: ClusterView) -> None:
        """The first line: what is looked at, whether all is well with the pair, and the time."""
        right = Content.assemble(*well(view), f"   {figures.clock(view.wall)} ")
        width = self.size.width
        room = max(0, width - right.cell_length - 1)
        left = (
            left.truncate(room, ellipsis=True) if left.cell_length > room else left.pad_right(room - left.cell_length)
        )
        content = Content.assemble(left, " ", right)
        if self._shown is None or not content.is_same(self._shown):
            self._shown = content
            self.query_one("#title", Static).update(content)

    def name_keys(self, note: str = "") -> None:
        """The line at the bottom; `note` is why some of them do nothing now."""
        parts: list[tuple[str, str]] = []
        for key, label in self.keys:
            parts += [(f" {key}", "bold $accent"), (f" {label} ", "")]
        if note:
            parts.append((f"  {note}", "$warning"))
        self.query_one("#keys", Static).update(Content.assemble(*parts))

    def tell(self, text: str) -> None:
        """Why a key did nothing."""
        self.notify(text, severity="warning", markup=False)

    def action_leave(self) -> None:
        self.dismiss(None)
