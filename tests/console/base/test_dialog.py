"""What is beneath a dialog is dimmed as Textual would dim it, and goes on."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen

from lvstui.console.base.dialog import Beneath
from lvstui.console.screens.help_screen import HelpScreen
from tests.support.console import console, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair

Cell = tuple[str, str]  # the character, and how it looks


def cells(segments: list[Segment]) -> list[Cell]:
    return [(char, str(segment.style)) for segment in segments for char in segment.text]


@pytest.mark.parametrize("theme", ["lvstui-dark", "lvstui-light", "lvstui-ansi"])
async def test_what_is_beneath_looks_as_textual_draws_it(theme: str) -> None:
    async with console(FakeSession(Pair().up()), (120, 40)) as (app, pilot):
        app.choose(theme=theme)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        color = app.screen.styles.background
        options = app.console_options.update(width=120, height=40)
        theirs = list(Segment.split_lines(app.console.render(BackgroundScreen(app.main, color), options)))
        ours = Beneath(app.main, color).render_strips(120, 40, app.screen.visual_style, None)  # type: ignore[arg-type]  # they are not used
        assert [cells(list(strip)) for strip in ours] == [cells(line) for line in theirs]
        assert sum(len(line) for line in map(cells, theirs)) == 120 * 40


@pytest.mark.parametrize(("width", "size"), [(80, "-narrow"), (120, "-normal"), (200, "-huge")])
async def test_a_dialog_has_its_size_from_the_beginning(width: int, size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    styled: list[frozenset[str]] = []
    update = ModalScreen.update_node_styles

    def noted(screen: ModalScreen[object], animate: bool = True) -> None:
        styled.append(screen.classes)
        update(screen, animate)

    async with console(FakeSession(Pair().up()), (width, 40)) as (app, pilot):
        monkeypatch.setattr(ModalScreen, "update_node_styles", noted)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.pause()
        assert set(styled) == {frozenset({size})}
        await pilot.resize_terminal(80 if width != 80 else 120, 40)
        await until(pilot, lambda: app.screen.has_class("-narrow" if width != 80 else "-normal"))
        assert not app.screen.has_class(size)
