"""The screen of the configurations: files with remarks, differences that lead to their lines, search, no password."""

from __future__ import annotations

import asyncio

import pytest

from lvstui.cluster.drift.difference import Difference, Side
from lvstui.cluster.drift.drift_setting import DriftSetting
from lvstui.console.app import ConsoleApp
from lvstui.console.configuration.file_pane import FilePane
from lvstui.console.configuration.screen import ConfigurationScreen
from lvstui.console.configuration.text import difference_lines
from lvstui.director.protocol.file_messages import File, Files, Match
from tests.support.console import SIZES, screen, settled, shows, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import MAIN, NAMES, Pair, configuration, row
from tests.support.waiting import turn


def pane(app: ConsoleApp, director: str) -> FilePane:
    return next(one for one in app.screen.query(FilePane) if one.director == director)


@pytest.mark.parametrize("size", SIZES)
async def test_files_with_numbers_and_remarks_in_the_margin(size: tuple[int, int]) -> None:
    pair = Pair().up()
    pair.files("director1", b"nonsense 1\n" + configuration())
    async with screen(FakeSession(pair), "c", size=size) as (app, pilot):
        assert isinstance(app.screen, ConfigurationScreen)
        shown = await shows(
            app, pilot, "!  1  nonsense 1", "director1 line 1 column 1", "unknown keyword", "✓ the files agree"
        )
        assert ("director2" in shown) == (size[0] >= 120)
        assert str(pane(app, "director1").border_subtitle) == "1 remark"
        await pilot.press("tab")
        await until(pilot, lambda: app.focused is pane(app, "director2"))
        await shows(app, pilot, "no remarks")


async def test_a_difference_leads_to_its_line_on_both() -> None:
    pair = Pair().up()
    pair.files("director2", b"# more\n" + configuration().replace(b"lb_algo rr", b"lb_algo wlc"))
    async with screen(FakeSession(pair), "c") as (app, pilot):
        await shows(app, pilot, "≠ 1 difference", "scheduler", "director1:", "wlc")
        await pilot.press("tab", "tab")
        assert app.focused is not None and app.focused.id == "differences"
        await shows(app, pilot, "▌≠ tcp/10.10.0.20:80", "A failover would change the service to clients")
        await pilot.press("enter")
        one, two = pane(app, "director1"), pane(app, "director2")
        await until(pilot, lambda: one.number > 1)
        assert one.file is not None and "virtual_server" in one.file.listing[one.line].text
        assert two.number == one.number + 1


async def test_a_difference_that_only_the_kernel_tells_leads_to_the_file() -> None:
    pair = Pair().up()
    async with screen(FakeSession(pair)) as (app, pilot):
        pair.ipvs("director1", row(8081)._replace(method="DR"), row(8082), row(8083))
        app._news.set()
        await pilot.press("c")
        await shows(app, pilot, "  method ", "director1 kernel DR")
        await pilot.press("tab", "tab", "enter")
        await until(pilot, lambda: pane(app, "director1").number > 1)
        assert pane(app, "director2").number == 1


async def test_a_screen_that_is_left_while_it_is_worked_out_is_left() -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with screen(session) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: "lb_algo" in text(app))
        opened = app.screen
        assert isinstance(opened, ConfigurationScreen)
        before = opened._differences
        pair.files("director1", configuration({8081: 5}))
        task = asyncio.create_task(opened.show(session.view()))
        await turn()  # it waits for its turn
        assert not task.done()
        app.pop_screen()
        await task
        assert opened._differences is before
        await until(pilot, lambda: app.screen is app.main and "5" in text(app))


async def test_search_goes_on_and_back() -> None:
    async with screen(FakeSession(Pair().up()), "c") as (app, pilot):
        await shows(app, pilot, "✓ the files agree")
        await pilot.press("slash", *"weight", "enter")
        found = pane(app, "director1")
        await until(pilot, lambda: found.number > 1 and app.focused is found)
        first = found.number
        await pilot.press("n")
        await until(pilot, lambda: found.number > first)
        await pilot.press("N")
        await until(pilot, lambda: found.number == first)
        await pilot.press("slash", *"nowhere", "enter")
        await until(pilot, lambda: "'nowhere' is not in this file" in told(app))
        await pilot.press("slash", "escape")
        assert isinstance(app.screen, ConfigurationScreen)


