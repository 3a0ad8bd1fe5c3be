"""The console itself: the first frame, then the session, then a view whenever something changed.

Not for: drawing (see `widgets`), nor the world (see `session`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from types import TracebackType
from typing import Protocol, Self

from textual.app import App, SystemCommand
from textual.screen import Screen

from lvstui.console.actions import ACTIONS
from lvstui.console.messages import ViewChanged
from lvstui.console.questions import AskOperator
from lvstui.console.screens.change import Changes
from lvstui.console.screens.main import MainScreen
from lvstui.console.styles import DARK, THEMES, sheets


class OpenSession(Changes, Protocol):
    """A session that is opened with `async with`."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class ConsoleApp(App[None]):
    TITLE = "lvstui"
    CSS_PATH = sheets()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-normal"), (200, "-huge")]  # noqa: RUF012  # Textual's own form

    def __init__(self, make: Callable[[AskOperator], OpenSession], *, theme: str | None = None) -> None:
        """`make` may take its time and is called beside the loop: it imports what SSH needs. `theme` is a theme's name."""
        super().__init__()
        self._make = make
        self._session: OpenSession | None = None
        self._waiting = False
        for own in THEMES:
            self.register_theme(own)
        self.theme = theme if theme in self.available_themes else DARK.name

    def get_default_screen(self) -> MainScreen:
        return MainScreen()

    @property
    def main(self) -> MainScreen:
        screen = self.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    def on_mount(self) -> None:
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        self.run_worker(self._keep(), name="session")

    async def _keep(self) -> None:
        """The session, open for as long as the console."""
        async with await asyncio.to_thread(self._make, AskOperator(self)) as session:
            self._session = session
            self.main.opened(session)
            self._changed()
            unsubscribe = session.subscribe(self._changed)
            clock = self.set_interval(1.0, self._changed)
            try:
                await asyncio.Event().wait()
            finally:
                clock.stop()
                unsubscribe()

    def _changed(self) -> None:
        """Something did; draw once, however often it is said before the next frame."""
        if not self._waiting:
            self._waiting = True
            self.call_later(self._draw)

    def _draw(self) -> None:
        self._waiting = False
        if self._session is not None:
            self.main.post_message(ViewChanged(self._session.view()))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        if isinstance(screen, MainScreen):
            for action in ACTIONS:
                yield SystemCommand(action.label, action.help, partial(action.run, screen))
        yield SystemCommand("Theme", "dark, light, or another", self.action_change_theme)
