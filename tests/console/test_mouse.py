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
from lvstui.console.actions import ACTIONS, pressed
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
from tests.support.named_case import case
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


async def back(pilot: Pilot[None], app: ConsoleApp) -> None:
    """Escape leads to the main screen."""
    for _ in app.screen_stack[1:]:
        await pilot.press("escape")
    await until(pilot, lambda: app.screen is app.main)


async def test_each_hint_of_the_main_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(FakeSession(Pair().up()), (200, 40)) as (app, pilot):
        recorder = Recorder(monkeypatch)
        line = app.main.query_one(Hints)
        for action in HINTS:
            with case(action.name):
                recorder.ran.clear()
                await settled(pilot)
                await pilot.click(line, offset=(str(line.content).index(f" {action.label} ") + 1, 0))
                await until(pilot, lambda action=action: recorder.ran == [action.name])  # type: ignore[misc]


PAGES = [("enter", RealServerScreen), ("c", ConfigurationScreen), ("t", TopologyScreen), ("e", EventsScreen)]
DIALOGS = [("question_mark", HelpScreen), ("H", HistoryScreen), ("C", ClustersScreen)]


async def test_the_way_back_from_each_screen() -> None:
    first = cluster("web-prod")
    async with console(first=first, clusters=(first, cluster("other"))) as (app, pilot):
        await pilot.press("down")
        for key, screen in (*PAGES, *DIALOGS):
            with case(screen.__name__):
                await pilot.press(key)
                await until(pilot, lambda screen=screen: isinstance(app.screen, screen))  # type: ignore[misc]
                await until(pilot, lambda: "Escape closes" in text(app) or "esc Back" in text(app))
                await click(pilot, app, "Escape closes" if "Escape closes" in text(app) else "esc Back")
                await until(pilot, lambda: app.screen is app.main)


async def test_what_is_named_on_the_screen() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        for key, words in (("e", "/ Filter"), ("H", "/ filters")):
            with case(words):
                await pilot.press(key)
                await click(pilot, app, words)
                await until(pilot, lambda: app.focused is not None and app.focused.id in ("words", "filter"))
                await pilot.press("escape", "escape")
                await until(pilot, lambda: app.screen is app.main)
        with case("a title of the table sorts"):
            await settled(pilot)
            await pilot.click(offset=place(app, "state "))
            await until(pilot, lambda: table(app).choice.order is not None)
        with case("a key of another screen"):
            await pilot.press("down", "enter")
            await click(pilot, app, "d Drain")
            await until(pilot, lambda: isinstance(app.screen, ChangeScreen))
            await back(pilot, app)
        with case("the key that applies"):
            await opened(pilot, app, "d", shows="weight 0")
            await until(pilot, lambda: "ctrl+s" in hint(app))
            await settled(pilot)
            assert session.applied == []
            await pilot.click("#apply", offset=(2, 0))
            await until(pilot, lambda: bool(session.applied))


PANELS: list[tuple[type[Widget], type[object]]] = [
    (DirectorCard, DirectorScreen),
    (EventLog, EventsScreen),
    (SelectedPanel, RealServerScreen),
    (TopologyPanel, TopologyScreen),
]


async def test_panels_of_the_main_screen() -> None:
    async with console(FakeSession(Pair().up()), (200, 60)) as (app, pilot):
        await pilot.press("down")
        for widget, screen in PANELS:
            with case(widget.__name__):
                await until(pilot, lambda widget=widget: app.main.query(widget).first().size.height > 1)  # type: ignore[misc]
                await settled(pilot)
                await pilot.click(app.main.query(widget).first(), offset=(4, 1))
                await until(pilot, lambda screen=screen: isinstance(app.screen, screen))  # type: ignore[misc]
                await back(pilot, app)
        with case("a plot shows the next range"):
            await until(pilot, lambda: app.main.query_one(PlotsPanel).size.height > 2)
            before = app.shown_as.plotted
            await settled(pilot)
            await pilot.click(PlotsPanel, offset=(20, 4))
            await until(pilot, lambda: app.shown_as.plotted is before.next)
            table(app).focus()
            await pilot.press("enter")
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


