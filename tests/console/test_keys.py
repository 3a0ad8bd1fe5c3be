"""Every key of the table of actions leads to its action, wherever it is valid. What an action then does: see the other tests."""

from __future__ import annotations

from functools import partial
from inspect import getmembers, isfunction
from types import ModuleType

import pytest
from textual.app import App
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen

from lvstui.cluster.identity.target import Target
from lvstui.console.actions import ACTIONS, BY_NAME, DRAIN, OVER_DIALOGS
from lvstui.console.app import ConsoleApp
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.commands import change_actions, cluster, screens, table
from lvstui.console.commands import console as console_actions
from lvstui.console.commands.registry import COMMANDS, runs
from lvstui.console.configuration.screen import ConfigurationScreen
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.real_server.screen import RealServerScreen
from lvstui.console.screens.events_screen import EventsScreen
from lvstui.console.screens.main_screen import MainScreen
from lvstui.console.topology.screen import TopologyScreen
from lvstui.settings.values import Preferences
from tests.support.action_recorder import Recorder
from tests.support.change_dialog import SECOND, planned
from tests.support.console import console, until
from tests.support.console_pages import KEYS, SCREENS
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.telling import NAMES, Pair, checked, configuration, row


def test_every_action_runs_something() -> None:
    assert set(COMMANDS) == set(ACTIONS)


def test_no_key_is_of_two_actions() -> None:
    keys = [key for _, key in KEYS]
    assert sorted(set(keys)) == sorted(keys)


@pytest.mark.parametrize(
    "module", [change_actions, cluster, console_actions, screens, table], ids=lambda one: one.__name__
)
def test_every_function_is_run_by_an_action_or_by_another_function(module: ModuleType) -> None:
    """Each public one that is defined there and takes the main screen; the weights' one is run with a step by several."""
    run = {command.func if isinstance(command, partial) else command for command in COMMANDS.values()}
    ours = {function for _, function in getmembers(module, isfunction) if function.__module__ == module.__name__}
    public = {function for function in ours if not function.__name__.startswith("_")}
    assert public - run <= {
        change_actions.restore_due,
        change_actions.restore_machine,
        screens.show_real_server,
        screens.show_virtual_server,
        screens.show_director,
        screens.show_file,
        screens.show,
        console_actions.acts_now,
    }


def test_no_action_runs_two_functions() -> None:
    with pytest.raises(ValueError, match="two functions do drain"):
        runs(DRAIN)(change_actions.restore)
    assert COMMANDS[DRAIN] is change_actions.drain


async def test_on_the_main_screen_each_key_does_its_action(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        recorder = Recorder(monkeypatch)
        expected: list[str] = []
        for action, key in KEYS:
            expected.append(action.name)
            await pilot.press(key)
            await until(pilot, lambda: len(recorder.ran) == len(expected))
            assert recorder.ran == expected, key
            assert app.screen is app.main


def named(screen: type[Screen[None]]) -> list[tuple[str, str]]:
    """The actions of the table that a screen has keys for."""
    bindings = [one for one in screen.BINDINGS if isinstance(one, Binding)]
    return [(one.key, one.action[4:-2]) for one in bindings if one.action.startswith("do('")]


async def test_on_another_screen_its_own_keys_and_those_of_everywhere_do_their_actions() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        for keys, screen in SCREENS.items():
            with case(screen.__name__), pytest.MonkeyPatch.context() as patch:
                await pilot.press("home", "down", "down", *keys)
                await until(pilot, lambda: type(app.screen) is screen)  # noqa: B023  # awaited at once
                await do_their_actions(app, pilot, Recorder(patch), screen)
            if app.screen is not app.main:
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is app.main)


