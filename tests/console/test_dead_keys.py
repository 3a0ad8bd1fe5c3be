"""No key is dead: on every page and dialog it acts, or says why it does not, and what is said names the operator's own keys."""

from __future__ import annotations

from functools import partial

import pytest
from textual.binding import Binding
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
from tests.support.change_dialog import left_on, planned
from tests.support.console import cluster, console, table, text, told, until
from tests.support.console_pages import KEYS, SCREENS
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair, row


def answered(app: ConsoleApp, recorder: Recorder) -> tuple[int, int]:
    """How often something was done, and how often it was told where a key acts."""
    return len(recorder.ran), told(app).count("works in the table")


@pytest.mark.parametrize("keys", [keys for keys in SCREENS if keys], ids=str)
async def test_no_key_is_dead_on_another_screen(monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]) -> None:
    """Each key of the table does its action there, does something of the screen's own, or is told where it acts."""
    screen = SCREENS[keys]
    own = {key for one in screen.BINDINGS if isinstance(one, Binding) for key in one.key.split(",")}
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press("down", *keys)
        await until(pilot, lambda: type(app.screen) is screen)
        recorder = Recorder(monkeypatch)
        in_lists = {"enter", "escape", "q"}  # of the list that has the focus, and the way back
        for action in ACTIONS:
            key = action.key.partition(",")[0]
            if key in own | in_lists:
                continue
            app.clear_notifications()  # a screen full of them is slow to lay out
            answers = partial(answered, app, recorder)
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


@pytest.mark.parametrize("screen", list(DIALOGS), ids=lambda screen: screen.__name__)
async def test_no_key_is_dead_on_a_dialog(
    monkeypatch: pytest.MonkeyPatch, screen: type[Screen[None]] | type[Screen[Cluster | None]]
) -> None:
    """Each key of the table does its action there, does something of the dialog's own, or is told to do nothing there."""
    clusters = (cluster("a"), cluster("b"))
    async with console(first=clusters[0], clusters=clusters) as (app, pilot):
        for key in DIALOGS[screen]:
            await pilot.press(key)
        await until(pilot, lambda: type(app.screen) is screen)
        recorder = Recorder(monkeypatch)
        said = ""
        for action, key in KEYS:
            if key in app.screen.active_bindings and action not in OVER_DIALOGS:
                continue  # the dialog's own, or of the list that has the focus
            app.clear_notifications()
            before = len(recorder.ran)
            await pilot.press(key)
            await until(pilot, lambda: len(recorder.ran) != before or bool(told(app)))  # noqa: B023  # awaited at once
            said += told(app)
            assert type(app.screen) is screen
        assert set(recorder.ran) == {action.name for action in OVER_DIALOGS}
        assert "does nothing here: Escape closes" in said


async def test_no_key_is_dead_where_a_change_is_settled() -> None:
    """What can be typed goes into the field for the word; once all is settled, a key is told to do nothing."""
    session = left_on("director1")
    async with console(session) as (app, pilot):
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, SettleScreen) and bool(app.screen.query("#word")))
        field = app.screen.query_one("#word", Input)
        for key in (key for _, key in KEYS if len(written(key)) == 1):
            field.value = ""
            await pilot.press(key)
            await until(pilot, lambda: field.value == written(key))  # noqa: B023  # awaited at once
        field.value = "back"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen.query_one("#cancel", Button).label == "Close")
        for key in (key for _, key in KEYS if key not in app.screen.active_bindings):
            app.clear_notifications()
            await pilot.press(key)
            await until(pilot, lambda: bool(told(app)))
        assert isinstance(app.screen, SettleScreen)


@pytest.mark.parametrize("keys", [keys for keys in SCREENS if keys], ids=str)
async def test_a_key_without_a_function_is_told_so_on_every_page(keys: tuple[str, ...]) -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press("down", *keys, "B")
        await until(pilot, lambda: "B does nothing here. Press ? for the keys." in told(app))


OWN = LivePreferences(
    general=Preferences(keys={"freeze": "f5", "undo": "f6", "restore": "f7", "help": "f9", "acknowledge": "f10"})
)


async def test_what_is_said_names_the_operator_s_own_keys() -> None:
    async with console(FakeSession(Pair().up()), choices=OWN) as (app, pilot):
        await pilot.press("f5")
        await until(pilot, lambda: "f5 resumes" in text(app))
        await pilot.press("B")
        await until(pilot, lambda: "Press f9 for the keys" in told(app))
        await pilot.press("P")
        await until(pilot, lambda: "f10 Acknowledge" in text(app))
        await pilot.press("H")
        await until(pilot, lambda: "f6 undoes the last change" in text(app))


async def test_an_applied_drain_names_the_operator_s_own_keys() -> None:
    async with console(FakeSession(Pair().up()), choices=OWN) as (app, pilot):
        await pilot.press("down", "d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "weight 1 → 0" in planned(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "f7 restores the weight; f6 reverts this change." in planned(app))


async def test_a_key_that_means_nothing_is_told_so() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press("B")
        await until(pilot, lambda: "B does nothing here. Press ? for the keys." in told(app))


IDLE = [
    (("R",), "Both Directors are connected."),
    (("c", "n"), "Search first with /."),
    (("c", "N"), "Search first with /."),
    (("c", "enter"), "Tab goes to the differences."),
    (("c", "tab", "tab", "enter"), "There is no difference to jump from."),
    (("F", "z"), "The list is flat: F groups it."),
    (("F", "Z"), "The list is flat: F groups it."),
]


@pytest.mark.parametrize(("keys", "says"), IDLE, ids=[" ".join(keys) for keys, _ in IDLE])
async def test_a_key_that_cannot_act_now_says_why(keys: tuple[str, ...], says: str) -> None:
    """The actions themselves are run here, and not a recorder in their place."""
    async with console(FakeSession(Pair().up())) as (app, pilot):
        for key in keys:
            await pilot.press(key)
            if key == "c":
                await until(pilot, lambda: "the files agree" in text(app))
        await until(pilot, lambda: says in told(app))
        assert not table(app).choice.folded


async def test_a_flat_list_names_the_operator_s_own_key() -> None:
    own = LivePreferences(general=Preferences(keys={"flat": "f5"}))
    async with console(FakeSession(Pair().up()), choices=own) as (app, pilot):
        await pilot.press("f5", "Z")
        await until(pilot, lambda: "The list is flat: f5 groups it." in told(app))


async def test_one_director_that_is_connected_is_said_to_be() -> None:
    pair = Pair()
    pair.state = ClusterState(["director1"], pair.now, pair.wall())
    pair.link("director1")
    pair.ipvs("director1", row(8081))
    async with console(FakeSession(pair)) as (app, pilot):
        await pilot.press("R")
        await until(pilot, lambda: told(app) == "The Director is connected.")
