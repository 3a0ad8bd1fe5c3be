"""Let every screen of the console show another moment, or another session. Not for: which one (see `moment.playback`)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from textual.app import App
from textual.timer import Timer

from lvstui.cluster.view import ClusterView
from lvstui.console.app_parts import parts_of
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.look.display import Display
from lvstui.console.moment.past_port import OpenPast
from lvstui.console.moment.playback import Playback
from lvstui.console.past.time_bar import TimeBar
from lvstui.console.screens.main_screen import MainScreen
from lvstui.console.session_port import SessionPort
from lvstui.console.view_changed import ViewChanged


class ShownMoment:
    """The screens of an app, as the playback sees them."""

    def __init__(self, app: App[None], learn: Callable[[Iterable[str]], None]) -> None:
        """Take the app; `learn` takes names that the privacy mask is to hide."""
        self._app = app
        self._learn = learn

    @property
    def shown_as(self) -> Display:
        return parts_of(self._app).shown_as

    def turn_to(self, session: SessionPort, view: ClusterView, *, past: bool) -> None:
        """Let every screen show another session: that of the past, or of the present."""
        for screen in self._app.screen_stack:
            if isinstance(screen, MainScreen):
                screen.turn_to(session, past=past)
            elif isinstance(screen, ViewedScreen):
                screen.session = session
        self.show_moment(view)
        self.draw_bars()

    def show_moment(self, view: ClusterView) -> None:
        """Let every screen show a view."""
        for director in view.directors:
            self._learn([director.name, director.hostname or ""])
        for screen in self._app.screen_stack:
            if isinstance(screen, MainScreen | ViewedScreen):
                screen.post_message(ViewChanged(view))

    def sample_present(self, view: ClusterView) -> None:
        """Let what is kept of the present go on, though nobody sees it."""
        for screen in self._app.screen_stack:
            if isinstance(screen, MainScreen):
                screen.trends.sample_present(view)

    async def open_bar(self, playback: Playback, session: SessionPort, past: OpenPast | None) -> None:
        """Open the time bar; when it is there, let the focus go to it and back."""
        for bar in self._app.screen.query(TimeBar):
            if bar.display and bar.has_focus_within:
                bar.give_back()
                return
        if await playback.enter(past, session, session.seen()):
            for bar in self._app.screen.query(TimeBar):  # a dialog that was opened meanwhile has none
                bar.take_focus()

    def draw_bars(self) -> None:
        """Let the time bar of every screen draw itself."""
        for screen in self._app.screen_stack:
            for bar in screen.query(TimeBar):
                bar.show()

    def tell(self, text: str) -> None:
        """Tell the operator why nothing happened."""
        self._app.notify(text, severity="warning", markup=False)

    def work(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do something beside the keys. The function, not its coroutine: at the end of the console one may never begin."""
        self._app.run_worker(work, name="past")  # type: ignore[arg-type]  # textual's is too narrow

    def every(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Call something every so many seconds, until the timer is stopped."""
        return self._app.set_interval(seconds, call)
