"""Run the console: draw the first frame, open the session, then show a view whenever something changed.

Not for: drawing (see `widgets`), nor what is shown and done (see `session`).
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module
from typing import Any, ClassVar

import rich
from rich.segment import Segments
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Event, InputEvent, Key, Paste
from textual.filter import LineFilter, NoColor
from textual.screen import Screen
from textual.worker import Worker

from lvstui.cluster.view import ClusterView
from lvstui.console import commands
from lvstui.console.acknowledgements import Acknowledgements
from lvstui.console.actions import BY_NAME, Keys
from lvstui.console.base.typed_dialog import TypedDialog
from lvstui.console.cluster_choice import Cluster, Make, OpenSession, opened
from lvstui.console.drill_port import DrillPort
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.look.display import Display, zone_of
from lvstui.console.look.line_filters import Harmless, OnlyAscii, PrivacyMask, plain
from lvstui.console.look.themes import THEMES, sheets
from lvstui.console.look.widths import HUGE, NARROW
from lvstui.console.moment.playback import Playback
from lvstui.console.palette import palette
from lvstui.console.runtime.drawing_pace import gather_figures
from lvstui.console.runtime.garbage_collection import EVERY, GarbageCollectionSchedule
from lvstui.console.runtime.shutdown import NoWaitExecutor, quit_on_signals
from lvstui.console.screens.clusters_screen import ClustersScreen
from lvstui.console.screens.main_screen import MainScreen
from lvstui.console.shown_moment import ShownMoment
from lvstui.console.ssh_questions import AskOperator
from lvstui.console.terminal.terminal_signs import TerminalSigns
from lvstui.console.terminal.terminal_text import Terminal
from lvstui.settings.values import Preferences

BREATH = 0.003  # seconds from what a Director says to its being worked out: the loop hears keys in between


class ConsoleApp(App[None]):
    """The console, on one cluster after the other."""

    TITLE = "lvstui"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", "Suspend", show=False),
    ]
    CSS_PATH = sheets()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-normal"), (HUGE, "-huge")]  # noqa: RUF012  # Textual's own form

    def __init__(
        self,
        first: Cluster | Make | None,
        *,
        clusters: Sequence[Cluster] = (),
        choices: LivePreferences | None = None,
        theme: str | None = None,
    ) -> None:
        """Open `first` at once. None: the operator is asked which of `clusters`. `theme` is a theme's name."""
        super().__init__()
        self.clusters = tuple(clusters)
        self.choices = choices or LivePreferences(line=Preferences(theme=theme))
        self.cluster: Cluster | None = first if first is None or isinstance(first, Cluster) else Cluster("", first)
        self.shown_as = Display()
        self.drills: DrillPort | None = None
        self._session: OpenSession | None = None
        self._worker: Worker[None] | None = None
        self._signs = TerminalSigns(Terminal.of(os.environ), self._to_terminal, self._as_on_screen)
        self._acknowledged: dict[str, Acknowledgements] = {}  # by cluster
        self._news = asyncio.Event()  # what is shown is not all that there is
        self._opened = 0  # clusters after the first
        self._garbage_collection = GarbageCollectionSchedule()
        self._at_the_end = ExitStack()  # what the process gets back as it was
        self._harmless = Harmless()
        self._only_ascii = OnlyAscii()
        self._mask = PrivacyMask([os.environ.get("USER", ""), os.environ.get("LOGNAME", "")])
        self._shown_moment = ShownMoment(self, self._mask.learn)
        self.playback = Playback(self._shown_moment)
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

    @property
    def acknowledged(self) -> Acknowledgements:
        """Return which problems are acknowledged, of the cluster that is open."""
        return self._acknowledged.setdefault(self.cluster.name if self.cluster is not None else "", Acknowledgements())

    # --- one cluster after the other ---

    def on_mount(self) -> None:
        asyncio.get_running_loop().set_default_executor(NoWaitExecutor())
        quit_on_signals(lambda status: self.exit(return_code=status))
        self._at_the_end.enter_context(self._garbage_collection.in_force())
        self.set_interval(EVERY, lambda: self._garbage_collection.collect_if_due(alone=len(self.screen_stack) == 1))
        self.app_suspend_signal.subscribe(self, lambda _: self._signs.put_back(), immediate=True)
        if self.cluster is not None:
            self._enter(self.cluster)
        else:
            self.choose_cluster()

    def on_app_focus(self) -> None:
        self._signs.focused = True

    def on_app_blur(self) -> None:
        self._signs.focused = False

    def on_unmount(self) -> None:
        self._signs.put_back()
        self._at_the_end.close()

    async def on_event(self, event: Event) -> None:
        if isinstance(event, InputEvent):
            self._garbage_collection.pressed()
        if isinstance(event, Key | Paste) and isinstance(self.screen, TypedDialog) and self.screen.take(event):
            return
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
        self.workers.cancel_group(self, "past")  # it may be opening the recording of the cluster that is left
        self.playback.reset()
        self._session = self.drills = None
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
        self._signs.new_cluster()
        self._sign(None)
        self.set_class(cluster.production, "-production")
        self.call_after_refresh(self._open, cluster)

    def _open(self, cluster: Cluster) -> None:
        if cluster is self.cluster:  # not yet another one
            self._worker = self.run_worker(self._keep(cluster), name="session")

    async def _keep(self, cluster: Cluster) -> None:
        """Keep the session open for as long as its cluster is shown."""
        async with opened(cluster, AskOperator(self)) as (session, self.drills):
            self._session = session
            session.pace(self.choices.held.interval or 1.0)
            self.playback.opened(session)
            self.main.turn_to(session, past=self.playback.past is not None)
            self._mask.learn([session.name])
            self.run_worker(asyncio.to_thread(import_module, "lvstui.console.commands.change_dialogs"))  # no key waits
            unsubscribe = session.subscribe(self._news.set)
            clock = self.set_interval(1.0, self._news.set)
            try:
                while True:
                    self._news.clear()
                    while (view := session.next_view()) is None:  # noqa: ASYNC110  # it is worked on, not waited for
                        await asyncio.sleep(0)  # the loop's turn
                    self._show(view)
                    shown = time.monotonic()
                    await self._news.wait()
                    await asyncio.sleep(BREATH)
                    await gather_figures(
                        session.urgent, self._news, shown + min(1.0, self.choices.held.interval or 1.0)
                    )
            finally:
                clock.stop()
                unsubscribe()

    def _show(self, view: ClusterView) -> None:
        self.acknowledged.keep(view)
        self._sign(view)
        if self.playback.away:
            self.playback.present(view)
        else:
            self._shown_moment.show_moment(view)

    def go_to_past(self) -> None:
        """Open the time bar; when it is there, the focus goes to it and back."""
        if self._session is not None and self.cluster is not None:
            opening = self._shown_moment.open_bar(self.playback, self._session, self.cluster.past)
            self.run_worker(opening, name="past", exclusive=True, group="past")

    # --- beside the screen ---

    def _sign(self, view: ClusterView | None) -> None:
        opened = self._session if view is not None else None
        name = opened.name if opened is not None else self.cluster.name if self.cluster is not None else ""
        self._signs.show(name, view, self.choices.held, self.acknowledged, time.monotonic())

    def _to_terminal(self, sequence: str) -> None:
        if sequence and self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def _as_on_screen(self, text: str) -> str:
        """Return a text as the screen would show it: masked, and in ASCII, where the operator wants that."""
        if self.choices.held.privacy:
            text = self._mask.masked(text)
        return "".join(map(plain, text)) if self.choices.held.ascii else text

    # --- preferences ---

    def choose(self, **chosen: Any) -> None:
        """Take fields of Preferences, as the operator wants them from now on."""
        self.choices.choose(**chosen)
        self.apply_preferences()
        if self.choices.save is not None:
            self.run_worker(self._save(), name="settings", exclusive=True, group="settings")

    async def _save(self) -> None:
        try:
            await asyncio.to_thread(self.choices.save or (lambda kept: None), self.choices.kept)
        except OSError as error:
            self.notify(f"The setting is active but could not be saved: {error}", severity="warning", markup=False)

    def plot_next_range(self) -> None:
        """Let every plot show the next longer time."""
        self.shown_as = replace(self.shown_as, plotted=self.shown_as.plotted.next)
        self._news.set()

    def apply_preferences(self) -> None:
        held = self.choices.held
        self.theme = held.theme if held.theme in self.available_themes else THEMES[0].name
        columns = None if held.columns is None else frozenset(held.columns)
        self.shown_as = Display(held.units or "bit", columns, zone_of(held.zone), self.shown_as.plotted)
        self.set_class(bool(held.privacy), "-masked")
        if self.cluster is not None:
            self._mask.learn([self.cluster.name, *self.cluster.directors])
        self.keys = Keys({name: key for name, key in held.keys.items() if name in BY_NAME})
        self.set_keymap(dict(self.keys.own))
        if self._session is not None and held.interval is not None:
            self._session.pace(held.interval)
        if self.is_running:
            self.refresh_css(animate=False)
            for screen in self.screen_stack:
                for widget in screen.walk_children(with_self=True):
                    widget.notify_style_update()
                    widget.refresh(layout=True)
                if isinstance(screen, MainScreen):
                    screen.draw_again()
            self._news.set()

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = [*super().get_line_filters(), self._harmless]
        if self.choices.held.privacy:
            filters.append(self._mask)
        if self.choices.held.ascii:
            filters.append(self._only_ascii)
        return [*filters, NoColor()] if self.no_color else filters

    def _fatal_error(self) -> None:
        """Leave with the traceback, as Textual does, but without the variables: they may hold lines of a Director's file."""
        from rich.traceback import Traceback  # heavy, and hardly ever needed

        self.bell()
        self._exit_renderables.append(Segments(self.console.render(Traceback(suppress=[rich]), self.console.options)))
        self._close_messages_no_wait()

    def action_do(self, name: str) -> None:
        """Run an action of the table, whatever screen is shown."""
        self.main.action_do(name)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        return (SystemCommand(*one) for one in palette(self.main, screen, self.keys, self.choose))
