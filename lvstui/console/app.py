"""The console itself: the first frame, then the session, then a view whenever something changed.

Not for: drawing (see `widgets`), nor the world (see `session`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Sequence
from functools import partial
from importlib import import_module
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Event, InputEvent
from textual.filter import LineFilter, NoColor
from textual.screen import Screen
from textual.worker import Worker

from lvstui.cluster.view import ClusterView
from lvstui.console import commands, figures
from lvstui.console.actions import ACTIONS, BY_NAME, use_keys
from lvstui.console.choices import Choices
from lvstui.console.clusters import Cluster, Make, OpenSession
from lvstui.console.filters import Harmless, OnlyAscii, PrivacyMask
from lvstui.console.leaving import Impatient
from lvstui.console.messages import ViewChanged
from lvstui.console.questions import AskOperator
from lvstui.console.screens.clusters import ClustersScreen
from lvstui.console.screens.main import MainScreen
from lvstui.console.screens.viewed import ViewedScreen
from lvstui.console.styles import THEMES, sheets
from lvstui.console.sweeping import EVERY, Sweeper
from lvstui.console.widgets.columns import use_columns
from lvstui.settings.facts import Preferences

BREATH = 0.003  # seconds from what a Director says to its being worked out: the loop hears keys in between


# Of every screen: they look at what is shown, or end it, and change nothing.
EVERYWHERE = ("picture", "privacy")
OF_OTHER_SCREENS = (*EVERYWHERE, "export_csv", "export_json", "clusters", "settings", "help", "quit")


class ConsoleApp(App[None]):
    TITLE = "lvstui"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(BY_NAME[name].key, f"do('{name}')", BY_NAME[name].label, id=name, show=False) for name in EVERYWHERE
    ]
    CSS_PATH = sheets()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-normal"), (200, "-huge")]  # noqa: RUF012  # Textual's own form

    def __init__(
        self,
        first: Cluster | Make | None,
        *,
        clusters: Sequence[Cluster] = (),
        choices: Choices | None = None,
        theme: str | None = None,
    ) -> None:
        """`first` is opened at once; None: the operator is asked which of `clusters`. `theme` is a theme's name."""
        super().__init__()
        self.clusters = tuple(clusters)
        self.choices = choices or Choices(line=Preferences(theme=theme))
        self.cluster: Cluster | None = first if first is None or isinstance(first, Cluster) else Cluster("", first)
        self._session: OpenSession | None = None
        self._worker: Worker[None] | None = None
        self._news = asyncio.Event()  # what is shown is not all that there is
        self._opened = 0  # clusters after the first
        self._sweeper = Sweeper()
        self._harmless = Harmless()
        self._only_ascii = OnlyAscii()
        self._mask = PrivacyMask([os.environ.get("USER", ""), os.environ.get("LOGNAME", "")])
        for own in THEMES:
            self.register_theme(own)
        if self.cluster is not None:
            self.choices.enter(self.cluster.preferences)
        self.apply_preferences()

    def get_default_screen(self) -> MainScreen:
        return MainScreen(commands, self.cluster.name if self.cluster is not None else "")

    @property
    def main(self) -> MainScreen:
        screen = self.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    # --- one cluster after the other ---

    def on_mount(self) -> None:
        asyncio.get_running_loop().set_default_executor(Impatient())
        self._sweeper.begin()
        self.set_interval(EVERY, lambda: self._sweeper.sweep(alone=len(self.screen_stack) == 1))
        if self.cluster is not None:
            self._enter(self.cluster)
        else:
            self.choose_cluster()

    async def on_event(self, event: Event) -> None:
        if isinstance(event, InputEvent):
            self._sweeper.pressed()
        await super().on_event(event)

    def choose_cluster(self) -> None:
        """Ask which one, and open it."""
        self.push_screen(ClustersScreen(self.clusters, self.cluster), self._chosen)

    def _chosen(self, cluster: Cluster | None) -> None:
        if cluster is not None and cluster is not self.cluster:
            self.call_later(self.open_cluster, cluster)  # once the question is off the screen
        elif self.cluster is None:
            self.exit()

    async def open_cluster(self, cluster: Cluster) -> None:
        """Close the session that is open, and open another. Its own empty screen is there before any network."""
        if self._worker is not None:
            self._worker.cancel()
        self._session = None
        self.cluster = cluster
        self.choices.enter(cluster.preferences)
        self.apply_preferences()
        before, self._opened = self.current_mode, self._opened + 1
        self.add_mode(f"cluster {self._opened}", self.get_default_screen)
        await self.switch_mode(f"cluster {self._opened}")
        if before.startswith("cluster "):
            await self.remove_mode(before)
        self._enter(cluster)

    def _enter(self, cluster: Cluster) -> None:
        self.set_class(cluster.production, "-production")
        self.call_after_refresh(self._open, cluster)

    def _open(self, cluster: Cluster) -> None:
        if cluster is self.cluster:  # not yet another one
            self._worker = self.run_worker(self._keep(cluster), name="session")

    async def _keep(self, cluster: Cluster) -> None:
        """The session, open for as long as its cluster is shown."""
        async with await asyncio.to_thread(cluster.make, AskOperator(self)) as session:
            self._session = session
            session.pace(self.choices.held.interval or 1.0)
            self.main.opened(session)
            self._mask.learn([session.name])
            self.run_worker(asyncio.to_thread(import_module, "lvstui.console.dialogs"))  # the first key need not wait
            unsubscribe = session.subscribe(self._news.set)
            clock = self.set_interval(1.0, self._news.set)
            try:
                while True:
                    self._news.clear()
                    while (view := session.next_view()) is None:  # noqa: ASYNC110  # it is worked on, not waited for
                        await asyncio.sleep(0)  # the loop's turn
                    self._show(view)
                    await self._news.wait()
                    await asyncio.sleep(BREATH)
            finally:
                clock.stop()
                unsubscribe()

    def _show(self, view: ClusterView) -> None:
        for director in view.directors:
            self._mask.learn([director.name, director.hostname or ""])
        for screen in self.screen_stack:
            if isinstance(screen, MainScreen | ViewedScreen):
                screen.post_message(ViewChanged(view))

    # --- preferences ---

    def choose(self, **chosen: Any) -> None:
        """Fields of Preferences, as the operator wants them from now on."""
        self.choices.choose(**chosen)
        self.apply_preferences()
        if self.choices.save is not None:
            self.run_worker(self._save(), name="settings", exclusive=True, group="settings")

    async def _save(self) -> None:
        assert self.choices.save is not None
        try:
            await asyncio.to_thread(self.choices.save, self.choices.kept)
        except OSError as error:
            self.notify(f"The setting holds, but could not be kept: {error}", severity="warning", markup=False)

    def apply_preferences(self) -> None:
        held = self.choices.held
        self.theme = held.theme if held.theme in self.available_themes else THEMES[0].name
        figures.use_units(held.units or "bit")
        use_columns(held.columns)
        self.set_class(bool(held.privacy), "-masked")
        if self.cluster is not None:
            self._mask.learn([self.cluster.name, *self.cluster.directors])
        keys = {name: key for name, key in held.keys.items() if name in BY_NAME}
        use_keys(keys)
        self.set_keymap(keys)
        if self._session is not None and held.interval is not None:
            self._session.pace(held.interval)
        if self.is_running:
            self.refresh_css(animate=False)
            for screen in self.screen_stack:
                for widget in screen.walk_children(with_self=True):
                    widget.notify_style_update()
                    widget.refresh(layout=True)
            self._news.set()

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = [*super().get_line_filters(), self._harmless]
        if self.choices.held.privacy:
            filters.append(self._mask)
        if self.choices.held.ascii:
            filters.append(self._only_ascii)
        return [*filters, NoColor()] if self.no_color else filters

    # --- actions from anywhere ---

    def action_do(self, name: str) -> None:
        """Run an action of the table, whatever screen is shown."""
        self.main.action_do(name)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        on_main, reason = isinstance(screen, MainScreen), self.main.no_writes()
        for action in ACTIONS:
            if on_main or (action.name in OF_OTHER_SCREENS and not screen.is_modal):
                not_now = f"not now: {reason}; " if action.writes and reason else ""
                yield SystemCommand(action.label, f"{not_now}{action.help}", partial(self.main.action_do, action.name))
        for theme in THEMES:
            yield SystemCommand(f"Theme {theme.name}", "from now on", partial(self.choose, theme=theme.name))
