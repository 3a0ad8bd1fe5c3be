"""The screens that one goes to from the main one: what they show, their keys, and that nothing a Director says harms them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from lvstui.cluster.intent import Target
from lvstui.cluster.sampling import ConnectionView, SampleView
from lvstui.console.app import ConsoleApp
from lvstui.console.screens.change import ChangeScreen
from lvstui.console.screens.configuration import ConfigurationScreen
from lvstui.console.screens.connections import ConnectionsScreen
from lvstui.console.screens.real_server import RealServerScreen
from lvstui.console.screens.topology import TopologyScreen
from lvstui.console.widgets.banner import Banner
from lvstui.console.widgets.file_pane import FilePane
from lvstui.console.widgets.lines import Lines
from lvstui.director.messages import Address, File, Files, Link, Match, Network
from tests.cluster.telling import MAIN, NAMES, VIPS, Pair, checked, configuration, row
from tests.console.fake_session import FakeSession
from tests.console.support import text, told, until

SIZES = [(80, 24), (120, 40), (200, 60)]
SECOND = Target("tcp/10.10.0.20:80", "192.168.211.13:8082")


@asynccontextmanager
async def console(
    session: FakeSession, *keys: str, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    app = ConsoleApp(lambda questions: session)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: app.main.view is not None and app.main.table.current() is not None)
        await pilot.press(*keys)
        if keys:
            await until(pilot, lambda: app.screen is not app.main)
        yield app, pilot


async def shows(app: ConsoleApp, pilot: Pilot[None], *wanted: str) -> str:
    await until(pilot, lambda: all(one in text(app) for one in wanted))
    return text(app)


# --- one real server ---


@pytest.mark.parametrize("size", SIZES)
async def test_a_real_server_on_both_directors_side_by_side(size: tuple[int, int]) -> None:
    async with console(FakeSession(Pair().up()), "down", "enter", size=size) as (app, pilot):
        assert isinstance(app.screen, RealServerScreen) and app.screen.target == SECOND
        shown = await shows(app, pilot, "▲ MASTER", "▽ BACKUP", "weight 1", "kernel", "thresholds")
        first = next(line for line in shown.splitlines() if "weight 1" in line)
        assert first.count("▌") == 2 and first.count("weight 1") == 2
        assert "192.168.211.13:8082  in tcp/10.10.0.20:80" in shown and "● UP" in shown


async def test_it_says_what_differs_and_what_the_checkers_found() -> None:
    pair = Pair().up()
    async with console(FakeSession(session_pair := pair), "down", "enter", size=(120, 50)) as (app, pilot):
        await shows(app, pilot, "● alive")
        session_pair.after(3).ipvs("director1", row(8081), row(8082, 7), row(8083))
        session_pair.log(
            "director2",
            "TCP_CHECK on service [192.168.211.13]:tcp:8082 failed after 3 retries.",
            "Removing service [192.168.211.13]:tcp:8082 from VS [10.10.0.20]:tcp:80",
        )
        app._news.set()
        shown = await shows(app, pilot, "≠ 1 in the file", "✖ dead", "failed after 3 retries", "last failure")
        assert "events of this real server" in shown and "none since" not in shown


async def test_what_is_not_known_is_said() -> None:
    pair = Pair().up()
    async with console(FakeSession(pair), "down", "enter") as (app, pilot):
        await shows(app, pilot, "● alive")
        pair.files("director2", configuration({8081: 1}))
        pair.ipvs("director2", row(8081))
        app._news.set()
        await shows(app, pilot, "it is in no file of this Director", "it is not in the kernel's table")


async def test_marks_in_the_table_do_not_count_there() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await pilot.press("space", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))
        target = app.screen.target if isinstance(app.screen, RealServerScreen) else None
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen))
        await until(pilot, lambda: "weight 0" in str(app.screen.query_one("#plan", Static).content))
        await pilot.press("y")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.targets == (target,)


async def test_nothing_is_changed_from_it_when_nothing_may_be() -> None:
    session = FakeSession(Pair().up(), read_only="clusters.toml says so")
    async with console(session, "down", "enter") as (app, pilot):
        await shows(app, pilot, "no writes: clusters.toml says so")
        await pilot.press("d")
        await until(pilot, lambda: "clusters.toml says so" in told(app))
        assert isinstance(app.screen, RealServerScreen)


async def test_a_server_that_vanishes_is_said_to_be_gone() -> None:
    pair = Pair().up()
    async with console(FakeSession(pair), "down", "enter") as (app, pilot):
        await shows(app, pilot, "● alive")
        for name in NAMES:
            pair.files(name, configuration({8081: 1}))
            pair.ipvs(name, row(8081))
        app._news.set()
        await shows(app, pilot, "is not there any more")
        await pilot.press("d")
        await until(pilot, lambda: "is not there any more" in told(app))
        assert isinstance(app.screen, RealServerScreen)


async def test_enter_folds_a_virtual_server() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await shows(app, pilot, "192.168.211.13:8082")
        await pilot.press("home", "enter")
        await until(pilot, lambda: "192.168.211.13:8082" not in text(app))
        assert app.screen is app.main


async def test_escape_leads_back() -> None:
    async with console(FakeSession(Pair().up()), "down", "enter") as (app, pilot):
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


# --- a sample of its connections ---


def sample(director: str, warning: str | None = None, *, complete: bool = True) -> SampleView:
    connections = (
        ConnectionView("10.10.0.99:40001", "SYN_RECV", 55),
        ConnectionView("10.10.0.98:40002", "ESTABLISHED", 899),
    )
    states = (("SYN_RECV", 8), ("ESTABLISHED", 2))
    return SampleView(director, connections, states, 10, 1, complete, 0.012, warning)


async def test_connections_are_sampled_only_when_asked_for() -> None:
    session = FakeSession(Pair().up())
    session.samples = {
        "director1": sample("director1", "8 of 10 open ones are in SYN_RECV: its replies"),
        "director2": "director2 is stale",
    }
    async with console(session, "down", "enter") as (app, pilot):
        await shows(app, pilot, "● alive")
        assert session.sampled == []
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, ConnectionsScreen))
        shown = await shows(app, pilot, "10.10.0.99:40001", "SYN_RECV 8", "director2 is stale", "and 1 of persistence")
        assert "8 of 10 open ones are in SYN_RECV: its replies" in shown and "and 8 more" in shown
        assert session.sampled == [(name, SECOND.virtual_server, SECOND.real_server) for name in NAMES]
        await pilot.press("s")
        await until(pilot, lambda: len(session.sampled) == 4)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))


async def test_a_sample_that_was_cut_short_says_so() -> None:
    session = FakeSession(Pair().up())
    session.samples = {"director1": sample("director1", complete=False)}
    async with console(session, "down", "enter", "s") as (app, pilot):
        await shows(app, pilot, "at least 10 connections", "there may be more")


# --- the configurations ---


def pane(app: ConsoleApp, director: str) -> FilePane:
    return next(one for one in app.screen.query(FilePane) if one.director == director)


@pytest.mark.parametrize("size", SIZES)
async def test_files_with_numbers_and_remarks_in_the_margin(size: tuple[int, int]) -> None:
    pair = Pair().up()
    pair.files("director1", b"nonsense 1\n" + configuration())
    async with console(FakeSession(pair), "c", size=size) as (app, pilot):
        assert isinstance(app.screen, ConfigurationScreen)
        shown = await shows(
            app, pilot, "!  1  nonsense 1", "director1 line 1 column 1", "unknown keyword", "✓ the files agree"
        )
        assert ("director2" in shown) == (size[0] >= 120)
        await pilot.press("tab")
        await until(pilot, lambda: app.focused is pane(app, "director2"))
        await shows(app, pilot, "nothing to say of this file")


async def test_a_difference_leads_to_its_line_on_both() -> None:
    pair = Pair().up()
    pair.files("director2", b"# more\n" + configuration().replace(b"lb_algo rr", b"lb_algo wlc"))
    async with console(FakeSession(pair), "c") as (app, pilot):
        await shows(app, pilot, "≠ 1 difference", "scheduler", "director1:", "wlc")
        await pilot.press("tab", "tab")
        assert app.focused is not None and app.focused.id == "differences"
        await shows(app, pilot, "▌≠ tcp/10.10.0.20:80", "A failover would change what clients get")
        await pilot.press("enter")
        one, two = pane(app, "director1"), pane(app, "director2")
        await until(pilot, lambda: one.number > 1)
        assert one.file is not None and "virtual_server" in one.file.listing[one.line].text
        assert two.number == one.number + 1


async def test_a_difference_that_only_the_kernel_tells_leads_to_the_file() -> None:
    pair = Pair().up()
    async with console(FakeSession(pair)) as (app, pilot):
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
    async with console(session) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: "lb_algo" in text(app))
        screen = app.screen
        assert isinstance(screen, ConfigurationScreen)
        before = screen._differences
        pair.files("director1", configuration({8081: 5}))
        task = asyncio.create_task(screen.show(session.view()))
        await asyncio.sleep(0)  # it waits for its turn
        assert not task.done()
        app.pop_screen()
        await task
        assert screen._differences is before
        await until(pilot, lambda: app.screen is app.main and "5" in text(app))


async def test_search_goes_on_and_back() -> None:
    async with console(FakeSession(Pair().up()), "c") as (app, pilot):
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
    async with console(FakeSession(pair), "c") as (app, pilot):
        await shows(app, pilot, "m goes there")
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
    async with console(FakeSession(pair), "c") as (app, pilot):
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
    async with console(FakeSession(pair), "c") as (app, pilot):
        shown = await shows(app, pilot, "auth_pass ••••••••", "auth_type PASS")
        assert "s3cret" not in shown
        await pilot.press("slash", *"s3cret", "enter")
        await until(pilot, lambda: "is not in this file" in told(app))


async def test_a_configuration_that_is_not_known_is_said_to_be() -> None:
    pair = Pair()
    for name in NAMES:
        pair.link(name)
        pair.ipvs(name, row(8081))
    async with console(FakeSession(pair), "c") as (app, pilot):
        await shows(app, pilot, "not all files are known", "the configuration has not come yet")


# --- the topology ---


def networks(pair: Pair, *masters: str) -> None:
    for number, name in enumerate(NAMES, 1):
        own = (Address("ens33", f"10.10.0.1{number}", 24), Address("ens36", f"192.168.211.1{number}", 24))
        vips = tuple(Address("ens33", vip, 32) for vip in VIPS.values()) if name in masters else ()
        pair.say(name, Network(pair.now, (Link("ens33", True),), own + vips, None))


@pytest.mark.parametrize("size", SIZES)
async def test_the_picture_of_the_pair(size: tuple[int, int]) -> None:
    pair = Pair().up()
    networks(pair, "director1")
    async with console(FakeSession(pair), "t", size=size) as (app, pilot):
        assert isinstance(app.screen, TopologyScreen)
        shown = await shows(
            app, pilot, "clients", "▲ MASTER", "▽ BACKUP", "tcp/10.10.0.20:80", "through 192.168.211.20"
        )
        assert "● :8081" in shown and "3 of 3 up" in shown and "no VIP here" in shown
        assert all(len(line) <= size[0] for line in shown.splitlines())


@pytest.mark.parametrize("size", SIZES)
async def test_trouble_is_in_the_picture(size: tuple[int, int]) -> None:
    pair = Pair().up()
    networks(pair, "director1")
    async with console(FakeSession(pair), "t", size=size) as (app, pilot):
        await shows(app, pilot, "▲ MASTER")
        networks(pair, *NAMES)
        pair.checkers("director1", checked(8081), checked(8082), checked(8083, alive=False))
        pair.sample()
        pair.after(2).sample()
        app._news.set()
        shown = await shows(app, pilot, "✖ :8083", "on director1 and director2", "2 of 3 up")
        assert shown.count("▼") == 2
        await until(pilot, lambda: app.screen.query_one(Banner).display)
        pair.state.failed("director2", "connection refused", "", permanent=True, retry_in=None, now=pair.now)
        app._news.set()
        await shows(app, pilot, "✖ lost")


async def test_nobody_holding_a_vip_is_said() -> None:
    pair = Pair().up()
    networks(pair)
    async with console(FakeSession(pair), "t") as (app, pilot):
        await shows(app, pilot, "no Director holds a VIP", "its address is on no Director")


async def test_dr_replies_go_straight_back() -> None:
    pair = Pair().up()
    networks(pair, "director1")
    for name in NAMES:
        pair.files(name, configuration().replace(b"lb_kind NAT", b"lb_kind DR"))
    async with console(FakeSession(pair), "t") as (app, pilot):
        shown = await shows(app, pilot, "rr DR", "◀")
        assert "through" not in shown


async def test_many_real_servers_are_counted_and_the_bad_ones_named() -> None:
    pair = Pair().up()
    networks(pair, "director1")
    ports = dict.fromkeys(range(8001, 8041), 1)
    for name in NAMES:
        pair.files(name, configuration(ports))
        pair.ipvs(name, *(row(port) for port in ports))
        pair.checkers(name, *(checked(port, alive=port != 8005) for port in ports))
    async with console(FakeSession(pair), "t", size=(80, 24)) as (app, pilot):
        shown = await shows(app, pilot, "39 of 40 up", "1 DOWN, 39 UP", "192.168.211.13:8005")
        assert ":8006" not in shown
        await pilot.press("e")
        await shows(app, pilot, ":8006")
        await pilot.press("end")
        await shows(app, pilot, ":8040")
        await pilot.press("e")
        await until(pilot, lambda: ":8006" not in text(app))


# --- what a Director says ---


@pytest.mark.parametrize("keys", [("down", "enter"), ("c",), ("t",)])
async def test_what_a_director_says_harms_no_screen(keys: tuple[str, ...]) -> None:
    evil = "\x1b]0;owned\x07\x1b[31m[bold red]\u202egnitteg[/]" + "x" * 10_000
    pair = Pair().up()
    comment = f" # {evil}\n".encode()
    for name in NAMES:
        text_of = (
            configuration()
            .replace(b"weight 1\n", b"weight 1" + comment)
            .replace(b"lb_algo rr\n", b"lb_algo rr" + comment)
        )
        pair.files(name, text_of)
        pair.log(name, f"(VI_1) Entering FAULT STATE ({evil})")
    pair.state.failed("director2", evil, evil, permanent=True, retry_in=None, now=pair.now)
    async with console(FakeSession(pair), *keys) as (app, pilot):
        shown = await shows(app, pilot, "director1")
        await pilot.press("down", "down", "pagedown")
        shown += "\n" + text(app)
        assert not any(char in shown for char in "\x1b\x07\u202e")
        assert all(len(line) <= 120 for line in shown.splitlines())
        assert app.screen.query(Lines) or "[bold red]" in shown
