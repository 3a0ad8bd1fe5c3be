"""The picture of the pair: roles, trouble, where replies go, many real servers counted."""

from __future__ import annotations

import pytest

from lvstui.console.topology.screen import TopologyScreen
from lvstui.console.widgets.banner import Banner
from lvstui.director.protocol.host_messages import Address, Link, Network
from tests.support.console import SIZES, screen, shows, text, until
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, VIPS, Pair, checked, configuration, row


def networks(pair: Pair, *masters: str) -> None:
    for number, name in enumerate(NAMES, 1):
        own = (Address("ens33", f"10.10.0.1{number}", 24), Address("ens36", f"192.168.211.1{number}", 24))
        vips = tuple(Address("ens33", vip, 32) for vip in VIPS.values()) if name in masters else ()
        pair.say(name, Network(pair.now, (Link("ens33", True),), own + vips, None))


@pytest.mark.parametrize("size", SIZES)
async def test_the_picture_of_the_pair(size: tuple[int, int]) -> None:
    pair = Pair().up()
    networks(pair, "director1")
    async with screen(FakeSession(pair), "t", size=size) as (app, pilot):
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
    async with screen(FakeSession(pair), "t", size=size) as (app, pilot):
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
    async with screen(FakeSession(pair), "t") as (app, pilot):
        await shows(app, pilot, "no Director holds a VIP", "no Director holds its address")


async def test_dr_replies_go_straight_back() -> None:
    pair = Pair().up()
    networks(pair, "director1")
    for name in NAMES:
        pair.files(name, configuration().replace(b"lb_kind NAT", b"lb_kind DR"))
    async with screen(FakeSession(pair), "t") as (app, pilot):
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
    async with screen(FakeSession(pair), "t", size=(80, 24)) as (app, pilot):
        shown = await shows(app, pilot, "39 of 40 up", "1 DOWN, 39 UP", "192.168.211.13:8005")
        assert ":8006" not in shown
        await pilot.press("e")
        await shows(app, pilot, ":8006")
        await pilot.press("end")
        await shows(app, pilot, ":8040")
        await pilot.press("e")
        await until(pilot, lambda: ":8006" not in text(app))
