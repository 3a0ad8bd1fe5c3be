"""What can be seen: nothing that matters is cut off, and everything can be read in every theme and without colours.

Not for: pictures (see test_pictures).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.widgets import OptionList

from lvstui.console.app import ConsoleApp
from lvstui.console.widgets.drains_panel import DrainsPanel
from tests.support import scenes
from tests.support.console import settled, text, until
from tests.support.named_case import case
from tests.support.scenes import Scene, Staged, staged

# --- what matters has room ---


async def test_at_80_columns_a_virtual_server_is_named_with_whole_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.calm)) as (app, _):
        (line,) = (line for line in text(app).splitlines() if "10.10.0.20:443" in line)
        assert "tcp/10.10.0.20:443  wlc 3/3 up" in line


async def test_in_a_scene_of_trouble_what_matters_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.trouble), size=(120, 40)) as (app, pilot):
        with case("who drained it and why, at 120 columns"):
            told = " ".join(str(app.main.query_one(DrainsPanel).content).split())
            assert "since 14:00 by ana@ops1: kernel update" in told and "…" not in told
        with case("in one list at 120 columns the reason is worth more than the course"):
            await pilot.press("F")
            await until(pilot, lambda: "14s · TCP" in text(app))
            assert "last 1 min" not in text(app)
        await pilot.press("F")
        await pilot.resize_terminal(80, 24)
        with case("a folded virtual server tells the gravest first"):
            await pilot.press("Z")
            await until(pilot, lambda: "1/3 up" in text(app) and "192.168.211.14" not in text(app))
            assert "1 down" in text(app) and "…" not in text(app).splitlines()[6]
            await pilot.press("Z")
            await until(pilot, lambda: "192.168.211.14" in text(app))
        with case("why a server is down is whole on its screen at 80 columns"):
            await pilot.press("home", "down", "down", "down", "enter")
            await until(pilot, lambda: "last failure" in text(app))
            assert "TCP_CHECK failed after 3 retries" in " ".join(text(app).split())


async def test_a_stale_director_is_named_in_the_topology_at_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.one_lost), ["t"]) as (app, pilot):
        await until(pilot, lambda: "─ director2 ◔ stale ─" in text(app))


async def test_a_split_brain_is_in_the_topology_at_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.split_brain), ["t"]) as (app, pilot):
        await until(pilot, lambda: text(app).count("on 2 Directors") == 1)
        assert "on director1 and director2" in text(app)  # where there is room for it


# --- what can be read ---

# What is opened in each scene, one after the other: the keys, and a word that is shown then.
SCREENS: dict[Scene, Sequence[tuple[tuple[str, ...], str]]] = {
    scenes.trouble: [
        ((), "draining"),
        (("down", "down", "enter"), "last failure"),
        (("space", "space", "V", "down"), "3 marked"),
    ],
    scenes.split_brain: [((), "SPLIT BRAIN"), (("t",), "on 2 Directors")],
    scenes.one_lost: [((), "connection refused")],
    scenes.calm: [
        (("d",), "Apply on both"),
        (("x",), "To confirm"),
        (("a",), "the new server's address"),
        (("r",), "Refused"),
        (("c",), "router_id"),
        (("comma",), "Seconds between"),
        (("question_mark",), "set weight 0 on both Directors"),
    ],
}
LEAST = {scenes.DARK: 4.5, scenes.LIGHT: 4.5, scenes.CONTRAST: 7.0}  # contrast, in each theme


@pytest.mark.parametrize("scene", SCREENS, ids=lambda scene: scene.__name__)
async def test_every_word_can_be_read(monkeypatch: pytest.MonkeyPatch, scene: Scene) -> None:
    async with staged(Staged(monkeypatch, scene)) as (app, pilot):
        for keys, shows in SCREENS[scene]:
            await pilot.press("home", "down", *keys)
            for theme, least in LEAST.items():
                with case(*keys, theme):
                    app.choices.choose(theme=theme)
                    app.apply_preferences()
                    await settled(pilot)
                    await until(pilot, lambda: shows in text(app))  # noqa: B023  # awaited at once
                    assert app.theme == theme
                    found = [(contrast(segment.style), segment.text.strip()) for segment in words(app) if segment.style]
                    assert any(shows in word for _, word in found) and len(found) > 8
                    assert [(ratio, word) for ratio, word in found if ratio < least] == []
            if app.screen is not app.main:
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is app.main)


def words(app: ConsoleApp) -> list[Segment]:
    """What there is to read; of a dialog, not what is dimmed around it."""
    strips = app.screen._compositor.render_strips()
    dialog = app.screen.query(".dialog")
    if dialog:
        region = dialog.first().region
        strips = [strip.crop(region.x, region.right) for strip in strips[region.y : region.bottom]]
    return [segment for strip in strips for segment in strip if any(char.isalnum() for char in segment.text)]


def contrast(style: Style) -> float:
    """As WCAG has it: 1 is the same colour, 21 is black on white."""
    assert style.color is not None and style.bgcolor is not None
    low, high = sorted(luminance(colour.get_truecolor()) for colour in (style.color, style.bgcolor))
    return round((high + 0.05) / (low + 0.05), 2)


def luminance(colour: tuple[int, int, int]) -> float:
    linear = [
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in (c / 255 for c in colour)
    ]
    return sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", [scenes.DARK, scenes.ANSI])
async def test_without_colours_a_line_is_under_what_is_chosen(monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    if theme != scenes.ANSI:
        monkeypatch.setenv("NO_COLOR", "1")
    stage = Staged(monkeypatch, scenes.calm, theme)
    stage.app.clusters = (stage.app.cluster, stage.app.cluster) if stage.app.cluster is not None else ()
    async with staged(stage) as (app, pilot):
        for key in ("comma", "C", "ctrl+p"):
            with case(key):
                await pilot.press(key)
                await until(pilot, lambda: bool(app.screen.query(OptionList)) and bool(underlined(app)))
                first = underlined(app)
                await pilot.press("down")
                await until(pilot, lambda: bool(underlined(app)) and underlined(app) != first)  # noqa: B023
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is app.main)


def underlined(app: ConsoleApp) -> list[int]:
    """Which lines of a list are; a field's cursor is no line."""
    lists = app.screen.query(OptionList).first().region
    strips = app.screen._compositor.render_strips()
    lines = [
        y
        for y in range(lists.y, lists.bottom)
        if any(segment.style and segment.style.underline for segment in strips[y].crop(lists.x, lists.right))
    ]
    assert all(below - above == 1 for above, below in pairwise(lines))
    return lines


async def test_without_colours_nothing_is_seen_behind_a_dialog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with staged(Staged(monkeypatch, scenes.calm), ["d"], (120, 40)) as (app, pilot):
        await until(pilot, lambda: "weight 0" in text(app))
        assert "all well" not in text(app)


async def test_a_row_that_is_reversed_is_of_one_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tone would be a block of colour in it."""
    async with staged(Staged(monkeypatch, scenes.calm, "lvstui-ansi"), ["down"], (120, 40)) as (app, pilot):
        await until(pilot, lambda: "▌" in text(app))
        rows = app.screen._compositor.render_strips()
        [row] = [strip for strip in rows if "▌" in strip.text]
        styles = {segment.style for segment in row if segment.text.strip()}
        assert all(style is not None and style.reverse for style in styles)
        assert len({style.color for style in styles if style is not None}) == 1
