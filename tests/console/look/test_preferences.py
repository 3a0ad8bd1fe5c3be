"""What the preferences change of what is shown: columns, themes, ASCII, the mask, no colour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from lvstui.console.app import ConsoleApp
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.look.themes import THEMES, ascii_terminal
from lvstui.settings.values import Preferences
from tests.support.console import SIZES, cluster, console, settled, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.telling import Pair


async def test_only_the_columns_that_are_wanted() -> None:
    choices = LivePreferences(general=Preferences(columns=("in", "weight")))
    async with console(choices=choices) as (app, pilot):
        for size in SIZES:
            with case(*size):
                await resized(pilot, size)
                await until(pilot, lambda: "all well" in text(app))
                header = text(app)
                assert "weight" in header and "Mb/s" in header and "192.168.211.13:8082" in header
                assert "inactive" not in header and "conn/s" not in header and "last" not in header


async def resized(pilot: Pilot[None], size: tuple[int, int]) -> None:
    """Let the terminal have this size, and wait until all of the screen has its place there."""
    if pilot.app.size != size:
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: pilot.app.screen.size == size)
        await settled(pilot)


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_theme_shows_everything(theme: str) -> None:
    async with console(choices=LivePreferences(line=Preferences(theme=theme))) as (app, pilot):
        await until(pilot, lambda: "all well" in text(app))
        assert app.theme == theme and "192.168.211.13:8082" in text(app)


SCREENS = [
    (),
    ("d",),
    ("a",),
    ("w",),
    ("x",),
    ("H",),
    ("enter",),
    ("c",),
    ("t",),
    ("comma",),
    ("question_mark",),
    ("ctrl+p",),
]


async def each_screen(app: ConsoleApp, pilot: Pilot[None]) -> AsyncIterator[tuple[str, ...]]:
    """Open one after the other; give the keys that led to it, and go back."""
    await pilot.press("down")
    for keys in SCREENS:
        await pilot.press(*keys)
        await until(pilot, lambda keys=keys: not keys or app.screen is not app.main)  # type: ignore[misc]
        await pilot.pause()
        yield keys
        if keys:
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.main)


async def test_only_ascii_is_only_ascii() -> None:
    async with console(size=SIZES[0], choices=LivePreferences(general=Preferences(ascii=True))) as (app, pilot):
        async for keys in each_screen(app, pilot):
            for size in SIZES if app.size == SIZES[0] else SIZES[::-1]:  # from the one that it has
                with case(*keys, *size):
                    await resized(pilot, size)
                    assert text(app).isascii()


async def test_no_screen_shows_what_is_masked() -> None:
    async with console(choices=LivePreferences(line=Preferences(privacy=True))) as (app, pilot):
        await until(pilot, lambda: "web-prod" not in text(app))
        async for keys in each_screen(app, pilot):
            shown = text(app)
            found = [name for name in ("192.168.211", "10.10.0.20", "director1", "web-prod") if name in shown]
            assert not found, (keys, shown)


async def test_a_picture_is_taken_of_any_screen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    async with console() as (app, pilot):
        await pilot.press("down")
        for key in ("enter", "c", "t"):
            with case(key):
                await pilot.press(key)
                await until(pilot, lambda: app.screen is not app.main)
                app.clear_notifications()
                await pilot.press("S")
                await until(pilot, lambda: ".svg" in told(app))
                titles = {command.title for command in app.get_system_commands(app.screen)}
                assert "Picture  S" in titles and "Drain  d" not in titles
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is app.main)


async def test_no_color_is_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console() as (app, pilot):
        await pilot.press("down", "d")
        await until(pilot, lambda: "weight 0" in text(app))
        styles = [
            segment.style for strip in app.screen._compositor.render_strips() for segment in strip if segment.style
        ]
        colours = {colour.name for style in styles for colour in (style.color, style.bgcolor) if colour}
        assert colours == {"default"}


@pytest.mark.parametrize(
    ("environment", "ascii"),
    [
        ({}, False),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "de_DE.utf8"}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LC_CTYPE": "C.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, True),
        ({"LANG": "en_US.ISO-8859-1"}, True),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True),
    ],
)
def test_which_terminals_take_ascii_alone(environment: dict[str, str], ascii: bool) -> None:
    assert ascii_terminal(environment) is ascii


async def test_production_is_said() -> None:
    async with console(first=cluster("web-prod", production=True), size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: "PRODUCTION" in text(app))
        await resized(pilot, (120, 40))
        await until(pilot, lambda: "PRODUCTION" in text(app))


async def test_the_mask_hides_every_address_and_name_and_comes_off_again() -> None:
    async with console() as (app, pilot):
        await pilot.press("M")
        await until(pilot, lambda: "192.168.211.13" not in text(app) and "director1" not in text(app))
        await until(pilot, lambda: "masked" in text(app))
        assert "web-prod" not in text(app) and "10.10.0.20" not in text(app) and "MASTER" in text(app)
        await pilot.press("d")
        await until(pilot, lambda: "weight 0" in text(app))
        assert "192.168.211" not in text(app) and "director2" not in text(app)
        await pilot.press("escape", "M")
        await until(pilot, lambda: "192.168.211.13:8082" in text(app))


async def test_what_a_director_says_cannot_move_the_terminal() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        view = session.view()
        said = "A\x1b[31mB\x1b]52;c;eA==\x07C\x9b2JD\u202eE\u2066F\udcffG\x00H" + "x" * 10_000
        session.shown = replace(view, directors=(replace(view.directors[0], error=said), view.directors[1]))
        session.tell()
        await until(pilot, lambda: "A[31mB" in text(app))
        app.notify("N\x1b]0;title\x07O", markup=False)
        await until(pilot, lambda: "N]0;titleO" in text(app))
        assert all(char.isprintable() for char in text(app).replace("\n", ""))
