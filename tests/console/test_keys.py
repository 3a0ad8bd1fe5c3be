"""Every key of the table of actions leads to its action, wherever it is valid. What an action then does: see the other tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from textual.binding import Binding
from textual.screen import Screen

from lvstui.cluster.intent import Target
from lvstui.console.actions import ACTIONS, BY_NAME, Action
from lvstui.console.app import EVERYWHERE, ConsoleApp
from lvstui.console.choices import Choices
from lvstui.console.commands import COMMANDS
from lvstui.console.screens.change import ChangeScreen
from lvstui.console.screens.configuration import ConfigurationScreen
from lvstui.console.screens.main import MainScreen
from lvstui.console.screens.real_server import RealServerScreen
from lvstui.console.screens.topology import TopologyScreen
from lvstui.settings.facts import Preferences
from tests.cluster.telling import NAMES, Pair, checked, configuration, row
from tests.console.fake_session import FakeSession
from tests.console.support import console, until
from tests.console.test_change import SECOND, planned
from tests.console.test_surroundings import console as with_choices

KEYS = [(action, key) for action in ACTIONS for key in action.key.split(",")]
SCREENS: dict[tuple[str, ...], type[Screen[None]]] = {
    (): MainScreen,
    ("enter",): RealServerScreen,
    ("c",): ConfigurationScreen,
    ("t",): TopologyScreen,
}


class Recorder:
    """In the place of what an action does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, names: Sequence[str]) -> None:
        self.ran: list[str] = []
        for name in names:
            monkeypatch.setitem(COMMANDS, name, self._run(name))

    def _run(self, name: str) -> Callable[[MainScreen], None]:
        def run(main: MainScreen) -> None:
            assert isinstance(main, MainScreen)
            self.ran.append(name)

        return run


def test_every_action_has_its_command_and_every_command_its_action() -> None:
    assert set(COMMANDS) == set(BY_NAME)


@pytest.mark.parametrize(("action", "key"), KEYS, ids=[f"{action.name} {key}" for action, key in KEYS])
async def test_on_the_main_screen_a_key_does_its_action(
    monkeypatch: pytest.MonkeyPatch, action: Action, key: str
) -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        recorder = Recorder(monkeypatch, [one.name for one in ACTIONS])
        await pilot.press(key)
        await until(pilot, lambda: recorder.ran == [action.name])
        assert app.screen is app.main


def named(screen: type[Screen[None]]) -> list[tuple[str, str]]:
    """The actions of the table that a screen has keys for."""
    bindings = [one for one in screen.BINDINGS if isinstance(one, Binding)]
    return [(one.key, one.action[4:-2]) for one in bindings if one.action.startswith("do('")]


@pytest.mark.parametrize("keys", list(SCREENS), ids=str)
async def test_on_another_screen_its_own_keys_and_those_of_everywhere_do_their_actions(
    monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
) -> None:
    screen = SCREENS[keys]
    own = {key for binding in screen.BINDINGS if isinstance(binding, Binding) for key in binding.key.split(",")}
    expected = [(BY_NAME[name].key, name) for name in EVERYWHERE if BY_NAME[name].key not in own]
    if screen is not MainScreen:
        expected += named(screen)
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press("down", *keys)
        await until(pilot, lambda: type(app.screen) is screen)
        recorder = Recorder(monkeypatch, list(BY_NAME))
        for number, (key, _) in enumerate(expected, 1):
            await pilot.press(key)
            await until(pilot, lambda number=number: len(recorder.ran) == number)  # type: ignore[misc]
        assert recorder.ran == [name for _, name in expected]
        assert type(app.screen) is screen


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


async def on_its_screen(session: FakeSession, choices: Choices, *keys: str, shows: str) -> None:
    """Press them on 8082's own screen, and apply the plan that this leads to."""
    async with with_choices(session, choices=choices) as (app, pilot):
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and shows in planned(app))
        await pilot.press("y")
        await until(pilot, lambda: bool(session.applied))
        await until(pilot, lambda: "verified" in planned(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))


CHANGES = [
    (("d",), "weight 1 → 0", "drain", None),
    (("r",), "weight 0 → 3", "restore", None),
    (("w", "7"), "weight 1 → 7", "weight", 7),
    (("x",), "weight 1 → gone", "remove", None),
]


@pytest.mark.parametrize(("keys", "shows", "action", "weight"), CHANGES, ids=[change[2] for change in CHANGES])
async def test_each_change_of_it(keys: tuple[str, ...], shows: str, action: str, weight: int | None) -> None:
    session = FakeSession(drained(Pair().up()) if action == "restore" else Pair().up())
    await on_its_screen(session, Choices(), *keys, shows=shows)
    ((plan, overrides),) = session.applied
    assert (plan.intent.action, plan.intent.targets, plan.intent.weight) == (action, (Target(*SECOND),), weight)
    assert overrides == frozenset() and [one.name for one in plan.directors] == ["director2", "director1"]


async def test_the_operator_s_own_keys_hold_there_too() -> None:
    session = FakeSession(Pair().up())
    choices = Choices(general=Preferences(keys={"remove": "f5", "drain": "x"}))
    await on_its_screen(session, choices, "f5", shows="weight 1 → gone")
    assert [plan.intent.action for plan, _ in session.applied] == ["remove"]


async def test_there_is_no_key_of_a_change_on_the_other_screens() -> None:
    session = FakeSession(Pair().up())
    for keys, screen in SCREENS.items():
        if screen in (ConfigurationScreen, TopologyScreen):
            async with console(session) as (app, pilot):
                await pilot.press(*keys)
                await until(pilot, lambda screen=screen: type(app.screen) is screen)  # type: ignore[misc]
                await pilot.press(*(key for action, key in KEYS if action.writes))
                await pilot.pause()
                assert type(app.screen) is screen and not changing(app)
    assert session.applied == []


def changing(app: ConsoleApp) -> bool:
    return any(isinstance(screen, ChangeScreen) for screen in app.screen_stack)
