"""The table under the operator's keys and mouse: in which order, what is folded, what is marked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.console.table.server_table import ServerTable
from tests.support.console import console, settled, table, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair
from tests.support.two_services import ALL, API, WEB, current, lines, marked, real_server, session, shown

# --- order ---


async def test_sorts_by_any_column_with_keys_and_ties_keep_their_order() -> None:
    async with console(session()) as (app, pilot):
        for _ in range(20):
            order = table(app).choice.order
            if order is not None and order.column == "active-d1":
                break
            await pilot.press("greater_than_sign")
        assert lines(app) == ["[80]", "8082", "8081", "8083", "[443]", "9092", "9091", "9093"]
        await until(pilot, lambda: "d1▼" in text(app))
        await pilot.press("o")
        assert lines(app) == ["[80]", "8081", "8083", "8082", "[443]", "9091", "9093", "9092"]
        await until(pilot, lambda: "d1▲" in text(app))


async def test_before_the_first_column_comes_the_order_of_the_file() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("greater_than_sign", "o")
        assert lines(app)[1:4] == ["8083", "8082", "8081"]
        await pilot.press("less_than_sign")
        assert table(app).choice.order is None and lines(app) == ALL
        await pilot.press("o")
        await until(pilot, lambda: "order of the files" in told(app))


async def test_a_click_on_a_title_sorts_and_once_more_the_other_way_round() -> None:
    async with console(session()) as (app, pilot):
        await settled(pilot)
        title = text(app).splitlines()[table(app).region.y + 1].index("state")
        await pilot.click(ServerTable, offset=(title, 1))
        await until(pilot, lambda: lines(app)[4:] == ["[443]", "9091", "9092", "9093"])
        await settled(pilot)
        await pilot.click(ServerTable, offset=(title, 1))
        await until(pilot, lambda: lines(app)[4:] == ["[443]", "9092", "9093", "9091"])


async def test_over_all_real_servers_in_one_list() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("F", *["greater_than_sign"] * 3)
        order = table(app).choice.order
        assert order is not None and order.column == "state"
        assert lines(app) == ["9091", "8081", "8082", "8083", "9092", "9093"]
        await until(pilot, lambda: API in text(app) and "flat list" in text(app))
        await pilot.press("F")
        assert lines(app) == ["[80]", "8081", "8082", "8083", "[443]", "9091", "9092", "9093"]


async def test_the_cursor_stays_on_its_server_in_another_order() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("down", "greater_than_sign", "o", "F")
        assert current(app) == "8082"


# --- folds ---


async def test_fold_and_unfold_with_arrows_and_z() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("left")
        assert current(app) == WEB and lines(app) == ALL
        await pilot.press("left")
        assert lines(app) == ["[80]", *ALL[4:]]
        await until(pilot, lambda: f"▸ {WEB}" in text(app))
        await pilot.press("right")
        assert lines(app) == ALL
        await pilot.press("down", "down", "z")
        assert lines(app) == ["[80]", *ALL[4:]] and current(app) == WEB
        await pilot.press("z")
        assert lines(app) == ALL


async def test_fold_all_and_unfold_all() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("Z")
        assert lines(app) == ["[80]", "[443]"] and current(app) == WEB
        await pilot.press("Z")
        assert lines(app) == ALL


@pytest.mark.parametrize(("keys", "left_on"), [(["Z"], WEB), (["greater_than_sign", "o"], "8081")])
async def test_the_cursor_stays_where_a_fold_or_an_order_left_it(keys: list[str], left_on: str) -> None:
    async with console(session()) as (app, pilot):
        await pilot.press(*keys)
        assert current(app) == left_on
        assert app.main.view is not None
        await app.main.show(app.main.view)
        assert current(app) == left_on


async def test_a_folded_virtual_server_says_what_of_it_is_not_up() -> None:
    async with console(session(), (160, 40)) as (app, pilot):
        await pilot.press("Z")
        await until(pilot, lambda: "2/3 up" in text(app) and "1 down" in text(app))


async def test_marks_under_a_fold_are_not_acted_on() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("space", "z")
        await until(pilot, lambda: "1 marked, 1 of them not shown" in text(app))
        assert marked(app) == []
        await pilot.press("z")
        assert marked(app) == ["8081"]


# --- marks ---


async def test_space_marks_and_moves_on() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("space", "space")
        assert marked(app) == ["8081", "8082"] and current(app) == "8083"
        await until(pilot, lambda: "2 marked" in text(app))
        await pilot.press("up", "space")
        assert marked(app) == ["8081"]
        await pilot.press("escape")
        assert marked(app) == []


async def test_space_on_a_virtual_server_marks_what_is_shown_of_it() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("slash", *"!8082", "enter", "home", "space")
        await until(pilot, lambda: marked(app) == ["8081", "8083"])
        await pilot.press("space")
        assert marked(app) == []


async def test_shift_and_an_arrow_mark_a_range_that_can_shrink() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("shift+down", "shift+down")
        assert marked(app) == ["8081", "8082", "8083"]
        await pilot.press("shift+up")
        assert marked(app) == ["8081", "8082"]
        await pilot.press("down", "down")  # ends the range, and keeps it
        assert marked(app) == ["8081", "8082"]


async def test_v_marks_a_range_over_virtual_servers_until_it_is_ended() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("down", "V", "down", "down", "down")
        assert marked(app) == ["8082", "8083", "9091"]
        await until(pilot, lambda: "V or esc ends" in text(app))
        await pilot.press("escape", "down")
        assert marked(app) == ["8082", "8083", "9091"]


async def test_marks_follow_their_servers_and_go_with_them() -> None:
    fake = session()
    async with console(fake) as (app, pilot):
        await pilot.press("space", "space")
        before = shown(fake)
        web, api = before.virtual_servers
        fake.shown = replace(before, virtual_servers=(replace(web, real_servers=web.real_servers[::-1]), api))
        fake.tell()
        await until(pilot, lambda: lines(app)[1] == "8083")
        assert marked(app) == ["8082", "8081"]
        fake.shown = replace(before, virtual_servers=(replace(web, real_servers=web.real_servers[1:]), api))
        fake.tell()
        await until(pilot, lambda: marked(app) == ["8082"])
        fake.shown = before  # it comes back, and is another
        fake.tell()
        await until(pilot, lambda: lines(app) == ALL)
        assert marked(app) == ["8082"]
        table(app).clear_marks()
        assert marked(app) == []


# --- mouse ---


async def test_the_mouse_moves_marks_folds_and_chooses() -> None:
    async with console(session()) as (app, pilot):
        await settled(pilot)
        await pilot.click(ServerTable, offset=(20, 2 + 2))
        await until(pilot, lambda: current(app) == "8082")
        await settled(pilot)
        await pilot.click(ServerTable, offset=(20, 2 + 3), control=True)
        await until(pilot, lambda: marked(app) == ["8083"])
        await settled(pilot)
        await pilot.click(ServerTable, offset=(2, 2))
        await until(pilot, lambda: lines(app) == ["[80]", *ALL[4:]])
        table(app).clear_marks()
        await settled(pilot)
        await pilot.click(ServerTable, offset=(2, 2))
        await settled(pilot)
        await pilot.click(ServerTable, offset=(20, 2 + 1))
        await settled(pilot)
        await pilot.click(ServerTable, offset=(20, 2 + 3), shift=True)
        await until(pilot, lambda: marked(app) == ["8081", "8082", "8083"])


async def test_a_double_click_does_what_enter_does() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await settled(pilot)
        await pilot.click(ServerTable, offset=(20, 2 + 2), times=2)
        await until(pilot, lambda: app.screen is not app.main and "192.168.211.13:8082" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


def long_list() -> FakeSession:
    fake = session()
    web = shown(fake).virtual_servers[0]
    many = replace(web, real_servers=tuple(real_server(WEB, 1000 + number) for number in range(100)))
    fake.shown = replace(shown(fake), virtual_servers=(many,))
    return fake


@pytest.mark.parametrize("key", ["d", "plus", "a", "space", "m", "V"])
async def test_a_key_that_changes_or_marks_brings_its_row_into_sight(key: str) -> None:
    async with console(long_list()) as (app, pilot):
        row = current(app)
        assert row is not None
        table(app).scroll_to(y=60, animate=False)
        await until(pilot, lambda: table(app).scroll_offset.y == 60)
        await pilot.press(key)
        await until(pilot, lambda: table(app).scroll_offset.y <= 1)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main and f":{row}" in text(app))


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    async with console(long_list()) as (app, pilot):
        before = current(app)
        table(app).scroll_down(animate=False)
        await until(pilot, lambda: table(app).scroll_offset.y > 0)
        assert current(app) == before
        await pilot.press("end")
        await until(pilot, lambda: ":1099" in text(app) and current(app) == "1099")


async def test_an_empty_table_says_why() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("slash", *"zzz", "enter")
        await until(pilot, lambda: "Escape clears the filter" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Escape clears the filter" not in text(app))
        session.shown = replace(session.view(), virtual_servers=())
        session.tell()
        await until(pilot, lambda: "no virtual server is known" in text(app))
