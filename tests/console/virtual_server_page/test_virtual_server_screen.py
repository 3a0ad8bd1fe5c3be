"""A virtual server's page: how one gets there, what it tells, and what its keys do to the real server under the cursor."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from lvstui.cluster.identity.target import Target
from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.view import LinkState
from lvstui.console.app import ConsoleApp
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.look.display import Display
from lvstui.console.real_server.screen import RealServerScreen
from lvstui.console.virtual_server_page import text as server_text
from lvstui.console.virtual_server_page.member_list import MemberList
from lvstui.console.virtual_server_page.member_rows import MemberRows
from lvstui.console.virtual_server_page.screen import VirtualServerScreen
from lvstui.director.protocol.checker_messages import CheckedVirtualServer
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServerId, ServiceChange
from tests.support.change_dialog import planned
from tests.support.console import screen, settled, shows, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import MAIN, NAMES, REAL, WALL, Pair, checked, configuration, row, service

WEB = "tcp/10.10.0.20:80"
SECOND = Target(WEB, "192.168.211.13:8082")
SIZES = [(80, 24), (120, 40), (200, 60), (300, 80)]
SORRY = " sorry_server 192.168.211.13 9999\n"


async def opened(app: ConsoleApp, pilot: Pilot[None]) -> str:
    await until(pilot, lambda: isinstance(app.screen, VirtualServerScreen))
    return await shows(app, pilot, "virtual server", "192.168.211.13:8083")


@pytest.mark.parametrize("size", SIZES)
async def test_enter_on_its_row_opens_it(size: tuple[int, int]) -> None:
    async with screen(FakeSession(Pair().up()), "home", "enter", size=size) as (app, pilot):
        await opened(app, pilot)
        await shows(
            app, pilot, f"{WEB}   3/3 up", "rr · NAT · tcp · not persistent", f"{MAIN}:", "director1 ▲", "director2 ▽"
        )
        await shows(app, pilot, *(f"192.168.211.13:{port}" for port in (8081, 8082, 8083)))


async def test_a_second_click_on_its_row_opens_it_and_z_still_folds() -> None:
    async with screen(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press("home", "z")
        await until(pilot, lambda: "192.168.211.13:8082" not in text(app))
        await pilot.press("z")
        await until(pilot, lambda: "192.168.211.13:8082" in text(app))
        await settled(pilot)
        await pilot.click(app.main.table, offset=(8, 2), times=2)
        await opened(app, pilot)


async def test_enter_there_opens_a_real_server_and_escape_leads_back() -> None:
    async with screen(FakeSession(Pair().up()), "home", "enter") as (app, pilot):
        await opened(app, pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen) and app.screen.target == SECOND)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, VirtualServerScreen) and app.screen.target == SECOND)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_a_click_moves_its_cursor_and_a_second_one_opens() -> None:
    async with screen(FakeSession(Pair().up()), "home", "enter", size=(120, 40)) as (app, pilot):
        await opened(app, pilot)
        members = app.screen.query_one(MemberList)
        await until(pilot, lambda: members.tall > 1)
        await settled(pilot)
        await pilot.click(members, offset=(5, members.tall + 1))  # on the second line of the second one
        await until(pilot, lambda: app.screen.target == SECOND)  # type: ignore[attr-defined]
        await settled(pilot)
        await pilot.click(members, offset=(5, members.tall), times=2)
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))


@pytest.mark.parametrize(("key", "says"), [("d", "weight 1 → 0"), ("plus", "weight 1 → 2"), ("x", "weight 1 → gone")])
async def test_a_change_means_the_real_server_under_its_cursor(key: str, says: str) -> None:
    session = FakeSession(Pair().up())
    async with screen(session, "home", "enter") as (app, pilot):
        await opened(app, pilot)
        await pilot.press("down", key)
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and says in planned(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.targets == (SECOND,)


async def test_a_key_means_the_line_of_a_cursor_that_has_just_moved() -> None:
    """Two keys come together: the news that the cursor moved comes after the second one, or after the next view."""
    async with screen(FakeSession(Pair().up()), "home", "enter") as (app, pilot):
        await opened(app, pilot)
        page, members = app.screen, app.screen.query_one(MemberList)
        assert isinstance(page, VirtualServerScreen)
        members.action_move(1)
        await page.show(page.session.seen())
        assert members.entry == 1 and meant(app) == SECOND
        members.action_move(1)
        page.action_do("drain")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "192.168.211.13:8083" in text(app))
        assert page.target == Target(WEB, "192.168.211.13:8083")


async def test_a_real_server_can_be_added_there() -> None:
    async with screen(FakeSession(Pair().up()), "home", "enter") as (app, pilot):
        await opened(app, pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and WEB in text(app))


async def test_the_cursor_stays_on_its_real_server_and_says_in_full_why_it_is_down() -> None:
    pair = Pair().up()
    async with screen(FakeSession(pair), "home", "enter", size=(80, 24)) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("down", "down")
        await until(pilot, lambda: app.screen.target == Target(WEB, "192.168.211.13:8083"))  # type: ignore[attr-defined]
        for name in NAMES:
            pair.files(name, configuration({8082: 1, 8083: 1}))
            pair.ipvs(name, row(8082), row(8083))
            pair.log(
                name,
                "TCP_CHECK on service [192.168.211.13]:tcp:8083 failed after 3 retries.",
                "Removing service [192.168.211.13]:tcp:8083 from VS [10.10.0.20]:tcp:80",
            )
        app._news.set()
        shown = await shows(app, pilot, "TCP_CHECK failed after 3 retries")
        assert "192.168.211.13:8081" not in shown
        assert app.screen.target == Target(WEB, "192.168.211.13:8083")  # type: ignore[attr-defined]


async def test_one_that_vanishes_is_said_to_be_gone_and_nothing_is_changed_from_it() -> None:
    pair = Pair().up()
    async with screen(FakeSession(pair), "home", "enter") as (app, pilot):
        await opened(app, pilot)
        for name in NAMES:
            pair.files(name, b"")
            pair.ipvs(name)
        app._news.set()
        await shows(app, pilot, "no longer exists")
        await pilot.press("d")
        await until(pilot, lambda: "has no real server here" in told(app))
        assert isinstance(app.screen, VirtualServerScreen)


def meant(app: ConsoleApp) -> Target | None:
    """The real server that the keys mean, on the page."""
    assert isinstance(app.screen, VirtualServerScreen)
    return app.screen.target


async def test_when_its_real_server_vanishes_the_cursor_is_on_none_until_it_is_moved() -> None:
    pair = Pair().up()

    def left(*ports: int) -> None:
        for name in NAMES:
            pair.files(name, configuration(dict.fromkeys(ports, 1)))
            pair.ipvs(name, *map(row, ports))
        app._news.set()

    async with screen(FakeSession(pair), "home", "enter") as (app, pilot):
        await opened(app, pilot)
        await pilot.press("down")
        await until(pilot, lambda: meant(app) == SECOND)
        left(8081, 8083)
        await shows(app, pilot, f"{SECOND.real_server}  is not here any more: move the cursor to another real server")
        await pilot.press("d", "x", "enter")
        await until(pilot, lambda: f"{SECOND.real_server} is not here any more" in told(app))
        assert meant(app) is None
        left(8081, 8082, 8083)
        await until(pilot, lambda: meant(app) == SECOND)
        left(8081, 8083)
        await until(pilot, lambda: meant(app) is None)
        await pilot.press("up")
        await until(pilot, lambda: meant(app) == Target(WEB, "192.168.211.13:8081"))


async def test_nothing_is_changed_from_it_when_nothing_may_be() -> None:
    async with screen(FakeSession(Pair().up(), read_only="clusters.toml says so"), "home", "enter") as (app, pilot):
        await shows(app, pilot, "no writes: clusters.toml says so")
        await pilot.press("d")
        await until(pilot, lambda: "clusters.toml says so" in told(app))
        assert isinstance(app.screen, VirtualServerScreen)


# --- its words ---


def facts(pair: Pair, width: int = 110) -> list[str]:
    page = pair.state.virtual_server_page(WEB, pair.view())
    content = server_text.facts(page, WALL + pair.now, Display(), width)
    return [" ".join(line.split()) for line in content.plain.splitlines()]


def test_what_differs_between_the_directors_is_told_for_each() -> None:
    pair = Pair().up()
    pair.files("director2", configuration(extra=" persistence_timeout 50\n ha_suspend\n alpha\n"))
    lines = facts(pair)
    assert any(line.startswith("settings ≠ director1 rr · NAT · tcp · not persistent") for line in lines)
    assert any(
        line.startswith("≠ director2 rr · NAT · tcp · persistent for 50 s") and "ha_suspend · alpha" in line
        for line in lines
    )
    assert "ha_suspend director2 does not hold its address, and runs no checks for it" in lines


def test_quorum_sorry_server_and_the_kernels_services() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.files(name, configuration(extra=SORRY + " quorum 2\n hysteresis 1\n"))
        quorum = CheckedVirtualServer("10.10.0.20 tcp 80", 2, 1, True, RealServerId("192.168.211.13", 9999), False)
        pair.checkers(name, checked(8081), quorums=[quorum])
    made = service()._replace(flags=5, timeout=300, connections=1234, in_bytes=5_000_000, out_bytes=0)
    sorry = row(9999, active=3)
    pair.say("director1", Ipvs(pair.now, True, True, (ServiceChange(made, (sorry,), ()),), (), None))
    lines = facts(pair)
    assert any("needs 2" in line and "hysteresis 1" in line for line in lines if line.startswith("quorum"))
    assert any("192.168.211.13:9999 NAT ◆ SERVING" in line for line in lines)
    assert any("director1 active 3 inactive 0" in line for line in lines)
    assert any("persistent 300 s, netmask 255.255.255.255 one packet" in line for line in lines)
    assert any("1234" in line and "5.0 MB" in line for line in lines if line.startswith("director1"))


def test_what_is_not_known_is_said() -> None:
    pair = Pair()
    pair.link("director1")
    page = pair.state.virtual_server_page(WEB, pair.view())
    shown = server_text.facts(page, WALL, Display(), 100).plain
    assert "? the configuration has not come yet" in shown and "? unknown" in shown
    assert {side.director.state for side in page.sides} == {LinkState.LIVE, LinkState.CONNECTING}
    assert "no longer exists" in server_text.head(page).plain


def rows(pair: Pair, width: int = 120, height: int = 3, over: PlotRange = PlotRange.MINUTE) -> MemberRows:
    return MemberRows(pair.state.virtual_server_page(WEB, pair.view()), WALL + pair.now, width, height, over)


def busy() -> Pair:
    """8081 gets many connections a second, 8082 some, 8083 none."""
    pair = Pair().up()
    pair.view()
    for second in range(1, 30):
        pair.after(1)
        pair.ipvs("director1", row(8081, connections=40 * second), row(8082, connections=4 * second), row(8083))
        pair.ipvs("director2", full=False)
        pair.view()
    return pair


def line(found: MemberRows, index: int) -> str:
    return "".join(part for part, _ in found[index])


def line_of_titles(found: MemberRows) -> str:
    return "".join(part for part, _ in found.head())


def test_all_plots_have_one_scale() -> None:
    found = rows(busy())
    assert found.top == 20.0 and "to 20" in line_of_titles(found)
    plots = [found[index][6][0] for index in range(3)]
    dots = [max(bin(ord(char) - 0x2800).count("1") for char in plot if char != " ") for plot in plots[:2]]
    assert dots[0] > dots[1]  # a tenth is not as high
    assert [len(plot) for plot in plots] == [found.plot] * 3


def test_the_plots_show_the_chosen_range_as_their_title_says() -> None:
    pair = busy()
    minute, hour = rows(pair), rows(pair, over=PlotRange.HOUR)
    assert "1 min · to" in line_of_titles(minute) and "1 h · to" in line_of_titles(hour)
    filled = [len(found[0][6][0].strip("\u2800 ")) for found in (minute, hour)]
    assert filled[0] > minute.plot // 4 > filled[1]  # half a minute is half of the one, and a dot of the other


def test_with_room_each_gets_several_lines_and_with_many_one() -> None:
    pair = busy()
    assert rows(pair, height=3).tall == 1 and rows(pair, height=12).tall == 4 and rows(pair, height=100).tall == 12
    found = rows(pair, height=12)
    assert len(found) == 12 and REAL in line(found, 0) and REAL not in line(found, 1)
    assert len(found[0:3]) == 3


def test_a_weight_that_differs_is_told_for_each_director() -> None:
    pair = Pair().up()
    pair.files("director2", configuration({8081: 7, 8082: 1, 8083: 1}))
    pair.ipvs("director2", row(8081, 7), row(8082), row(8083))
    pair.checkers("director2", checked(8081, weight=7), checked(8082), checked(8083))
    assert " 1 7 " in line(rows(pair, width=90), 0) and " 1 " in line(rows(pair, width=90), 1)
    assert line(rows(pair), 0).split()[3:5] == ["1", "7"]


async def test_a_narrow_terminal_shows_the_range_and_the_scale_of_the_plots() -> None:
    async with screen(FakeSession(busy()), "home", "enter", size=(80, 24)) as (app, pilot):
        await shows(app, pilot, "1 min · to 20")
