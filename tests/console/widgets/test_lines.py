"""Lists that a new view fills again: the operator reads on by the wheel, and the cursor's line stays in sight where it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import EventView, Problem, Severity
from lvstui.console.app import ConsoleApp
from lvstui.console.widgets.lines import Lines
from tests.support.console import screen, text, until
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, Pair, configuration, row

PORTS = range(8001, 8101)


def full() -> FakeSession:
    """Return a session with a hundred events, problems and real servers."""
    pair = Pair().up()
    for name in NAMES:
        pair.files(name, configuration(dict.fromkeys(PORTS, 1)))
        pair.ipvs(name, *(row(port) for port in PORTS))
    wall = pair.view().wall
    for number in range(100):
        pair.state.note(EventView(wall - 100 + number, Severity.INFO, "director1", "", f"event number {number}"))
    session = FakeSession(pair)
    told = [Problem(ProblemKind.DOWN, f"{n}", Severity.ERROR, f"problem {n}", "", None, wall) for n in range(100)]
    session.shown = replace(session.view(), problems=tuple(told))
    return session


LISTS = [
    (("e",), "#listed", "event number 99"),
    (("P",), "#listed", "problem 3"),
    (("home", "enter"), "#members", ":8003"),
]


async def next_view(app: ConsoleApp, pilot: Pilot[None], session: FakeSession) -> None:
    """Let the page show another view, with another event."""
    assert session.shown is not None
    said = EventView(session.shown.wall, Severity.INFO, "you", "", "one more")
    session.shown = replace(session.shown, events=(*session.shown.events, said), wall=session.shown.wall + 60)
    session.tell()
    seen, shown = session.shown, app.screen
    drawn: Callable[[], bool] = lambda: getattr(shown, "_now", getattr(shown, "_wall", 0.0)) == seen.wall  # noqa: E731
    await until(pilot, drawn)
    await pilot.pause()


@pytest.mark.parametrize(("keys", "list_id", "words"), LISTS, ids=["events", "problems", "virtual server"])
async def test_a_new_view_leaves_a_list_where_it_was_scrolled_to(
    keys: tuple[str, ...], list_id: str, words: str
) -> None:
    session = full()
    async with screen(session, *keys, size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: words in text(app))
        lines = app.screen.query_one(list_id, Lines)
        lines.scroll_to(y=45, animate=False)
        await until(pilot, lambda: lines.scroll_offset.y == 45)
        await next_view(app, pilot, session)
        assert lines.scroll_offset.y == 45
        await pilot.press("down")
        await until(pilot, lambda: lines.scroll_offset.y <= lines.line < lines.scroll_offset.y + lines.size.height)


@pytest.mark.parametrize(("keys", "list_id", "words"), LISTS, ids=["events", "problems", "virtual server"])
async def test_a_line_that_was_in_sight_stays_in_sight(keys: tuple[str, ...], list_id: str, words: str) -> None:
    session = full()
    async with screen(session, *keys, size=(80, 50)) as (app, pilot):
        await until(pilot, lambda: words in text(app))
        lines = app.screen.query_one(list_id, Lines)
        await pilot.press("end")
        await until(pilot, lambda: lines.line == len(lines._lines) - 1 and lines.in_sight())
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: lines.size.height < 24 and lines.in_sight())
        await next_view(app, pilot, session)
        assert lines.in_sight()


async def test_the_words_of_a_filter_bring_the_cursor_back_into_sight() -> None:
    async with screen(full(), "e", size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: "event number 99" in text(app))
        lines = app.screen.query_one("#listed", Lines)
        lines.scroll_to(y=0, animate=False)
        await until(pilot, lambda: lines.scroll_offset.y == 0)
        await pilot.press("slash", *"number")
        await until(pilot, lambda: lines.scroll_offset.y > 0 and lines.in_sight())
