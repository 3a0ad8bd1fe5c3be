"""The table under the operator's keys and mouse: what is shown, in which order, what is marked, what is acted on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Input

from lvstui.cluster.view import ClusterView, Figures, RealServerState, RealServerView
from lvstui.console.app import ConsoleApp
from lvstui.console.widgets.filter_line import FilterLine
from lvstui.console.widgets.server_table import ServerTable
from tests.cluster.telling import Pair
from tests.console.fake_session import FakeSession
from tests.console.support import console, table, text, told, until

WEB, API = "tcp/10.10.0.20:80", "tcp/10.10.0.20:443"


def real(server: str, port: int, state: RealServerState = RealServerState.UP, active: int = 0) -> RealServerView:
    one = Figures(state, 1, 1, True, active, 0, 0, 0, 0, 0, float(active), 0.0, 0.0, None)
    return RealServerView(f"192.168.211.13:{port}", server, state, None, None, {"director1": one, "director2": one})


def session() -> FakeSession:
    """Two virtual servers of three: ports 8081 to 8083 with 5, 9, 5 connections, and 9091 to 9093, the first DOWN."""
    fake = FakeSession(Pair().up())
    view = fake.pair.view()
    (web,) = view.virtual_servers
    down = RealServerState.DOWN
    web = replace(web, real_servers=(real(WEB, 8081, active=5), real(WEB, 8082, active=9), real(WEB, 8083, active=5)))
    api = replace(web, id=API, real_servers=(real(API, 9091, down), real(API, 9092, active=7), real(API, 9093)))
    fake.shown = replace(view, virtual_servers=(web, api))
    return fake


def shown(fake: FakeSession) -> ClusterView:
    assert fake.shown is not None
    return fake.shown


def lines(app: ConsoleApp) -> list[str]:
    """Each row's port, or of a virtual server its own between brackets."""
    listing = table(app).listing
    rows = [listing.row(number) for number in range(len(listing))]
    return [f"[{row.virtual.id.rpartition(':')[2]}]" if row.real is None else row.real.id[-4:] for row in rows]


def current(app: ConsoleApp) -> str | None:
    row = table(app).current()
    return None if row is None else row.real.id[-4:] if row.real is not None else row.virtual.id


def marked(app: ConsoleApp) -> list[str]:
    return [row.real.id[-4:] for row in table(app).marked() if row.real is not None]


ALL = ["[80]", "8081", "8082", "8083", "[443]", "9091", "9092", "9093"]


# --- filter ---


async def test_a_filter_is_typed_shown_and_cleared_with_escape() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("slash", *"state:down")
        await until(pilot, lambda: lines(app) == ["[443]", "9091"])
        await until(pilot, lambda: "state:down" in text(app) and "1 of 6" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is table(app))
        assert "state:down" in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: lines(app) == ALL and not app.main.query_one(FilterLine).display)


async def test_escape_while_typing_clears_it() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("slash", *"9091", "escape")
        await until(pilot, lambda: lines(app) == ALL and app.focused is table(app))
        assert app.main.query_one("#filter", Input).value == ""


async def test_letters_in_the_filter_are_typed_not_obeyed() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("slash", *"dq")
        await until(pilot, lambda: app.main.query_one("#filter", Input).value == "dq")
        assert app.screen is app.main and lines(app) == []


async def test_a_filter_that_cannot_be_obeyed_says_why_and_leaves_the_rows() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("slash", *"weight:x")
        await until(pilot, lambda: "weight: wants a number" in text(app))
        assert lines(app) == ALL


async def test_what_the_filter_hides_is_not_acted_on() -> None:
    fake = session()
    async with console(fake) as (app, pilot):
        await pilot.press("down", "space")  # 8082
        await until(pilot, lambda: marked(app) == ["8082"])
        await pilot.press("slash", *"!8082", "enter")
        await until(pilot, lambda: "1 marked, 1 of them not shown" in text(app))
        assert marked(app) == [] and current(app) != "8082"
        await pilot.press("escape")
        await until(pilot, lambda: marked(app) == ["8082"])


