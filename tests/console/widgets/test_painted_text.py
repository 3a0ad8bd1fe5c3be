"""Lines of text that are drawn one by one."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.strip import Strip

from lvstui.console.widgets.painted_text import PaintedText
from tests.support.console import settled

pytestmark = pytest.mark.usefixtures("every_frame")


class Counting(PaintedText):
    DEFAULT_CSS = "Counting { border: round $accent; width: 20; height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[int] = []

    def _drawn(self, y: int) -> Strip:
        self.drawn.append(y)
        return super()._drawn(y)


class Page(App[None]):
    def compose(self) -> ComposeResult:
        yield Counting()


def contents(*lines: str) -> list[Content]:
    return [Content(line) for line in lines]


async def test_only_a_line_that_is_another_is_drawn_again() -> None:
    async with Page().run_test(size=(40, 10)) as pilot:
        painted = pilot.app.query_one(Counting)
        painted.paint(Content("title"), contents("one", "two", "three"))
        await pilot.pause()
        assert painted.size.height == 3
        painted.drawn.clear()
        painted.paint(Content("title"), contents("one", "two", "three"))
        await pilot.pause()
        assert painted.drawn == []
        painted.paint(Content("title"), contents("one", "2", "three"))
        await pilot.pause()
        assert painted.drawn == [1]


async def test_another_title_is_seen_and_draws_no_line() -> None:
    async with Page().run_test(size=(40, 10)) as pilot:
        painted = pilot.app.query_one(Counting)
        painted.paint(Content("before"), contents("one"))
        await pilot.pause()
        painted.drawn.clear()
        painted.paint(Content("after"), contents("one"))
        await pilot.pause()
        frame = painted.screen._compositor.render_strips()[0].text
        assert "after" in frame and "before" not in frame
        assert painted.drawn == []


async def test_a_line_that_is_too_long_is_cut_and_can_be_selected() -> None:
    async with Page().run_test(size=(40, 10)) as pilot:
        painted = pilot.app.query_one(Counting)
        painted.paint(Content("title"), contents("one", "a line that is longer than it is wide"))
        await pilot.pause()
        assert painted.screen._compositor.render_strips()[2].text.count("…") == 1
        await settled(pilot)
        await pilot.mouse_down(painted, offset=(1, 1))
        await settled(pilot)
        await pilot.hover(painted, offset=(2, 1))
        await pilot.mouse_up(painted, offset=(2, 1))
        assert painted.screen.get_selected_text() == "on"
