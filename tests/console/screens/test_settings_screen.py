"""The settings and the keys that the operator chooses."""

from __future__ import annotations

from textual.widgets import OptionList

from lvstui.console.actions import ACTIONS
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.screens.help_screen import HelpScreen
from lvstui.console.screens.settings_screen import SETTINGS, SettingsScreen
from lvstui.settings.values import Preferences
from tests.support.console import cluster, console, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair


class Kept:
    """Where the choices are kept; or cannot be."""

    def __init__(self) -> None:
        self.saved: list[Preferences] = []
        self.fails = False

    def __call__(self, chosen: Preferences) -> None:
        if self.fails:
            raise OSError("no space left")
        self.saved.append(chosen)


async def test_a_setting_holds_at_once_and_is_kept() -> None:
    kept, session = Kept(), FakeSession(Pair().up())
    async with console(session, choices=LivePreferences(save=kept)) as (app, pilot):
        await pilot.press("comma")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen) and "Theme" in text(app))
        await pilot.press("right")
        await until(pilot, lambda: app.theme == "lvstui-light")
        await pilot.press("down", "right")
        await until(pilot, lambda: session.paces[-1:] == [2.0])
        await pilot.press("down", "left", "escape")
        await until(pilot, lambda: app.screen is app.main and "MiB/s" in text(app))
        chosen = Preferences(theme="lvstui-light", interval=2.0, units="binary")
        await until(pilot, lambda: kept.saved[-1:] == [chosen])


async def test_a_setting_that_cannot_be_kept_holds_all_the_same() -> None:
    kept = Kept()
    kept.fails = True
    async with console(choices=LivePreferences(save=kept)) as (app, pilot):
        await pilot.press("f2", "right")
        await until(pilot, lambda: "could not be saved: no space left" in told(app))
        assert app.theme == "lvstui-light"


async def test_what_the_cluster_says_itself_counts_again_and_that_is_told() -> None:
    async with console(first=cluster("a", theme="lvstui-light")) as (app, pilot):
        await pilot.press("comma", "right")
        await until(pilot, lambda: "At the next start" in text(app))
        assert app.theme == "lvstui-ansi"


async def test_an_action_gets_another_key() -> None:
    kept = Kept()
    async with console(choices=LivePreferences(save=kept)) as (app, pilot):
        await pilot.press("comma")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen) and isinstance(app.focused, OptionList))
        options = app.screen.query_one(OptionList)
        number = next(at for at, action in enumerate(ACTIONS) if action.name == "help")
        options.highlighted = len(SETTINGS) + 1 + number
        await pilot.press("enter")
        await until(pilot, lambda: "press a key" in text(app))
        await pilot.press("d")
        await until(pilot, lambda: "d is the key of Drain" in text(app))
        await pilot.press("enter", "f1")
        await until(pilot, lambda: bool(kept.saved))
        assert kept.saved[-1].keys == {"help": "f1"}
        await pilot.press("escape", "f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and "f1" in text(app))
        await pilot.press("escape", "question_mark")
        await pilot.pause()
        assert app.screen is app.main
        await pilot.press("comma")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen) and isinstance(app.focused, OptionList))
        app.screen.query_one(OptionList).highlighted = len(SETTINGS) + 1 + number
        await pilot.press("backspace", "escape", "question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_keys_of_the_file_are_in_the_hints() -> None:
    choices = LivePreferences(general=Preferences(keys={"drain": "D"}))
    async with console(choices=choices) as (app, pilot):
        await until(pilot, lambda: " D Drain" in text(app))
