"""No key is dead: on every page and dialog it acts, or says why it does not, and what is said names the operator's own keys."""

from __future__ import annotations

from functools import partial

import pytest
from textual.app import App
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button, Input

from lvstui.cluster.state import ClusterState
from lvstui.console.actions import ACTIONS, BY_NAME, OVER_DIALOGS, written
from lvstui.console.app import ConsoleApp
from lvstui.console.change.history_screen import HistoryScreen
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.change.settle_screen import SettleScreen
from lvstui.console.cluster_choice import Cluster
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.real_server.connections_dialog import ConnectionsScreen
from lvstui.console.screens.clusters_screen import ClustersScreen
from lvstui.console.screens.help_screen import HelpScreen
from lvstui.console.screens.settings_screen import SettingsScreen
from lvstui.settings.values import Preferences
from tests.support.action_recorder import Recorder
from tests.support.change_dialog import burst, left_on, planned
from tests.support.console import cluster, console, table, text, told, until
from tests.support.console_pages import KEYS, SCREENS
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.telling import Pair, row


@pytest.fixture(autouse=True)
def nothing_told_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is told for `told`, and lay out no box for it: one for each key would be most of the work."""
    monkeypatch.setattr(App, "_refresh_notifications", lambda app: None)


def answered(app: ConsoleApp, recorder: Recorder) -> tuple[int, int]:
    """How often something was done, and how often it was told where a key acts."""
    return len(recorder.ran), told(app).count("works in the table")


async def back(app: ConsoleApp, pilot: Pilot[None]) -> None:
    """Go back to the main screen, with nothing told."""
    while app.screen is not app.main:
        before = app.screen
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not before)  # noqa: B023  # awaited at once
    app.clear_notifications()


async def test_no_key_is_dead_on_another_screen() -> None:
    """Each key of the table does its action there, does something of the screen's own, or is told where it acts.

    One that is of no action is told to do nothing.
    """
    async with console(FakeSession(Pair().up())) as (app, pilot):
        for keys, screen in SCREENS.items():
            with case(*keys, screen.__name__), pytest.MonkeyPatch.context() as patch:
                await pilot.press("home", "down", "down", *keys)
                await until(pilot, lambda: type(app.screen) is screen)  # noqa: B023  # awaited at once
                await pilot.press("B")
                await until(pilot, lambda: "B does nothing here. Press ? for the keys." in told(app))
                if keys:
                    await none_is_dead(app, pilot, screen, Recorder(patch))
            await back(app, pilot)


async def none_is_dead(app: ConsoleApp, pilot: Pilot[None], screen: type[Screen[None]], recorder: Recorder) -> None:
    own = {key for one in screen.BINDINGS if isinstance(one, Binding) for key in one.key.split(",")}
    in_lists = {"enter", "escape", "q"}  # of the list that has the focus, and the way back
    answers = partial(answered, app, recorder)
    for action in ACTIONS:
        key = action.key.partition(",")[0]
        if key in own | in_lists:
            continue
        with case("the key", key):
            before = answers()
            await pilot.press(key)
            await until(pilot, lambda: answers() != before)  # noqa: B023  # awaited at once
            assert type(app.screen) is screen
    assert set(recorder.ran) >= {"help", "history", "undo", "settings"} - {
        BY_NAME[key].name for key in own if key in BY_NAME
    }


# Without a field for text, so that each key of the table acts or says why not; and what leads there.
DIALOGS: dict[type[Screen[None]] | type[Screen[Cluster | None]], tuple[str, ...]] = {
    HelpScreen: ("question_mark",),
    HistoryScreen: ("H",),
    SettingsScreen: ("comma",),
    ClustersScreen: ("C",),
    ConnectionsScreen: ("down", "enter", "s"),
}


async def test_no_key_is_dead_on_a_dialog() -> None:
    """Each key of the table does its action there, does something of the dialog's own, or is told to do nothing there."""
    clusters = (cluster("a"), cluster("b"))
    async with console(first=clusters[0], clusters=clusters) as (app, pilot):
        for screen, keys in DIALOGS.items():
            with case(screen.__name__), pytest.MonkeyPatch.context() as patch:
                for key in keys:
                    await pilot.press(key)
                await until(pilot, lambda: type(app.screen) is screen)  # noqa: B023  # awaited at once
                await none_is_dead_over(app, pilot, Recorder(patch))
            await back(app, pilot)


