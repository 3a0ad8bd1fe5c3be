"""The table under the operator's keys and mouse: in which order, what is folded, what is marked."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from lvstui.console.app import ConsoleApp
from lvstui.console.table.server_table import ServerTable
from tests.support.console import console, settled, table, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.two_services import ALL, API, WEB, current, lines, marked, real_server, session, shown

# --- order ---


async def test_keys_sort_the_list_and_put_all_real_servers_into_one() -> None:
    async with console(session()) as (app, pilot):
        with case("before the first column comes the order of the file"):
            await pilot.press("greater_than_sign", "o")
            assert lines(app)[1:4] == ["8083", "8082", "8081"]
            await stays_on(app, "8081")
            await pilot.press("less_than_sign")
            assert table(app).choice.order is None and lines(app) == ALL
            await pilot.press("o")
            await until(pilot, lambda: "order of the files" in told(app))
        with case("over all real servers in one list"):
            await pilot.press("F", *["greater_than_sign"] * 3)
            order = table(app).choice.order
            assert order is not None and order.column == "state"
            assert lines(app) == ["9091", "8081", "8082", "8083", "9092", "9093"]
            await until(pilot, lambda: API in text(app) and "flat list" in text(app))
            await pilot.press("F")
            assert lines(app) == ["[80]", "8081", "8082", "8083", "[443]", "9091", "9092", "9093"]
        with case("the cursor stays on its server in another order"):
            await pilot.press("down", "less_than_sign", "o", "F")
            assert current(app) == "8082"


async def stays_on(app: ConsoleApp, row: str) -> None:
    """The cursor is there, also when the list is shown once more."""
    assert current(app) == row
    assert app.main.view is not None
    await app.main.show(app.main.view)
    assert current(app) == row


async def test_any_column_sorts_by_keys_and_by_clicks() -> None:
    async with console(session()) as (app, pilot):
        with case("a click on a title, and one more the other way round"):
            await settled(pilot)
            title = text(app).splitlines()[table(app).region.y + 1].index("state")
            await pilot.click(ServerTable, offset=(title, 1))
            await until(pilot, lambda: lines(app)[4:] == ["[443]", "9091", "9092", "9093"])
            await settled(pilot)
            await pilot.click(ServerTable, offset=(title, 1))
            await until(pilot, lambda: lines(app)[4:] == ["[443]", "9092", "9093", "9091"])
        with case("keys reach any column, and ties keep their order"):
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


# --- folds ---


async def test_folds() -> None:
    async with console(session(), (160, 40)) as (app, pilot):
        with case("all are folded, and say what of them is not up"):
            await pilot.press("Z")
            assert lines(app) == ["[80]", "[443]"]
            await stays_on(app, WEB)
            await until(pilot, lambda: "2/3 up" in text(app) and "1 down" in text(app))
            await pilot.press("Z")
            assert lines(app) == ALL
        with case("one is folded with arrows and z"):
            await pilot.press("down", "left")
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
        with case("marks under a fold are not acted on"):
            await pilot.press("down", "space", "z")
            await until(pilot, lambda: "1 marked, 1 of them not shown" in text(app))
            assert marked(app) == []
            await pilot.press("z")
            assert marked(app) == ["8081"]


# --- marks ---


async def test_single_marks_and_ranges() -> None:
    async with console(session()) as (app, pilot):
        with case("space marks and moves on"):
            await pilot.press("space", "space")
            assert marked(app) == ["8081", "8082"] and current(app) == "8083"
            await until(pilot, lambda: "2 marked" in text(app))
            await pilot.press("up", "space")
            assert marked(app) == ["8081"]
            await unmarked(app, pilot)
        with case("shift and an arrow mark a range that can shrink"):
            await pilot.press("shift+down", "shift+down")
            assert marked(app) == ["8081", "8082", "8083"]
            await pilot.press("shift+up")
            assert marked(app) == ["8081", "8082"]
            await pilot.press("down", "down")  # ends the range, and keeps it
            assert marked(app) == ["8081", "8082"]
            await unmarked(app, pilot)
        with case("V marks a range over virtual servers until it is ended"):
            await pilot.press("down", "V", "down", "down", "down")
            assert marked(app) == ["8082", "8083", "9091"]
            await until(pilot, lambda: "V or esc ends" in text(app))
            await pilot.press("escape", "down")
            assert marked(app) == ["8082", "8083", "9091"]
            await unmarked(app, pilot)
        with case("space on a virtual server marks what is shown of it"):
            await pilot.press("slash", *"!8082", "enter", "home", "space")
            await until(pilot, lambda: marked(app) == ["8081", "8083"])
            await pilot.press("space")
            assert marked(app) == []


async def unmarked(app: ConsoleApp, pilot: Pilot[None]) -> None:
    """Escape takes all marks away; the cursor goes back to where it was at first."""
    await pilot.press("escape")
    assert marked(app) == []
    await pilot.press("home", "down")
    assert current(app) == "8081"


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


async def test_the_mouse_moves_marks_folds_chooses_and_opens() -> None:
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
        with case("a double click does what Enter does"):
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


async def test_a_key_that_changes_or_marks_brings_its_row_into_sight_and_the_wheel_leaves_the_cursor() -> None:
    async with console(long_list()) as (app, pilot):
        for key in ("d", "plus", "a", "space", "m", "V"):
            with case(key):
                await pilot.press("home", "down")
                row = current(app)
                assert row is not None
                table(app).scroll_to(y=60, animate=False)
                await until(pilot, lambda: table(app).scroll_offset.y == 60)
                await pilot.press(key)
                await until(pilot, lambda: table(app).scroll_offset.y <= 1)
                await pilot.press("escape")
                await until(pilot, lambda row=row: app.screen is app.main and f":{row}" in text(app))  # type: ignore[misc]
        with case("the wheel"):
            await pilot.press("home", "down")
            await until(pilot, lambda: table(app).scroll_offset.y == 0)
            before = current(app)
            table(app).scroll_down(animate=False)
            await until(pilot, lambda: table(app).scroll_offset.y > 0)
            assert current(app) == before
            await pilot.press("end")
            await until(pilot, lambda: ":1099" in text(app) and current(app) == "1099")


async def test_an_empty_table_says_why() -> None:
    fake = session()
    async with console(fake) as (app, pilot):
        await pilot.press("slash", *"zzz", "enter")
        await until(pilot, lambda: "Escape clears the filter" in text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Escape clears the filter" not in text(app))
        fake.shown = replace(shown(fake), virtual_servers=())
        fake.tell()
        await until(pilot, lambda: "no virtual server is known" in text(app))
