"""What is reached by a key can be clicked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from lvstui.cluster.identity.target import Target
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.problem_subject import ProblemSubject
from lvstui.cluster.view import Problem, Severity
from lvstui.console.actions import ACTIONS, Action, pressed
from lvstui.console.app import ConsoleApp
from lvstui.console.change.history_screen import HistoryScreen
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.configuration.screen import ConfigurationScreen
from lvstui.console.director_page.screen import DirectorScreen
from lvstui.console.panels.plots_panel import PlotsPanel
from lvstui.console.panels.selected_panel import SelectedPanel
from lvstui.console.panels.topology_panel import TopologyPanel
from lvstui.console.real_server.screen import RealServerScreen
from lvstui.console.screens.clusters_screen import ClustersScreen
from lvstui.console.screens.events_screen import EventsScreen
from lvstui.console.screens.help_screen import HelpScreen
from lvstui.console.screens.problems_screen import ProblemsScreen
from lvstui.console.topology.screen import TopologyScreen
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.console.widgets.event_log import EventLog
from lvstui.console.widgets.hints import Hints
from lvstui.console.widgets.plot import Plot
from tests.support.action_recorder import Recorder
from tests.support.change_dialog import REALS, SERVER, hint, opened
from tests.support.console import cluster, console, settled, table, text, until
from tests.support.fake_session import FakeSession
from tests.support.handed_over import handed_over
from tests.support.telling import Pair


def place(app: ConsoleApp, words: str) -> tuple[int, int]:
    """Return where the screen shows these words."""
    for y, line in enumerate(text(app).splitlines()):
        if words in line:
            return line.index(words) + 1, y
    raise AssertionError(f"{words} is not on the screen")


async def click(pilot: Pilot[None], app: ConsoleApp, words: str) -> None:
    await until(pilot, lambda: words in text(app))
    await settled(pilot)
    await pilot.click(offset=place(app, words))


HINTS = [action for action in ACTIONS if action.hint or action.name in ("help", "quit")]


@pytest.mark.parametrize("action", HINTS, ids=[action.name for action in HINTS])
async def test_each_hint_of_the_main_screen(monkeypatch: pytest.MonkeyPatch, action: Action) -> None:
    async with console(FakeSession(Pair().up()), (200, 40)) as (app, pilot):
        recorder = Recorder(monkeypatch)
        line = app.main.query_one(Hints)
        await settled(pilot)
        await pilot.click(line, offset=(str(line.content).index(f" {action.label} ") + 1, 0))
        await until(pilot, lambda: recorder.ran == [action.name])


PAGES = [
    (("enter",), RealServerScreen),
    (("c",), ConfigurationScreen),
    (("t",), TopologyScreen),
    (("e",), EventsScreen),
]
DIALOGS = [(("question_mark",), HelpScreen), (("H",), HistoryScreen), (("C",), ClustersScreen)]


@pytest.mark.parametrize(("keys", "screen"), [*PAGES, *DIALOGS], ids=lambda one: getattr(one, "__name__", ""))
async def test_the_way_back_from_each_screen(keys: tuple[str, ...], screen: type[object]) -> None:
    first = cluster("web-prod")
    async with console(first=first, clusters=(first, cluster("other"))) as (app, pilot):
        await pilot.press("down", *keys)
        await until(pilot, lambda: isinstance(app.screen, screen))
        await until(pilot, lambda: "Escape closes" in text(app) or "esc Back" in text(app))
        back = "Escape closes" if "Escape closes" in text(app) else "esc Back"
        await click(pilot, app, back)
        await until(pilot, lambda: app.screen is app.main)


async def test_a_key_that_is_named_on_another_screen() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press("down", "enter")
        await click(pilot, app, "d Drain")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))


async def test_the_filter_of_the_events_and_of_the_history() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        for key, words in (("e", "/ Filter"), ("H", "/ filters")):
            await pilot.press(key)
            await click(pilot, app, words)
            await until(pilot, lambda: app.focused is not None and app.focused.id in ("words", "filter"))
            await pilot.press("escape", "escape")
            await until(pilot, lambda: app.screen is app.main)


async def test_the_key_that_applies() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "d", shows="weight 0")
        await until(pilot, lambda: "ctrl+s" in hint(app))
        await settled(pilot)
        await pilot.click("#apply", offset=(2, 0))
        await until(pilot, lambda: bool(session.applied))


async def test_a_title_of_the_table_sorts() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await settled(pilot)
        await pilot.click(offset=place(app, "state "))
        await until(pilot, lambda: table(app).choice.order is not None)


PANELS = [
    (DirectorCard, DirectorScreen),
    (EventLog, EventsScreen),
    (SelectedPanel, RealServerScreen),
    (TopologyPanel, TopologyScreen),
]


@pytest.mark.parametrize(("widget", "screen"), PANELS)
async def test_panels_of_the_main_screen(widget: type[Widget], screen: type[object]) -> None:
    async with console(FakeSession(Pair().up()), (200, 60)) as (app, pilot):
        await pilot.press("down")
        await until(pilot, lambda: app.main.query(widget).first().size.height > 1)
        await settled(pilot)
        await pilot.click(app.main.query(widget).first(), offset=(4, 1))
        await until(pilot, lambda: isinstance(app.screen, screen))


async def test_a_click_on_a_plot_shows_the_next_range() -> None:
    async with console(FakeSession(Pair().up()), (200, 60)) as (app, pilot):
        await until(pilot, lambda: app.main.query_one(PlotsPanel).size.height > 2)
        before = app.shown_as.plotted
        await settled(pilot)
        await pilot.click(PlotsPanel, offset=(20, 4))
        await until(pilot, lambda: app.shown_as.plotted is before.next)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen) and bool(app.screen.query(Plot)))
        await until(pilot, lambda: app.screen.query(Plot).first().size.height > 2)
        await settled(pilot)
        await pilot.click(app.screen.query(Plot).first(), offset=(8, 2))
        await until(pilot, lambda: app.shown_as.plotted is before.next.next)


async def test_text_that_is_selected_with_the_mouse_opens_nothing() -> None:
    async with console(FakeSession(Pair().up()), (200, 60)) as (app, pilot):
        panel = app.main.query_one(EventLog)
        await until(pilot, lambda: panel.size.height > 1)
        opened: list[str] = []

        async def run(action: str) -> None:
            opened.append(action)

        panel.run_action = run  # type: ignore[method-assign,assignment]
        await settled(pilot)
        await pilot.mouse_down(panel, offset=(4, 1))
        await settled(pilot)
        await pilot.hover(panel, offset=(14, 1))
        await pilot.mouse_up(panel, offset=(14, 1))
        await until(pilot, lambda: panel.text_selection is not None)
        assert opened == []
        await settled(pilot)
        await pilot.click(panel, offset=(6, 1))
        await until(pilot, lambda: opened == [EventLog.CLICKED])


async def test_the_headline_lists_the_problems_and_ends_a_freeze() -> None:
    async with console(down("it is wrong"), (160, 40)) as (app, pilot):
        await pilot.press("p")
        await click(pilot, app, "p resumes")
        await until(pilot, lambda: not app.main.frozen)
        await click(pilot, app, "✖ 1 problem")
        await until(pilot, lambda: isinstance(app.screen, ProblemsScreen))


TOGETHER = [(("e",), "↑ ↓"), (("t",), "↑ ↓"), (("c",), "n N"), (("c",), "[ ]")]


@pytest.mark.parametrize(("keys", "words"), TOGETHER, ids=str)
async def test_each_of_several_keys_that_are_named_together(
    monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], words: str
) -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press(*keys)
        await until(pilot, lambda: app.screen is not app.main and words in text(app))
        clicked: list[str] = []

        async def press(key: str) -> None:
            assert pressed(key) in app.screen.active_bindings
            clicked.append(key)

        monkeypatch.setattr(app.screen, "action_press", press)
        await settled(pilot)
        x, y = place(app, words)
        for offset in (0, 2):
            await settled(pilot)
            await pilot.click(offset=(x - 1 + offset, y))
        await until(pilot, lambda: len(clicked) == 2)
        assert clicked[0] != clicked[1]


def down(*texts: str) -> FakeSession:
    """Return a session with a problem of each text, all about the last real server."""
    session = FakeSession(Pair().up())
    about = ProblemSubject((Target(SERVER, REALS[2]),))
    told = [Problem(ProblemKind.DOWN, one, Severity.ERROR, one, "", None, 0.0, about) for one in texts]
    session.shown = replace(session.view(), problems=tuple(told))
    return session


@pytest.mark.parametrize("words", ["it is wrong", "(! jump)"])
async def test_a_line_of_the_banner_leads_to_its_subject_and_so_does_the_headline(words: str) -> None:
    async with console(down("it is wrong")) as (app, pilot):
        await pilot.press("home")
        await click(pilot, app, words)
        await until(pilot, lambda: (at := table(app).current()) is not None and at.key[1] == REALS[2])


async def test_of_many_problems_those_that_are_counted_too() -> None:
    async with console(down(*(f"problem {number}" for number in range(30)))) as (app, pilot):
        await click(pilot, app, "lists them all")
        await until(pilot, lambda: isinstance(app.screen, ProblemsScreen))


async def test_the_banner_of_the_topology_leads_where_that_of_the_main_screen_does() -> None:
    async with console(down("it is wrong")) as (app, pilot):
        await pilot.press("home", "t")
        await until(pilot, lambda: isinstance(app.screen, TopologyScreen))
        await click(pilot, app, "it is wrong")
        await until(pilot, lambda: app.screen is app.main)
        await until(pilot, lambda: (at := table(app).current()) is not None and at.key[1] == REALS[2])


async def test_the_problems_that_the_topology_counts_can_be_listed() -> None:
    async with console(down(*(f"problem {number}" for number in range(30)))) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, TopologyScreen))
        await click(pilot, app, "lists them all")
        await until(pilot, lambda: isinstance(app.screen, ProblemsScreen))


@pytest.mark.parametrize("keys", [(), ("t",)], ids=str)
async def test_the_line_of_who_is_handed_over_opens_that_director(keys: tuple[str, ...]) -> None:
    async with console(FakeSession(handed_over(Pair().up()))) as (app, pilot):
        await pilot.press("down", *keys)
        await until(pilot, lambda: isinstance(app.screen, TopologyScreen) == bool(keys))
        await click(pilot, app, "handed over by")
        await until(pilot, lambda: isinstance(app.screen, DirectorScreen) and app.screen.director == "director1")