async def none_is_dead_over(app: ConsoleApp, pilot: Pilot[None], recorder: Recorder) -> None:
    dialog, said = app.screen, ""
    for action, key in KEYS:
        if key in app.screen.active_bindings and action not in OVER_DIALOGS:
            continue  # the dialog's own, or of the list that has the focus
        with case("the key", key):
            app.clear_notifications()
            before = len(recorder.ran)
            await pilot.press(key)
            await until(pilot, lambda: len(recorder.ran) != before or bool(told(app)))  # noqa: B023  # awaited at once
            said += told(app)
            assert app.screen is dialog
    assert set(recorder.ran) == {action.name for action in OVER_DIALOGS}
    assert "does nothing here: Escape closes" in said


async def test_no_key_is_dead_where_a_change_is_settled() -> None:
    """What can be typed goes into the field for the word; once all is settled, a key is told to do nothing."""
    session = left_on("director1")
    async with console(session) as (app, pilot):
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, SettleScreen) and bool(app.screen.query("#word")))
        field = app.screen.query_one("#word", Input)
        typed = "".join(written(key) for _, key in KEYS if len(written(key)) == 1)
        burst(app, typed)
        await until(pilot, lambda: len(field.value) >= len(typed))
        assert field.value == typed
        field.value = "back"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen.query_one("#cancel", Button).label == "Close")
        for key in (key for _, key in KEYS if key not in app.screen.active_bindings):
            with case("the key", key):
                app.clear_notifications()
                await pilot.press(key)
                await until(pilot, lambda: bool(told(app)))
        assert isinstance(app.screen, SettleScreen)


OWN = {"freeze": "f5", "undo": "f6", "restore": "f7", "flat": "f8", "help": "f9", "acknowledge": "f10"}


async def test_what_is_said_names_the_operator_s_own_keys() -> None:
    choices = LivePreferences(general=Preferences(keys=OWN))
    async with console(FakeSession(Pair().up()), choices=choices) as (app, pilot):
        with case("a flat list"):
            await pilot.press("f8", "Z")
            await until(pilot, lambda: "The list is flat: f8 groups it." in told(app))
            await pilot.press("f8")
        with case("a frozen screen"):
            await pilot.press("f5")
            await until(pilot, lambda: "f5 resumes" in text(app))
            await pilot.press("B")
            await until(pilot, lambda: "Press f9 for the keys" in told(app))
            await pilot.press("P")
            await until(pilot, lambda: "f10 Acknowledge" in text(app))
            await pilot.press("H")
            await until(pilot, lambda: "f6 undoes the last change" in text(app))
        with case("a drain that was applied"):
            await back(app, pilot)
            await pilot.press("f5", "home", "down", "down", "d")
            await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "weight 1 → 0" in planned(app))
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "f7 restores the weight; f6 reverts this change." in planned(app))


# The keys, what is said then, and the keys that lead back.
IDLE = [
    (("R",), "Both Directors are connected.", ()),
    (("c", "n"), "Search first with /.", ("escape",)),
    (("c", "N"), "Search first with /.", ("escape",)),
    (("c", "enter"), "Tab goes to the differences.", ("escape",)),
    (("c", "tab", "tab", "enter"), "There is no difference to jump from.", ("escape",)),
    (("F", "z"), "The list is flat: F groups it.", ("F",)),
    (("F", "Z"), "The list is flat: F groups it.", ("F",)),
]


async def test_a_key_that_cannot_act_now_says_why() -> None:
    """The actions themselves are run here, and not a recorder in their place."""
    async with console(FakeSession(Pair().up())) as (app, pilot):
        for keys, says, lead_back in IDLE:
            with case(*keys):
                for key in keys:
                    await pilot.press(key)
                    if key == "c":
                        await until(pilot, lambda: "the files agree" in text(app))
                await until(pilot, lambda: says in told(app))  # noqa: B023  # awaited at once
                assert not table(app).choice.folded
                await pilot.press(*lead_back)
                await until(pilot, lambda: app.screen is app.main)
                app.clear_notifications()


async def test_one_director_that_is_connected_is_said_to_be() -> None:
    pair = Pair()
    pair.state = ClusterState(["director1"], pair.now, pair.wall())
    pair.link("director1")
    pair.ipvs("director1", row(8081))
    async with console(FakeSession(pair)) as (app, pilot):
        await pilot.press("R")
        await until(pilot, lambda: told(app) == "The Director is connected.")
