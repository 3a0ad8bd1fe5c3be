"""The line of a sorry server, the quorum of its virtual server, and weights that checkers change, as an operator sees them."""

from __future__ import annotations

import pytest

from lvstui.console.look import formatting
from lvstui.console.look.glyphs import REAL_SERVER, SORRY_SERVER
from lvstui.console.look.line_filters import plain
from lvstui.console.table.rows import SORRY
from lvstui.console.table.server_table import ServerTable
from lvstui.console.virtual_server_page.screen import VirtualServerScreen
from tests.support.console import console, text, until
from tests.support.fake_session import FakeSession
from tests.support.quorum_pair import LOST, MARK, VIRTUAL, lose, quorum_pair, weighed_pair


async def test_a_sorry_server_that_serves_and_what_it_stands_in_for() -> None:
    pair = quorum_pair()
    for name in ("director1", "director2"):
        pair.log(name, LOST)
    lose(pair, 8081)
    async with console(FakeSession(pair), (160, 40)) as (app, pilot):
        await until(pilot, lambda: "◆ sorry 192.168.211.13:9999" in text(app))
        shown = text(app)
        assert "SERVING" in shown and "NO QUORUM" in shown and "⊘ 192.168.211.13:8081" in shown
        assert "quorum 1/2±1 LOST" in shown
        assert f"{VIRTUAL} has lost its quorum on director1 and director2: live weight 1, 2 needed" in shown
        line = next(line for line in shown.splitlines() if "sorry 192" in line)
        assert line.split()[4:6] == ["1", "1"], "its weight in both kernels"


async def test_the_topology_says_that_the_sorry_server_serves() -> None:
    pair = quorum_pair()
    lose(pair)
    async with console(FakeSession(pair), (160, 40)) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: "◆ sorry 192.168.211.13:9999 serves" in text(app))


async def test_the_line_of_a_sorry_server_is_no_target() -> None:
    async with console(FakeSession(quorum_pair()), (120, 40)) as (app, pilot):
        await until(pilot, lambda: "○ sorry 192.168.211.13:9999" in text(app) and "standby" in text(app))
        table = app.main.query_one(ServerTable)
        await pilot.press("end")
        row = table.current()
        assert row is not None and row.key == (VIRTUAL, SORRY) and not row.is_virtual
        for key in ("d", "space"):
            await pilot.press(key)
            await pilot.pause()
            assert app.screen is app.main and table.marks == 0
        await pilot.press("enter")  # its virtual server's page tells more of it
        await until(pilot, lambda: isinstance(app.screen, VirtualServerScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("left")
        row = table.current()
        assert row is not None and row.is_virtual
        await pilot.press("left")
        await until(pilot, lambda: "sorry 192" not in text(app))


async def test_a_filter_and_a_flat_list_show_real_servers_alone() -> None:
    async with console(FakeSession(quorum_pair()), (120, 40)) as (app, pilot):
        await until(pilot, lambda: "sorry 192.168.211.13:9999" in text(app))
        await pilot.press("F")
        await until(pilot, lambda: "sorry 192" not in text(app))


async def test_a_weight_that_a_checker_gives_is_beside_the_files() -> None:
    async with console(FakeSession(weighed_pair(0, 5, 5)), (200, 40)) as (app, pilot):
        await until(pilot, lambda: "0+5" in text(app) and "FILE_CHECK gives it weight 5" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "0+5 = 5" in text(app) and "s ago" in text(app))


async def test_a_drain_that_a_checker_undoes_says_who_sends_clients() -> None:
    async with console(FakeSession(weighed_pair(MARK, 5, 5)), (160, 40)) as (app, pilot):
        await until(pilot, lambda: "director1 and director2 still send clients" in text(app))
        assert "safe to stop" not in text(app)


@pytest.mark.parametrize(
    ("weights", "written"),
    [
        ((1, 1, 1), "1"),
        ((0, 5, 5), "0+5"),
        ((10, 6, 6), "10-4"),
        ((0, 0, 5), "0+5/0"),
        ((1, 5, None), "1/5"),
        ((None, None, None), "–"),
    ],
)
def test_a_weight_as_it_is_written(weights: tuple[int | None, int | None, int | None], written: str) -> None:
    assert formatting.weight(*weights) == written


def test_every_new_sign_has_one_in_ascii() -> None:
    assert all(plain(glyph).isascii() for glyph, _ in (*REAL_SERVER.values(), *SORRY_SERVER.values()))
