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
from tests.support.console import text, until
from tests.support.scenes import Scene, Staged, staged

# --- what matters has room ---


async def test_at_80_columns_a_virtual_server_is_named_with_whole_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.calm)) as (app, _):
        (line,) = (line for line in text(app).splitlines() if "10.10.0.20:443" in line)
        assert "tcp/10.10.0.20:443  wlc 3/3 up" in line


async def test_in_one_list_at_120_columns_the_reason_is_worth_more_than_the_course(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with staged(Staged(monkeypatch, scenes.trouble), ["F"], (120, 40)) as (app, pilot):
        await until(pilot, lambda: "14s · TCP" in text(app))
        assert "last 1 min" not in text(app)


async def test_a_folded_virtual_server_tells_the_gravest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.trouble), ["Z"]) as (app, pilot):
        await until(pilot, lambda: "1/3 up" in text(app) and "192.168.211.14" not in text(app))
        assert "1 down" in text(app) and "…" not in text(app).splitlines()[6]


async def test_who_drained_it_and_why_has_room_at_120_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.trouble), size=(120, 40)) as (app, _):
        told = " ".join(str(app.main.query_one(DrainsPanel).content).split())
        assert "since 14:00 by ana@ops1: kernel update" in told and "…" not in told


async def test_why_a_server_is_down_is_whole_on_its_screen_at_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.trouble), ["down", "down", "enter"]) as (app, pilot):
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

SCREENS: Sequence[tuple[Scene, tuple[str, ...], str]] = [
    (scenes.trouble, (), "draining"),
    (scenes.trouble, ("space", "space", "V", "down"), "3 marked"),
    (scenes.split_brain, (), "SPLIT BRAIN"),
    (scenes.one_lost, (), "connection refused"),
    (scenes.calm, ("d",), "Apply on both"),
    (scenes.calm, ("x",), "To confirm"),
    (scenes.calm, ("a",), "the new server's address"),
    (scenes.calm, ("r",), "Refused"),
    (scenes.trouble, ("down", "down", "enter"), "last failure"),
    (scenes.calm, ("c",), "router_id"),
    (scenes.split_brain, ("t",), "on 2 Directors"),
    (scenes.calm, ("comma",), "Seconds between"),
    (scenes.calm, ("question_mark",), "set weight 0 on both Directors"),
]


@pytest.mark.parametrize(
    ("scene", "keys", "shows"), SCREENS, ids=[f"{scene.__name__} {' '.join(keys)}" for scene, keys, _ in SCREENS]
)
@pytest.mark.parametrize(("theme", "least"), [(scenes.DARK, 4.5), (scenes.LIGHT, 4.5), (scenes.CONTRAST, 7.0)])
async def test_every_word_can_be_read(
    monkeypatch: pytest.MonkeyPatch, theme: str, least: float, scene: Scene, keys: tuple[str, ...], shows: str
) -> None:
    async with staged(Staged(monkeypatch, scene, theme), keys) as (app, pilot):
        await until(pilot, lambda: shows in text(app))
        found = [(contrast(segment.style), segment.text.strip()) for segment in words(app) if segment.style]
        assert any(shows in word for _, word in found) and len(found) > 8
        assert [(ratio, word) for ratio, word in found if ratio < least] == []


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


@pytest.mark.parametrize("keys", [("comma",), ("C",), ("ctrl+p",)], ids=str)
@pytest.mark.parametrize("theme", [scenes.DARK, scenes.ANSI])
async def test_without_colours_a_line_is_under_what_is_chosen(
    monkeypatch: pytest.MonkeyPatch, theme: str, keys: tuple[str, ...]
) -> None:
    if theme != scenes.ANSI:
        monkeypatch.setenv("NO_COLOR", "1")
    stage = Staged(monkeypatch, scenes.calm, theme)
    stage.app.clusters = (stage.app.cluster, stage.app.cluster) if stage.app.cluster is not None else ()
    async with staged(stage, keys) as (app, pilot):
        await until(pilot, lambda: bool(app.screen.query(OptionList)) and bool(underlined(app)))
        first = underlined(app)
        await pilot.press("down")
        await until(pilot, lambda: bool(underlined(app)) and underlined(app) != first)


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
