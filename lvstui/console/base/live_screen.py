"""Show a screen that one goes to from the main one: it is given every new view, and left with Escape."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.widgets import Input, Static

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import ClusterView
from lvstui.console.actions import ACTIONS, BY_NAME, CLEAR, HELP, ON_EVERY_SCREEN, QUIT, Action
from lvstui.console.app_parts import parts_of
from lvstui.console.base.screen import OpeningScreen
from lvstui.console.look.clickable import pressing
from lvstui.console.look.display import Display
from lvstui.console.past.past_headline import fitting, past_headline
from lvstui.console.past.time_bar import STEPS, TimeBar
from lvstui.console.view_changed import ViewChanged
from lvstui.console.widgets.banner import health
from lvstui.console.widgets.clickable_line import ClickableLine
from lvstui.console.widgets.drill_sign import drill_sign

if TYPE_CHECKING:
    from lvstui.console.read_only_port import ReadOnlySession


class ViewedScreen(OpeningScreen[None]):
    """A screen with a line at the top, what `parts` gives, and the keys at the bottom."""

    keys: tuple[
        tuple[str | Action, str], ...
    ] = ()  # as they are named at the bottom; an action's is the operator's own
    target: Target | None = None  # the real server that it is about
    BINDINGS: ClassVar[list[BindingType]] = [
        # Every key of the table of actions; a screen's own ones come before them.
        *(
            Binding(one.key, f"elsewhere('{one.name}')", one.label, id=one.name, show=False)
            for one in ACTIONS
            if one not in (CLEAR, QUIT)  # their keys lead back here
        ),
        *(Binding(key, f"rewind({seconds})", show=False, priority=True) for key, seconds in STEPS.items()),
        Binding("escape", "leave", "Back"),
        Binding("q", "leave", "Back", show=False),
    ]

    def __init__(self, session: ReadOnlySession) -> None:
        super().__init__()
        self.session = session
        self._shown: Content | None = None

    @property
    def shown_as(self) -> Display:
        """Return how facts are written now."""
        return parts_of(self.app).shown_as

    def compose(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield from self.parts()
        yield TimeBar()
        yield ClickableLine(id="keys")

    def parts(self) -> ComposeResult:
        """Compose what is between the title and the keys."""
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

    def headline(self, left: Content, view: ClusterView, *shorter: Content) -> bool:
        """Draw the first line: what is looked at, whether all is well, and the time. Return True if `left` had no room.

        `shorter`: what is written in its place then, the longest first; the last one is cut where it must be.
        """
        known, sign = parts_of(self.app).acknowledged, parts_of(self.app).playback.sign()
        if sign is not None:
            content, cut = past_headline((left, *shorter), view, sign, self.shown_as, self.size.width, known)
            self._title(content)
            return cut
        going = [*drill_sign(self.app), ("   ", "")] if drill_sign(self.app) else []
        right = Content.assemble(*going, *health(view, known), f"   {self.shown_as.zoned(view.wall)} ")
        start, cut = fitting((left, *shorter), max(0, self.size.width - right.cell_length - 1))
        self._title(Content.assemble(start, " ", right))
        return cut

    def _title(self, content: Content) -> None:
        if self._shown is None or not content.is_same(self._shown):
            self._shown = content
            self.query_one("#title", Static).update(content)

    def name_keys(self, note: str = "") -> None:
        """Draw the line at the bottom; `note` is why some of the keys do nothing now."""
        parts: list[tuple[str, str]] = []
        for said, label in self.keys:
            key = parts_of(self.app).keys.label(said) if isinstance(said, Action) else said
            several = key.split(" ")
            parts += [(f" {one}", pressing(one, "bold $accent")) for one in several]
            parts.append((f" {label} ", pressing(several[0])))
        if note:
            parts.append((f"  {note}", "$warning"))
        self.query_one("#keys", Static).update(Content.assemble(*parts))

    def tell(self, text: str) -> None:
        """Tell the operator why a key did nothing."""
        self.notify(text, severity="warning", markup=False)

    def on_key(self, event: Key) -> None:
        """Say what to do after a key that means nothing here."""
        if event.is_printable and event.key not in self.active_bindings:
            self.tell(f"{event.character} does nothing here. Press {parts_of(self.app).keys.label(HELP)} for the keys.")

    def action_elsewhere(self, name: str) -> None:
        """Run an action that means the same on every screen, or say where it acts."""
        action = BY_NAME[name]
        if self.query_one(TimeBar).stands_in(name):
            return
        if action in ON_EVERY_SCREEN:
            self.app.action_do(name)  # type: ignore[attr-defined]  # the console's own app
        else:
            key = parts_of(self.app).keys.label(action)
            self.tell(f"{key} ({action.label}) works in the table of the main screen: Escape returns there.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "rewind":  # otherwise the key is that of what has the focus
            return bool(self.query_one(TimeBar).display) and not isinstance(self.focused, Input)
        return super().check_action(action, parameters)

    def action_rewind(self, seconds: float) -> None:
        """Go to a moment of the past that is so many seconds away, while the past is shown."""
        parts_of(self.app).playback.step(seconds)

    def action_leave(self) -> None:
        self.dismiss(None)
