"""The main screen at the sizes that terminals have: it uses its space, and what matters is there with no key."""

from __future__ import annotations

from itertools import combinations

import pytest
from textual.pilot import Pilot

from lvstui.console.app import ConsoleApp
from lvstui.console.panels.deck import Deck
from lvstui.console.panels.topology_panel import TopologyPanel
from lvstui.console.table.server_table import HEADER
from tests.support import scenes
from tests.support.console import console, text, until
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.scenes import Staged, staged
from tests.support.telling import NAMES, Pair, configuration, row

SIZES = [(80, 24), (100, 30), (119, 40), (120, 40), (160, 45), (200, 60), (300, 80)]
FRAMES = set("│╭╮╰╯─┤0 ")  # of cards, panels and axes


def shown(app: ConsoleApp) -> list[str]:
    return text(app).split("\n")


def longest_empty(lines: list[str]) -> int:
    """The most lines one below the other that hold nothing at all, not even a frame."""
    longest = run = 0
    for line in lines:
        run = 0 if line.strip() else run + 1
        longest = max(longest, run)
    return longest


def cursor_visible(app: ConsoleApp) -> bool:
    table = app.main.table
    line = table._cursor.line - table.scroll_offset.y
    return 0 <= line < table.size.height - HEADER and "▌" in text(app)


async def at(pilot: Pilot[None], app: ConsoleApp, size: tuple[int, int], *wanted: str) -> None:
    """The terminal has this size, and shows all of this."""
    await pilot.resize_terminal(*size)
    await until(pilot, lambda: app.main.size == size and all(one in text(app) for one in wanted))


def uses_every_row_and_column(app: ConsoleApp) -> None:
    """Nothing is empty, and nothing overlaps."""
    lines = shown(app)
    assert longest_empty(lines) == 0
    columns = ["".join(column) for column in zip(*lines, strict=True)]
    empty = [number for number, column in enumerate(columns) if not column.strip()]
    assert len(empty) <= 2, empty
    inside = [set(line[1:-1]) - FRAMES for line in lines]
    assert sum(not one for one in inside) <= app.main.size.height // 6  # lines that hold no more than frames
    regions = [child.region for child in app.main.query_one(Deck).children if child.region.area]
    assert not any(one.overlaps(other) for one, other in combinations(regions, 2))
    assert cursor_visible(app)


def says_who_is_master_and_why_a_server_is_down(app: ConsoleApp) -> None:
    """The cursor is on that server."""
    top = shown(app)[: app.main.size.height // 2]
    assert any("MASTER" in line and ("10.10.0.20" in line or "director1" in line) for line in top)
    assert any("10.10.0.20 " in line for line in top) and "192.168.211.20" in text(app)
    assert "TCP_CHECK failed after 3 retries" in text(app)
    assert "keepalived.conf:" in text(app)


async def test_every_size_uses_its_space_and_says_what_matters_with_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(Staged(monkeypatch, scenes.trouble), size=SIZES[0]) as (app, pilot):
        for size in SIZES:
            with case("on the first server", *size):
                await at(pilot, app, size, "events", "TCP_CHECK passes")
                uses_every_row_and_column(app)
        await pilot.press("down", "down")
        for size in reversed(SIZES):
            with case("on the server that is down", *size):
                await at(pilot, app, size, "TCP_CHECK fails")
                says_who_is_master_and_why_a_server_is_down(app)
        await at(pilot, app, (120, 40))
        await pilot.press("G")
        row = app.main.table.current()
        for size in ((80, 24), (60, 16), (200, 18), (80, 24)):
            with case("the cursor's row stays in sight in another window", *size):
                await pilot.resize_terminal(*size)
                await until(pilot, lambda size=size: app.main.size == size and cursor_visible(app))  # type: ignore[misc]
                assert app.main.table.current() == row


async def test_a_second_that_changes_no_size_lays_nothing_out_and_a_key_changes_the_plots(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Staged(monkeypatch, scenes.trouble)
    async with staged(stage, size=(200, 60)) as (app, pilot):
        for _ in range(5):
            await pilot.pause()
        laid: list[object] = []
        refresh = app.main._refresh_layout

        def counted(*args: object, **kwargs: object) -> None:
            laid.append(args)
            refresh(*args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(app.main, "_refresh_layout", counted)
        for _ in range(5):
            stage.story.until(stage.story.now + 1)
            await app.main.show(stage.session.view())
            await pilot.pause()
        assert laid == []
        for label, ago in (("1 min", "−60s"), ("5 min", "−5m"), ("1 h", "−60m"), ("24 h", "−24h00"), ("1 min", "−60s")):
            with case(label):
                await until(pilot, lambda label=label, ago=ago: f"{label}  v: range" in text(app) and ago in text(app))  # type: ignore[misc]
                await pilot.press("v")


async def test_a_panel_grows_with_its_content_though_no_frame_and_no_row_changes() -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session, (200, 60)) as (app, pilot):
        panel = app.main.query_one(TopologyPanel)
        await until(pilot, lambda: panel.size.height == panel.needed > 0)
        before = panel.needed
        moved = configuration().replace(b"192.168.211.13 8083", b"192.168.211.14 8083")  # to a machine of its own
        for name in NAMES:
            pair.files(name, moved)
            pair.ipvs(name, row(8081), row(8082), row(8083)._replace(address="192.168.211.14"))
        session.tell()
        await until(pilot, lambda: panel.needed == before + 1)
        await until(pilot, lambda: panel.size.height == before + 1)