async def test_a_row_that_leaves_the_filter_by_itself_is_not_acted_on() -> None:
    fake = session()
    async with console(fake) as (app, pilot):
        await pilot.press("slash", *"state:down", "enter", "down")
        await until(pilot, lambda: current(app) == "9091")
        web, api = shown(fake).virtual_servers
        api = replace(api, real_servers=(real(API, 9091), *api.real_servers[1:]))
        fake.shown = replace(shown(fake), virtual_servers=(web, api))
        fake.tell()
        await until(pilot, lambda: lines(app) == [])
        assert current(app) is None
        await pilot.press("d")
        await until(pilot, lambda: "Move the cursor" in told(app))


# --- order ---


async def test_sorts_by_any_column_with_keys_and_ties_keep_their_order() -> None:
    async with console(session()) as (app, pilot):
        for _ in range(20):
            order = table(app).choice.order
            if order is not None and order.column == "active-d1":
                break
            await pilot.press("greater_than_sign")
        assert lines(app) == ["[80]", "8082", "8081", "8083", "[443]", "9092", "9091", "9093"]
        await until(pilot, lambda: "▼ d1" in text(app))
        await pilot.press("o")
        assert lines(app) == ["[80]", "8081", "8083", "8082", "[443]", "9091", "9093", "9092"]
        await until(pilot, lambda: "▲ d1" in text(app))


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
        title = text(app).splitlines()[table(app).region.y + 1].index("state")
        await pilot.click(ServerTable, offset=(title, 1))
        assert lines(app)[4:] == ["[443]", "9091", "9092", "9093"]
        await pilot.click(ServerTable, offset=(title, 1))
        assert lines(app)[4:] == ["[443]", "9092", "9093", "9091"]


async def test_over_all_real_servers_in_one_list() -> None:
    async with console(session()) as (app, pilot):
        await pilot.press("F", *["greater_than_sign"] * 3)
        order = table(app).choice.order
        assert order is not None and order.column == "state"
        assert lines(app) == ["9091", "8081", "8082", "8083", "9092", "9093"]
        await until(pilot, lambda: API in text(app) and "all in one list" in text(app))
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
        await until(pilot, lambda: "V or esc ends it" in text(app))
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
        await pilot.click(ServerTable, offset=(20, 2 + 2))
        assert current(app) == "8082"
        await pilot.click(ServerTable, offset=(20, 2 + 3), control=True)
        assert marked(app) == ["8083"]
        await pilot.click(ServerTable, offset=(2, 2))
        assert lines(app) == ["[80]", *ALL[4:]]
        table(app).clear_marks()
        await pilot.click(ServerTable, offset=(2, 2))
        await pilot.click(ServerTable, offset=(20, 2 + 1))
        await pilot.click(ServerTable, offset=(20, 2 + 3), shift=True)
        assert marked(app) == ["8081", "8082", "8083"]


async def test_a_double_click_does_what_enter_does() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.click(ServerTable, offset=(20, 2 + 2), times=2)
        await until(pilot, lambda: app.screen is not app.main)
        assert "192.168.211.13:8082" in text(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    fake = session()
    web = shown(fake).virtual_servers[0]
    many = replace(web, real_servers=tuple(real(WEB, 1000 + number) for number in range(100)))
    fake.shown = replace(shown(fake), virtual_servers=(many,))
    async with console(fake) as (app, pilot):
        before = current(app)
        table(app).scroll_down(animate=False)
        await until(pilot, lambda: table(app).scroll_offset.y > 0)
        assert current(app) == before
        await pilot.press("end")
        await until(pilot, lambda: ":1099" in text(app) and current(app) == "1099")


# --- the whole screen ---


async def test_a_frozen_screen_stands_still_and_says_so_while_trouble_is_still_counted() -> None:
    fake = session()
    async with console(fake) as (app, pilot):
        before = shown(fake)
        await pilot.press("p")
        await until(pilot, lambda: "frozen" in text(app))
        fake.shown = replace(before, virtual_servers=before.virtual_servers[:1], wall=before.wall + 7)
        fake.tell()
        await until(pilot, lambda: "7s ago" in text(app))
        assert lines(app) == ALL and "1 virtual · 3 real" in text(app)
        await pilot.press("p")
        await until(pilot, lambda: lines(app) == ALL[:4] and "frozen" not in text(app))


@pytest.mark.parametrize("size", [(59, 30), (100, 15)])
async def test_a_terminal_that_is_too_small_says_so(size: tuple[int, int]) -> None:
    async with console(session()) as (app, pilot):
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: "too small" in text(app) and f"{size[0]}x{size[1]}" in text(app))
        assert "8081" not in text(app)
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: "too small" not in text(app) and "8081" in text(app))