TOGETHER = [("e", "↑ ↓"), ("t", "↑ ↓"), ("c", "n N", "[ ]")]


async def test_each_of_several_keys_that_are_named_together(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        for key, *named in TOGETHER:
            await pilot.press(key)
            await until(pilot, lambda: app.screen is not app.main)
            for words in named:
                with case(key, words):
                    await until(pilot, lambda words=words: words in text(app))  # type: ignore[misc]
                    clicked: list[str] = []

                    async def press(key: str, clicked: list[str] = clicked) -> None:
                        assert pressed(key) in app.screen.active_bindings
                        clicked.append(key)

                    monkeypatch.setattr(app.screen, "action_press", press)
                    await settled(pilot)
                    x, y = place(app, words)
                    for offset in (0, 2):
                        await settled(pilot)
                        await pilot.click(offset=(x - 1 + offset, y))
                    await until(pilot, lambda clicked=clicked: len(clicked) == 2)  # type: ignore[misc]
                    assert clicked[0] != clicked[1]
            await back(pilot, app)


def down(*texts: str) -> FakeSession:
    """Return a session with a problem of each text, all about the last real server."""
    session = FakeSession(Pair().up())
    about = ProblemSubject((Target(SERVER, REALS[2]),))
    told = [Problem(ProblemKind.DOWN, one, Severity.ERROR, one, "", None, 0.0, about) for one in texts]
    session.shown = replace(session.view(), problems=tuple(told))
    return session


def on_the_last(app: ConsoleApp) -> bool:
    """Is the cursor on the last real server?"""
    return (at := table(app).current()) is not None and at.key[1] == REALS[2]


async def test_a_problem_leads_to_its_subject_and_the_headline_lists_it_and_ends_a_freeze() -> None:
    async with console(down("it is wrong"), (160, 40)) as (app, pilot):
        for words in ("it is wrong", "(! jump)"):
            with case(words):
                await pilot.press("home")
                assert not on_the_last(app)
                await click(pilot, app, words)
                await until(pilot, lambda: on_the_last(app))
        with case("the banner of the topology leads where that of the main screen does"):
            await pilot.press("home", "t")
            await until(pilot, lambda: isinstance(app.screen, TopologyScreen))
            assert not on_the_last(app)
            await click(pilot, app, "it is wrong")
            await until(pilot, lambda: app.screen is app.main)
            await until(pilot, lambda: on_the_last(app))
        with case("the headline"):
            await pilot.press("p")
            await click(pilot, app, "p resumes")
            await until(pilot, lambda: not app.main.frozen)
            await click(pilot, app, "✖ 1 problem")
            await until(pilot, lambda: isinstance(app.screen, ProblemsScreen))


async def test_of_many_problems_those_that_are_counted_too() -> None:
    async with console(down(*(f"problem {number}" for number in range(30)))) as (app, pilot):
        for keys in ((), ("t",)):
            with case("from the topology" if keys else "from the main screen"):
                await pilot.press(*keys)
                await until(pilot, lambda keys=keys: isinstance(app.screen, TopologyScreen) == bool(keys))  # type: ignore[misc]
                await click(pilot, app, "lists them all")
                await until(pilot, lambda: isinstance(app.screen, ProblemsScreen))
                await back(pilot, app)


async def test_the_line_of_who_is_handed_over_opens_that_director() -> None:
    async with console(FakeSession(handed_over(Pair().up()))) as (app, pilot):
        for keys in ((), ("t",)):
            with case("from the topology" if keys else "from the main screen"):
                await pilot.press("down", *keys)
                await until(pilot, lambda keys=keys: isinstance(app.screen, TopologyScreen) == bool(keys))  # type: ignore[misc]
                await click(pilot, app, "handed over by")
                await until(
                    pilot, lambda: isinstance(app.screen, DirectorScreen) and app.screen.director == "director1"
                )
                await back(pilot, app)
