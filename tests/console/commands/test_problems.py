"""From a problem to what it is about, its acknowledgement, and the list of all."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from textual.pilot import Pilot

from lvstui.cluster.identity.target import Target
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.problem_subject import PAIR, ProblemSubject
from lvstui.cluster.view import Problem, Severity
from lvstui.console.app import ConsoleApp
from lvstui.console.configuration.screen import ConfigurationScreen
from lvstui.console.director_page.screen import DirectorScreen
from lvstui.console.problem_place import Place, steps
from lvstui.console.screens.problems_screen import ProblemsScreen
from lvstui.console.topology.screen import TopologyScreen
from lvstui.console.widgets.banner import Banner
from lvstui.console.widgets.lines import Lines
from tests.support.console import console, table, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import MAIN, Pair

WEB = "tcp/10.10.0.20:80"
LAST = Target(WEB, "192.168.211.13:8083")
FIRST = Target(WEB, "192.168.211.13:8081")


def problem(kind: ProblemKind, id: str, subject: ProblemSubject = PAIR, **said: object) -> Problem:
    made = Problem(kind, id, Severity.ERROR, f"{id} is wrong", f"mend {id}", None, 1_800_000_000.0, subject)
    return replace(made, **said)  # type: ignore[arg-type]


DOWN = problem(ProblemKind.DOWN, "down", ProblemSubject((LAST, FIRST)))
QUORUM = problem(ProblemKind.QUORUM, "quorum", ProblemSubject(virtual_server=WEB))
FATAL = problem(ProblemKind.FATAL, "fatal", ProblemSubject(file=MAIN, line=7), director="director2")
LINKS = [problem(ProblemKind.LINK, f"link:{name}", director=name) for name in ("director2", "director1")]
SPLIT = problem(ProblemKind.SPLIT_BRAIN, "split", severity=Severity.CRITICAL)


def session(*problems: Problem) -> FakeSession:
    made = FakeSession(Pair().up())
    made.shown = replace(made.view(), problems=problems)
    return made


def row(app: ConsoleApp) -> tuple[str, str | None] | None:
    current = table(app).current()
    return None if current is None else current.key


def on_row(app: ConsoleApp, wanted: tuple[str, str | None]) -> bool:
    return app.screen is app.main and row(app) == wanted


def on_page(app: ConsoleApp, director: str) -> bool:
    return isinstance(app.screen, DirectorScreen) and app.screen.director == director


async def trouble(app: ConsoleApp, pilot: Pilot[None]) -> None:
    await until(pilot, lambda: app.main.newest is not None and bool(app.main.newest.problems))


async def test_a_press_goes_to_the_cause_and_the_next_to_the_next() -> None:
    async with console(session(DOWN, QUORUM, FATAL, *LINKS, SPLIT)) as (app, pilot):
        await trouble(app, pilot)
        for wanted in ((WEB, LAST.real_server), (WEB, FIRST.real_server), (WEB, None)):
            await pilot.press("exclamation_mark")
            await until(pilot, partial(on_row, app, wanted))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(app.screen, ConfigurationScreen))
        screen = app.screen
        assert isinstance(screen, ConfigurationScreen)
        await until(
            pilot, lambda: screen._at is not None and (screen._at.director, screen._at.number) == ("director2", 7)
        )
        for name in ("director2", "director1"):
            await pilot.press("exclamation_mark")
            await until(pilot, partial(on_page, app, name))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(app.screen, TopologyScreen))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: app.screen is app.main and row(app) == (WEB, LAST.real_server))


async def test_a_row_is_unfolded_and_where_the_filter_hides_it_the_page_is_shown() -> None:
    async with console(session(DOWN)) as (app, pilot):
        await trouble(app, pilot)
        await pilot.press("Z", "exclamation_mark")
        await until(pilot, lambda: row(app) == (WEB, LAST.real_server))
        app.main.jumped = None
        table(app).filter_by("8082")
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: app.main.looked_at() == LAST)


async def test_without_a_problem_the_keys_say_so() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("exclamation_mark", "A")
        await until(pilot, lambda: told(app).count("There is no problem.") == 2)


async def test_what_is_acknowledged_goes_quiet_and_is_counted_until_it_changes() -> None:
    shown = session(SPLIT, DOWN)
    async with console(shown) as (app, pilot):
        await until(pilot, lambda: "2 problems (! jump)" in text(app) and "mend split" in text(app))
        banner = app.main.query_one(Banner)
        assert banner.has_class("critical")
        await pilot.press("A")
        await until(pilot, lambda: "2 problems, 1 acknowledged" in text(app) and banner.has_class("error"))
        assert "mend split" not in text(app) and text(app).index("down is wrong") < text(app).index("split is wrong")
        await pilot.press("A")
        await until(pilot, lambda: "2 problems, 2 acknowledged" in text(app) and banner.has_class("quiet"))
        await pilot.press("A")
        await until(pilot, lambda: "Every problem is acknowledged" in told(app))
        shown.shown = replace(shown.view(), problems=(replace(SPLIT, text="split is worse"), DOWN))
        shown.tell()
        await until(pilot, lambda: "2 problems, 1 acknowledged" in text(app) and banner.has_class("critical"))


async def test_the_problem_that_was_gone_to_is_the_one_that_is_acknowledged() -> None:
    async with console(session(SPLIT, DOWN)) as (app, pilot):
        await trouble(app, pilot)
        await pilot.press("exclamation_mark", "exclamation_mark", "A")
        await until(pilot, lambda: app.acknowledged.count((DOWN,)) == 1)
        assert SPLIT not in app.acknowledged


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_list_shows_each_in_full_and_leads_to_its_cause(size: tuple[int, int]) -> None:
    many = tuple(replace(DOWN, id=f"down {number}", text=f"number {number} " + "long " * 60) for number in range(40))
    async with console(session(*many, FATAL), size) as (app, pilot):
        await until(pilot, lambda: "P lists them all" in text(app))
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, ProblemsScreen) and "41 problems" in text(app))
        await until(pilot, lambda: text(app).count("long") > 60 and "since" in text(app) and "mend down" in text(app))
        await pilot.press("end", "A")
        await until(pilot, lambda: FATAL in app.acknowledged and "Acknowledged: fatal is wrong" in text(app))
        await pilot.press("A")
        await until(pilot, lambda: FATAL not in app.acknowledged)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ConfigurationScreen))
        await pilot.press("escape", "P")
        await until(pilot, lambda: app.screen is app.main)


async def test_when_a_problem_is_over_the_cursor_is_on_none_until_it_is_moved() -> None:
    shown = session(SPLIT, DOWN)
    async with console(shown) as (app, pilot):
        await trouble(app, pilot)
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, ProblemsScreen) and "mend split" in text(app))
        shown.shown = replace(shown.view(), problems=(DOWN,))
        shown.tell()
        await until(pilot, lambda: "This problem is over" in text(app))
        await pilot.press("A")
        await until(pilot, lambda: "The problem is over" in told(app))
        assert DOWN not in app.acknowledged
        await pilot.press("down")
        await until(pilot, lambda: "mend down" in text(app))
        await pilot.press("A")
        await until(pilot, lambda: DOWN in app.acknowledged)


async def test_a_view_that_comes_with_a_move_of_the_cursor_does_not_undo_it() -> None:
    shown = session(SPLIT, DOWN)
    async with console(shown) as (app, pilot):
        await trouble(app, pilot)
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, ProblemsScreen) and "mend split" in text(app))
        page, lines = app.screen, app.screen.query_one("#listed", Lines)
        assert isinstance(page, ProblemsScreen)
        lines.action_move(1)
        await page.show(shown.view())  # before the news of the cursor
        assert lines.line == 1
        await until(pilot, lambda: "mend down" in text(app))


def test_every_kind_of_problem_leads_somewhere() -> None:
    for kind in ProblemKind:
        (step,) = steps([problem(kind, "x")])
        assert step.place in (Place.CONFIGURATION, Place.TOPOLOGY)
    assert [step.row for step in steps([DOWN])] == [(WEB, LAST.real_server), (WEB, FIRST.real_server)]
    assert [step.place for step in steps([FATAL, QUORUM])] == [Place.CONFIGURATION, Place.ROW]
