"""The top of the main screen: no trouble is cut off, what has no room is counted, the time is at the end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import ClusterView, Problem, Severity
from lvstui.console.app import ConsoleApp
from lvstui.console.look.display import Display
from lvstui.console.widgets.banner import Banner, headline, problems_text
from tests.support import scenes
from tests.support.console import console, text, until
from tests.support.fake_session import FakeSession
from tests.support.handed_over import handed_over
from tests.support.scenes import shown_at
from tests.support.telling import Pair


def problem(number: int, detail: str = "what to do about it", words: int = 5) -> Problem:
    return Problem(
        ProblemKind.DOWN, f"x:{number}", Severity.ERROR, f"number {number}" + " is wrong" * words, detail, None, 0.0
    )


@pytest.mark.parametrize("most", range(3, 11))
@pytest.mark.parametrize("width", [40, 77, 197])
def test_as_much_of_the_trouble_as_there_is_room_for_and_the_rest_is_counted(width: int, most: int) -> None:
    problems = [problem(number) for number in range(6)]
    lines = problems_text(problems, 5.0, width, most).plain.split("\n")
    assert len(lines) <= most and all(len(line) <= width for line in lines)
    named = sum("number" in line for line in lines)
    assert named >= 1 and (named == 6 or lines[-1].strip() == f"and {6 - named} more: P lists them all")


def test_what_goes_on_beneath_begins_beneath_its_first_word() -> None:
    lines = problems_text([problem(1, words=12)], 5.0, 60, 8).plain.split("\n")
    assert lines[0].startswith(" ✖ number 1") and len(lines) == 4
    assert all(line.startswith("   ") and line[3] != " " for line in lines[1:])


def test_what_is_to_be_done_about_two_alike_is_said_once() -> None:
    problems = [problem(1, "look at the network"), problem(2, "look at the network"), problem(3, "look at the disk")]
    shown = problems_text(problems, 5.0, 100, 10).plain
    assert shown.count("look at the network") == 1 and shown.count("look at the disk") == 1
    assert [part in shown.split("number 2")[1] for part in ("network", "number 3", "disk")] == [True] * 3


async def test_the_banner_follows_the_size_of_the_terminal() -> None:
    session = FakeSession(Pair().up())
    session.shown = replace(session.view(), problems=tuple(problem(number) for number in range(9)))
    async with console(session, (120, 40)) as (app, pilot):
        await until(pilot, lambda: app.main.query_one(Banner).size.height == 10 and "and 0 more" not in text(app))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: app.main.query_one(Banner).size.height == 8 and "and 2 more" in text(app))


async def test_it_takes_no_line_too_many_where_the_terminal_has_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is written for the new width, what it said is folded into it: with more lines than it has then."""
    opened = await shown_at(monkeypatch, scenes.split_brain, (120, 40))
    assert "SPLIT BRAIN" in opened
    assert await shown_at(monkeypatch, scenes.split_brain, (160, 45), (120, 40)) == opened


def shows(app: ConsoleApp, view: ClusterView, line: str) -> bool:
    return app.main.view is view and line in text(app)


async def test_the_age_of_a_problem_is_that_of_the_view_within_a_second_too() -> None:
    session = FakeSession(Pair().up())
    at = replace(session.view(), problems=(replace(problem(1), since=6.5),), wall=9.05)
    async with console(session, (120, 40)) as (app, pilot):
        for wall, age in ((9.05, "2s"), (9.95, "3s"), (10.2, "3s"), (10.6, "4s")):
            session.shown = replace(at, wall=wall)
            session.tell()
            await until(pilot, partial(shows, app, session.shown, f"number 1{' is wrong' * 5}  {age}"))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_time_is_at_the_end_of_the_headline_whatever_else_is_said(width: int) -> None:
    view = Pair().up().view()
    short = headline("web-prod", view, Display(), width, None).plain
    assert len(short) == width and "1 virtual · 3 real" in short
    said = headline("web-prod", view, Display(), width, "no", production=True, masked=True, frozen=view.wall - 5).plain
    assert len(said) == max(width, len(said.rstrip()) + 1) and said.split()[-2].count(":") == 2
    frozen = headline("web-prod", view, Display(), width, None, frozen=view.wall - 5).plain
    assert len(frozen) == width and "p resumes" in frozen and "all well" in frozen


def test_all_is_well_while_keepalived_is_stopped_for_maintenance() -> None:
    pair = handed_over(Pair().up())
    pair.keepalived("director1", running=False)
    assert "all well" in headline("web-prod", pair.view(), Display(), 120, None).plain
