"""Show the settings, each on a line, and change their values in place: a change holds at once and is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from lvstui.console.actions import ACTIONS, Action, Keys, written
from lvstui.console.base.dialog import Dialog
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.look.clickable import key_names
from lvstui.settings.preferences import OWN_THEMES
from lvstui.settings.values import NOTIFY, NOTIFY_FROM, UNITS, ZONES

UNIT_NAMES = {"bit": "bit: Mb/s", "byte": "byte: MB/s", "binary": "binary: MiB/s"}
ZONE_NAMES = {"local": "local", "utc": "UTC"}
NOTIFY_NAMES = {"none": "no", "bell": "bell", "osc9": "OSC 9", "osc777": "OSC 777"}
NOTIFY_FROM_NAMES = {"warning": "a warning", "error": "an error", "critical": "CRITICAL"}


@dataclass(frozen=True)
class Setting:
    """A setting that has a few values to choose from."""

    field: str  # of Preferences
    label: str
    values: Sequence[Any]
    written: Callable[[Any], str]


def _yes(value: Any) -> str:
    return "yes" if value else "no"


SETTINGS = (
    Setting("theme", "Theme", OWN_THEMES, str),
    Setting("interval", "Seconds between samples", (0.2, 0.5, 1.0, 2.0, 5.0, 10.0), lambda value: f"{value:g}"),
    Setting("units", "Throughput in", UNITS, lambda value: UNIT_NAMES[value]),
    Setting("ascii", "ASCII characters only", (False, True), _yes),
    Setting("privacy", "Mask addresses and names", (False, True), _yes),
    Setting("zone", "Times in", ZONES, lambda value: ZONE_NAMES[value]),
    Setting("title", "Title of the terminal", (True, False), _yes),
    Setting("notify", "Notify by", NOTIFY, lambda value: NOTIFY_NAMES[value]),
    Setting("notify_from", "Notify of problems from", NOTIFY_FROM, lambda value: NOTIFY_FROM_NAMES[value]),
)


class SettingsList(OptionList):
    """The list of the settings. Left and right are its own keys: a screen's would overtake those that move."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "screen.change(-1)", "Before"),
        Binding("right", "screen.change(1)", "Next"),
    ]


class SettingsScreen(Dialog[None]):
    """The dialog of the settings."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,comma,f2", "leave", "Close"),
        Binding("backspace,delete", "own_key", "lvstui's own key"),
    ]

    def __init__(self, choices: LivePreferences, choose: Callable[..., None]) -> None:
        super().__init__()
        self._choices = choices
        self._choose = choose
        self._waiting: Action | None = None  # for its new key

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Settings"
            dialog.border_subtitle = key_names(
                (("← →", "changes"), ("Enter", "rebinds"), ("Backspace", "resets"), ("Escape", "closes"))
            )
            yield SettingsList(compact=True)
            yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        self._show()
        lines = self.query_one(SettingsList)
        lines.highlighted = 0
        lines.focus()

    def _show(self) -> None:
        """Write all lines anew, the cursor where it was."""
        lines = self.query_one(SettingsList)
        at, top = lines.highlighted, lines.scroll_offset.y
        lines.clear_options()
        for setting in SETTINGS:
            value = getattr(self._choices.held, setting.field)
            lines.add_option(Option(_line(setting.label, f"◀ {setting.written(value)} ▶")))
        lines.add_option(Option(_line("Keys", "", "in clusters.toml"), disabled=True))
        keys = Keys(self._choices.held.keys)
        for action in ACTIONS:
            shown = "press a key…" if action is self._waiting else keys.label(action)
            lines.add_option(Option(_line(f"  {action.label}", shown, action.name)))
        lines.highlighted = at
        lines.scroll_to(y=top, animate=False)

    # --- values ---

    def _current(self) -> Setting | Action | None:
        at = self.query_one(SettingsList).highlighted
        if at is None:
            return None
        everything: list[Setting | Action | None] = [*SETTINGS, None, *ACTIONS]
        return everything[at]

    def action_change(self, steps: int) -> None:
        setting = self._current()
        if self._waiting is None and isinstance(setting, Setting):
            value = getattr(self._choices.held, setting.field)
            values = list(setting.values)
            at = (values.index(value) + steps) % len(values) if value in values else 0
            self._set(**{setting.field: values[at]})

    def _set(self, **chosen: Any) -> None:
        self._choose(**chosen)
        self._show()
        elsewhere = [one for one in chosen if one != "keys" and self._choices.said_elsewhere(one)]
        said = "At the next start, the value of the command line or the cluster applies again." if elsewhere else ""
        self.query_one("#said", Static).update(Content.styled(said, "$warning"))

    # --- keys ---

    def on_option_list_option_selected(self) -> None:
        current = self._current()
        if isinstance(current, Action):
            self._waiting = current
            self._show()
        else:
            self.action_change(1)

    def on_key(self, event: events.Key) -> None:
        if self._waiting is not None and event.key != "enter":
            event.stop()
            event.prevent_default()
            self._give(self._waiting, event.key)

    def _give(self, action: Action, key: str) -> None:
        self._waiting = None
        keys = dict(self._choices.held.keys)
        taken = next(
            (one for one in ACTIONS if one is not action and key in keys.get(one.name, one.key).split(",")), None
        )
        if taken is not None:
            self._show()
            self.query_one("#said", Static).update(
                Content.styled(f"{written(key)} is the key of {taken.label}.", "$warning")
            )
        else:
            self._set(keys={**keys, action.name: key})

    def action_own_key(self) -> None:
        action = self._current()
        if isinstance(action, Action) and self._waiting is None:
            self._give(action, action.key)

    def action_leave(self) -> None:
        if self._waiting is not None:
            self._waiting = None
            self._show()
        else:
            self.dismiss(None)


def _line(name: str, value: str, note: str = "") -> Content:
    return Content.assemble((f"{name:<26}", ""), (f"{value:<22}", "bold"), (note, ""))