async def test_m_goes_from_remark_to_remark() -> None:
    pair = Pair().up()
    pair.files("director1", configuration() + b"nonsense 1\nmore_nonsense 2\n")
    async with screen(FakeSession(pair), "c") as (app, pilot):
        await shows(app, pilot, "m jumps there")
        await pilot.press("m")
        await shows(app, pilot, "unknown keyword 'nonsense'")
        await pilot.press("m")
        await shows(app, pilot, "unknown keyword 'more_nonsense'")
        await pilot.press("M")
        await shows(app, pilot, "unknown keyword 'nonsense'")


async def test_included_files_are_turned_to() -> None:
    pair = Pair().up()
    other = "/etc/keepalived/conf.d/web.conf"
    main = File(MAIN, b"include /etc/keepalived/conf.d/*.conf\n", "1", 1.0, 0, 0, 0o644, None)
    web = File(other, configuration(), "2", 1.0, 0, 0, 0o644, None)
    match = Match("/etc/keepalived/conf.d/*.conf", (other,))
    pair.say("director1", Files(pair.now, MAIN, (main, web), (match,), None))
    async with screen(FakeSession(pair), "c") as (app, pilot):
        await shows(app, pilot, "1 of 2", "include /etc/keepalived")
        await pilot.press("right_square_bracket")
        await shows(app, pilot, "2 of 2", other, "vrrp_instance VI_1")
        await pilot.press("left_square_bracket")
        await shows(app, pilot, "1 of 2")
        await pilot.press("tab", "right_square_bracket")
        await until(pilot, lambda: "director2 has no other file" in told(app))


async def test_no_password_is_on_the_screen() -> None:
    pair = Pair().up()
    secret = b"vrrp_instance VI_3 {\n authentication {\n  auth_type PASS\n  auth_pass s3cret\n }\n}\n"
    pair.files("director1", secret + configuration())
    async with screen(FakeSession(pair), "c") as (app, pilot):
        shown = await shows(app, pilot, "auth_pass ••••••••", "auth_type PASS")
        assert "s3cret" not in shown
        await pilot.press("slash", *"s3cret", "enter")
        await until(pilot, lambda: "is not in this file" in told(app))


async def test_a_configuration_that_is_not_known_is_said_to_be() -> None:
    pair = Pair()
    for name in NAMES:
        pair.link(name)
        pair.ipvs(name, row(8081))
    async with screen(FakeSession(pair), "c") as (app, pilot):
        await shows(app, pilot, "not all files are known", "the configuration has not come yet")


LONG = "the_end_of_a_keyword_that_keepalived_does_not_know_and_that_needs_more_than_one_row"


@pytest.mark.parametrize("size", SIZES)
async def test_a_long_remark_goes_on_in_the_next_row(size: tuple[int, int]) -> None:
    pair = Pair().up()
    pair.files("director1", f"nonsense_{LONG} 1\n".encode() + configuration())
    async with screen(FakeSession(pair), "c", size=size) as (app, pilot):
        await shows(app, pilot, "director1 line 1 column 1")
        await settled(pilot)
        remark = app.screen.query_one("#remark")
        rows = [row[: size[0]] for row in text(app).splitlines()[remark.region.y : remark.region.bottom]]
        assert 1 <= len(rows) <= 3 and LONG in "".join(row.strip() for row in rows)
        await pilot.press("down")
        await until(pilot, lambda: remark.size.height == 1 and "1 remark in this file" in text(app))


@pytest.mark.parametrize("width", [120, 200, 300])
def test_a_value_that_differs_has_the_room_that_there_is(width: int) -> None:
    value = "a_value_that_is_longer_than_forty_cells_" * 2 + "and_ends"
    sides = (Side("director1", value, MAIN, 25), Side("director2", "rr", MAIN, 25))
    told = Difference("files", "VI_1", DriftSetting.SCHEDULER, sides, "", matters=True)
    (line,) = difference_lines([told], NAMES, width)
    shown = "".join(part for part, _ in line)
    assert len(shown) <= width - 4 and shown.endswith(" rr") and (value in shown) == (width >= 200)


def test_where_there_is_little_room_both_values_have_their_share() -> None:
    sides = tuple(Side(name, f"{name} {'long ' * 20}", MAIN, 25) for name in NAMES)
    (line,) = difference_lines(
        [Difference("files", "VI_1", DriftSetting.SCHEDULER, sides, "", matters=True)], NAMES, 80
    )
    shown = "".join(part for part, _ in line)
    assert len(shown) <= 76 and "director1 long" in shown and "director2 long" in shown and shown.count("…") == 2