async def do_their_actions(app: ConsoleApp, pilot: Pilot[None], recorder: Recorder, screen: type[Screen[None]]) -> None:
    own = {key for binding in screen.BINDINGS if isinstance(binding, Binding) for key in binding.key.split(",")}
    expected = [(one.key, one.name) for one in OVER_DIALOGS if one.key not in own]
    if screen is not MainScreen:
        expected += named(screen)
    for number, (key, _) in enumerate(expected, 1):
        await pilot.press(key.partition(",")[0])
        await until(pilot, lambda number=number: len(recorder.ran) == number)  # type: ignore[misc]
    assert recorder.ran == [name for _, name in expected]
    assert type(app.screen) is screen


async def test_screens_are_gone_back_to_and_not_piled_up() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        for key, screen in (("t", TopologyScreen), ("c", ConfigurationScreen), ("t", TopologyScreen)):
            await pilot.press(key)
            await until(pilot, lambda screen=screen: type(app.screen) is screen)  # type: ignore[misc]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


def test_a_screen_s_keys_for_an_action_are_those_of_the_table() -> None:
    found = named(RealServerScreen)
    assert found and all(BY_NAME[name].key == key for key, name in found)


# --- what they do from a real server's own screen ---


def drained(pair: Pair) -> Pair:
    for name in NAMES:
        pair.files(name, configuration({8081: 1, 8082: "0  # drained, was 3, 2026-11-22 14:01 by ana@ops1", 8083: 1}))
        pair.ipvs(name, row(8081), row(8082, 0), row(8083))
        pair.checkers(name, checked(8081), checked(8082, weight=0), checked(8083))
    return pair


CHANGES = [
    (("d",), "weight 1 → 0", "drain", None),
    (("w", "7"), "weight 1 → 7", "weight", 7),
    (("x",), "weight 1 → gone", "remove", None),
    (("r",), "weight 0 → 3", "restore", None),
]


async def test_each_change_of_it() -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))
        for keys, shows, action, weight in CHANGES:
            with case(action):
                if action == "restore":
                    drained(pair)
                    session.tell()
                session.applied.clear()
                await applied_on_its_screen(app, pilot, session, *keys, shows=shows)
                ((plan, overrides),) = session.applied
                intent = plan.intent
                assert (intent.action, intent.targets, intent.weight) == (action, (Target(*SECOND),), weight)
                assert overrides == frozenset() and [one.name for one in plan.directors] == ["director2", "director1"]


async def applied_on_its_screen(
    app: ConsoleApp, pilot: Pilot[None], session: FakeSession, *keys: str, shows: str
) -> None:
    """Press them on a real server's own screen, and apply the plan that this leads to."""
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and shows in planned(app))
    await pilot.press("ctrl+s")
    await until(pilot, lambda: bool(session.applied))
    await until(pilot, lambda: "verified" in planned(app))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, RealServerScreen))


async def test_the_operator_s_own_keys_hold_there_too() -> None:
    session = FakeSession(Pair().up())
    choices = LivePreferences(general=Preferences(keys={"remove": "f5", "drain": "x"}))
    async with console(session, choices=choices) as (app, pilot):
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))
        await applied_on_its_screen(app, pilot, session, "f5", shows="weight 1 → gone")
    assert [plan.intent.action for plan, _ in session.applied] == ["remove"]


async def test_there_is_no_key_of_a_change_on_the_other_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(App, "_refresh_notifications", lambda app: None)  # a box for each key would be most of the work
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        for keys, screen in SCREENS.items():
            if screen in (ConfigurationScreen, TopologyScreen, EventsScreen):
                with case(screen.__name__):
                    await pilot.press(*keys)
                    await until(pilot, lambda screen=screen: type(app.screen) is screen)  # type: ignore[misc]
                    await pilot.press(*(key for action, key in KEYS if action.writes))
                    await pilot.pause()
                    assert type(app.screen) is screen and not changing(app)
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is app.main)
    assert session.applied == []


def changing(app: ConsoleApp) -> bool:
    return any(isinstance(screen, ChangeScreen) for screen in app.screen_stack)
