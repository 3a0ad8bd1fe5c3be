"""What can be seen: nothing that matters is cut off, and everything can be read in every theme and without colours.

Not for: pictures (see test_pictures).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.widgets import OptionList

from lvstui.cluster.view import EventView, Problem, Severity
from lvstui.console import diffs
from lvstui.console.app import ConsoleApp
from lvstui.console.widgets.banner import Banner, headline, told
from lvstui.console.widgets.drains_panel import DrainsPanel
from lvstui.console.widgets.event_log import line
from tests.cluster.telling import Pair
from tests.console import scenes
from tests.console.fake_session import FakeSession
from tests.console.scenes import Scene, Staged, staged
from tests.console.support import console, text, until

# --- trouble is not cut off ---


def problem(number: int, detail: str = "what to do about it", words: int = 5) -> Problem:
    return Problem(f"x:{number}", Severity.ERROR, f"number {number}" + " is wrong" * words, detail, None, 0.0)


@pytest.mark.parametrize("most", range(3, 11))
@pytest.mark.parametrize("width", [40, 77, 197])
def test_as_much_of_the_trouble_as_there_is_room_for_and_the_rest_is_counted(width: int, most: int) -> None:
    problems = [problem(number) for number in range(6)]
    lines = told(problems, 5.0, width, most).plain.split("\n")
    assert len(lines) <= most and all(len(line) <= width for line in lines)
    named = sum("number" in line for line in lines)
    assert named >= 1 and (named == 6 or lines[-1].strip() == f"and {6 - named} more")


def test_what_goes_on_beneath_begins_beneath_its_first_word() -> None:
    lines = told([problem(1, words=12)], 5.0, 60, 8).plain.split("\n")
    assert lines[0].startswith(" ✖ number 1") and len(lines) == 4
    assert all(line.startswith("   ") and line[3] != " " for line in lines[1:])


def test_what_is_to_be_done_about_two_alike_is_said_once() -> None:
    problems = [problem(1, "look at the network"), problem(2, "look at the network"), problem(3, "look at the disk")]
    shown = told(problems, 5.0, 100, 10).plain
    assert shown.count("look at the network") == 1 and shown.count("look at the disk") == 1
    assert [part in shown.split("number 2")[1] for part in ("network", "number 3", "disk")] == [True] * 3


async def test_the_banner_follows_the_size_of_the_terminal() -> None:
    session = FakeSession(Pair().up())
    session.shown = replace(session.view(), problems=tuple(problem(number) for number in range(9)))
    async with console(session, (120, 40)) as (app, pilot):
        await until(pilot, lambda: app.main.query_one(Banner).size.height == 10 and "and 0 more" not in text(app))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: app.main.query_one(Banner).size.height == 8 and "and 2 more" in text(app))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_time_is_at_the_end_of_the_headline_whatever_else_is_said(width: int) -> None:
    view = Pair().up().view()
    short = headline("web-prod", view, width, None).plain
    assert len(short) == width and "1 virtual · 3 real" in short
    said = headline("web-prod", view, width, "no", production=True, masked=True, frozen=view.wall - 5).plain
    assert len(said) == max(width, len(said.rstrip()) + 1) and said.rstrip()[-3] == ":"
    frozen = headline("web-prod", view, width, None, frozen=view.wall - 5).plain
    assert len(frozen) == width and "p goes on" in frozen and "all well" in frozen


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
        assert "1 down ·" in text(app)


async def test_who_drained_it_and_why_has_room_at_120_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.trouble), size=(120, 40)) as (app, _):
        assert "since 14:00 by ana@ops1: kernel update" in text(app)
        assert app.main.query_one(DrainsPanel).size.height == 1


async def test_why_a_server_is_down_is_whole_on_its_screen_at_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.trouble), ["down", "down", "enter"]) as (app, pilot):
        await until(pilot, lambda: "last failure" in text(app))
        words = [" ".join(line.split()) for line in text(app).splitlines()]
        assert [all(part in line for part in ("after 3", "TCP_CHECK")) for line in words].count(True) == 1
        assert any(line.count("retries") == 2 for line in words)


async def test_a_stale_director_is_named_in_the_topology_at_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.one_lost), ["t"]) as (app, pilot):
        await until(pilot, lambda: "─ director2 ◔ stale ─" in text(app))


async def test_a_split_brain_is_in_the_topology_at_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.split_brain), ["t"]) as (app, pilot):
        await until(pilot, lambda: text(app).count("on 2 Directors") == 1)
        assert "on director1 and director2" in text(app)  # where there is room for it


def test_an_event_names_what_it_is_about_once() -> None:
    event = EventView(0.0, Severity.ERROR, "director1", "tcp/10.10.0.20:80 192.168.211.13:8083", "DOWN: refused")
    assert "tcp/10.10.0.20:80 192.168.211.13:8083  DOWN" in line(event).plain
    assert "director1    192.168.211.13:8083  DOWN" in line(event, brief=True).plain
    same = replace(event, subject="10.10.0.20", text="10.10.0.20 is here now")
    assert line(same).plain.count("10.10.0.20") == 1


def test_what_changed_in_a_line_is_shown_in_whole_words() -> None:
    (file,) = diffs.parse("--- f\n+++ f\n@@ -1 +1 @@\n-weight 1\n+weight 0  # was 1, by ana@ops1\n")
    shown = diffs.shown(file)
    bold = [shown.plain[span.start : span.end] for span in shown.spans if "bold" in str(span.style)]
    assert bold == ["1", "0  # was 1, by ana@ops1"]


# --- what there is to see at once ---


async def test_the_filter_s_field_is_there_as_soon_as_it_is_asked_for() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        app.main.table.show = lambda view: None  # type: ignore[method-assign]  # no view helps
        await pilot.press("slash")
        await pilot.pause()
        assert "state:down" in text(app)


async def test_an_empty_table_says_why() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("slash", *"zzz", "enter")
        await until(pilot, lambda: "Escape clears it" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Escape clears it" not in text(app))
        session.shown = replace(session.view(), virtual_servers=())
        session.tell()
        await until(pilot, lambda: "no virtual server is known" in text(app))


# --- what can be read ---

SCREENS: Sequence[tuple[Scene, tuple[str, ...], str]] = [
    (scenes.trouble, (), "draining"),
    (scenes.trouble, ("space", "space", "V", "down"), "3 marked"),
    (scenes.split_brain, (), "SPLIT BRAIN"),
    (scenes.one_lost, (), "connection refused"),
    (scenes.calm, ("d",), "Apply on both"),
    (scenes.calm, ("x",), "To go on"),
    (scenes.calm, ("a",), "address:port"),
    (scenes.calm, ("r",), "Refused"),
    (scenes.trouble, ("down", "down", "enter"), "last failure"),
    (scenes.calm, ("c",), "router_id"),
    (scenes.split_brain, ("t",), "on 2 Directors"),
    (scenes.calm, ("comma",), "Seconds between"),
    (scenes.calm, ("question_mark",), "no new connections"),
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
