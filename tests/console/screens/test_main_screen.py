"""The main screen: trouble owns it at every size, the cards say what each Director is, drains are followed to their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widgets import Static

from lvstui.cluster.identity.target import Target
from lvstui.cluster.instance_view import VipView
from lvstui.cluster.view import DrainedView, DrainView, LinkState, RealServerState, Severity
from lvstui.console.app import ConsoleApp
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.widgets.banner import Banner, trouble
from lvstui.console.widgets.director_card import DirectorCard, card
from lvstui.console.widgets.drains_panel import DrainsPanel, lines
from lvstui.director.protocol.ipvs_messages import RealServerId
from tests.support import two_services
from tests.support.console import SIZES, console, text, until
from tests.support.draining_pair import draining, left
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, VIPS, Pair, checked, configuration, row


def split_brain(pair: Pair) -> None:
    pair.network("director2", *VIPS.values())
    pair.vrrp("director2", "MASTER")


def no_master(pair: Pair) -> None:
    pair.network("director1")
    pair.vrrp("director1", "FAULT")


def vip_nowhere(pair: Pair) -> None:
    pair.after(5).network("director1", VIPS["VI_2"])
    pair.after(1).sample().vrrp("director1", "MASTER")


def lost(pair: Pair) -> None:
    pair.state.failed("director2", "connection refused", "", permanent=True, retry_in=None, now=pair.now)


def drift(pair: Pair) -> None:
    pair.view()
    pair.ipvs("director2", row(8081, 3), row(8082), row(8083))


def nobody_lives(pair: Pair) -> None:
    for name in NAMES:
        pair.checkers(name, *(checked(port, alive=False) for port in (8081, 8082, 8083)))
        pair.ipvs(name, full=False, gone=[RealServerId("192.168.211.13", port) for port in (8081, 8082, 8083)])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("befalls", "told", "grave"),
    [
        (split_brain, "SPLIT BRAIN  VI_1", "critical"),
        (no_master, "VI_1 has no MASTER", "critical"),
        (vip_nowhere, "is on no Director", "critical"),
        (lost, "director2 is lost: connection refused", "error"),
        (drift, "not as configured", ""),
        (nobody_lives, "has no live real server", "critical"),
    ],
)
async def test_trouble_owns_the_screen(
    befalls: Callable[[Pair], None], told: str, grave: str, size: tuple[int, int]
) -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session, size) as (app, pilot):
        befalls(pair)
        for _ in range(5):  # what lasts is told
            pair.after(1.0).sample()
            pair.view()
        session.tell()
        await until(pilot, lambda: told in " ".join(text(app).split()).replace("BRAIN VI", "BRAIN  VI"))
        banner = app.main.query_one(Banner)
        assert banner.display and "all well" not in text(app)
        assert [name for name in ("critical", "error") if banner.has_class(name)] == ([grave] if grave else [])


def test_trouble_of_a_director_frames_its_card() -> None:
    pair = Pair().up()
    split_brain(pair)
    pair.view()
    problems = pair.after(5).sample().view().problems
    assert [trouble(problems, name) for name in NAMES] == [Severity.CRITICAL] * 2
    pair = Pair().up()
    pair.state.failed("director2", "refused", "", permanent=False, retry_in=1, now=pair.now)
    assert [trouble(pair.view().problems, name) for name in NAMES] == [None, Severity.WARNING]


async def test_a_cards_frame_is_red_for_as_long_as_it_lasts() -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        cards = app.main.query(DirectorCard)
        assert not any(one.has_class("trouble") for one in cards)
        split_brain(pair)
        pair.view()
        pair.after(5).sample()
        session.tell()
        await until(pilot, lambda: all(one.has_class("trouble") for one in cards))


def test_a_vip_that_is_not_known_is_not_called_absent() -> None:
    director = Pair().up().director("director2")
    assert "no VIP" in card(director, 0.0, Display()).plain
    unknown = replace(director.vrrp[0], vips=(VipView("10.10.0.20", None),))
    assert "VIP unknown" in card(replace(director, vrrp=(unknown,)), 0.0, Display()).plain


def test_a_backup_with_the_vip_and_a_master_without_it_are_bad() -> None:
    pair = Pair().up()
    backup = pair.director("director2")
    odd = replace(backup.vrrp[0], vips=(VipView("10.10.0.20", True),))
    assert "✖ 10.10.0.20" in card(replace(backup, vrrp=(odd,)), 0.0, Display()).plain
    master = pair.director("director1")
    bare = replace(master.vrrp[0], vips=(VipView("10.10.0.20", False),))
    assert "✖ no VIP" in card(replace(master, vrrp=(bare,)), 0.0, Display()).plain


def test_of_many_instances_those_in_trouble_are_named_and_the_others_counted() -> None:
    director = Pair().up().director("director1")
    many = [replace(director.vrrp[0], name=f"VI_{number}") for number in range(20)]
    many[15] = replace(many[15], state="FAULT")
    shown = card(replace(director, vrrp=tuple(many)), 0.0, Display()).plain
    assert "VI_15 ✖ FAULT" in shown and "and 15 more: 15 MASTER" in shown


# --- drains ---


async def test_a_drain_is_followed_until_it_is_safe_to_stop() -> None:
    pair = draining("kernel update", active=200)
    session = FakeSession(pair)
    async with console(session, (160, 40)) as (app, pilot):
        panel = app.main.query_one(DrainsPanel)
        await until(pilot, lambda: panel.display and "estimating…" in text(app))
        for active in (160, 128, 102, 82, 66, 52, 42, 34):
            left(pair, active).view()
        session.tell()
        await until(pilot, lambda: text(app).count("s left") >= 2)  # in its row and in the panel
        assert "by ana@ops1: kernel update" in " ".join(str(panel.content).split())
        for _ in range(3):
            left(pair, 0).view()
        session.tell()
        await until(pilot, lambda: "✓ 192.168.211.13:8082" in text(app) and "safe to stop" in str(panel.content))
        await until(pilot, lambda: "safe to stop: weight 0" in text(app))
        pair.up()
        session.tell()
        await until(pilot, lambda: not panel.display)


async def test_at_80_columns_the_drains_are_one_line() -> None:
    pair = draining()
    async with console(FakeSession(pair), (80, 24)) as (app, pilot):
        await until(pilot, lambda: "1 draining" in str(app.main.query_one(DrainsPanel).content))
        assert app.main.query_one(DrainsPanel).size.height == 1


def drain(number: int, *, eta: float | None, safe: bool = False) -> DrainView:
    told = DrainedView(1, "2026-11-22 14:01", "ana@ops1", "")
    state = RealServerState.DRAINED if safe else RealServerState.DRAINING
    counts = {"director1": 0 if safe else 5, "director2": 0}
    return DrainView("tcp/w:80", f"10.0.0.{number}:80", state, told, counts, 1.0, eta, safe, None, None, None)


def test_of_many_drains_those_that_end_first_are_shown() -> None:
    drains = [drain(1, eta=None), drain(2, eta=90.0), drain(3, eta=0.0, safe=True), drain(4, eta=20.0)]
    shown = [line.text.plain for line in lines(drains, 0.0, Display(), 120, 3)]
    assert ["10.0.0.4:80" in shown[0], "10.0.0.2:80" in shown[1]] == [True, True] and "and 2 more" in shown[2]
    (only,) = lines(drains, 0.0, Display(), 80, 1)
    assert only.text.plain == "◐ 3 draining, 1 safe to stop, the last in ~2 m"


@pytest.mark.parametrize(
    ("seconds", "written"), [(0.4, "~1 s"), (7, "~7 s"), (48, "~50 s"), (120, "~2 m"), (7200, "~2 h")]
)
def test_a_time_to_go_is_written_as_roughly_as_it_is_known(seconds: float, written: str) -> None:
    assert formatting.span(seconds) == written


def test_what_is_said_of_a_drain() -> None:
    going = drain(1, eta=None)
    assert formatting.drain_progress(going) == "estimating…"
    assert formatting.drain_progress(replace(going, per_s=0.0)) == "not decreasing"
    assert formatting.drain_progress(replace(going, eta_s=0.0)) == "none left, confirming"
    assert formatting.drain_progress(replace(going, unknown="director2 is stale")) == "unknown: director2 is stale"
    assert formatting.drain_progress(drain(1, eta=0.0, safe=True)) == "safe to stop"


async def test_the_headline_counts_trouble_behind_a_frozen_screen() -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: "frozen" in text(app))
        split_brain(pair)
        for _ in range(3):
            pair.after(2.0).sample()
            pair.view()
        session.tell()
        await until(pilot, lambda: "2 problems" in str(app.main.query_one("#headline", Static).content))
        assert not app.main.query_one(Banner).display


async def test_what_was_not_read_is_not_called_empty() -> None:
    pair = Pair()
    for name in NAMES:
        pair.state.connecting(name, pair.now)
        pair.state.failed(name, "no route to host", "", permanent=False, retry_in=4, now=pair.now)
    app = ConsoleApp(lambda questions: FakeSession(pair))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "nothing is known: director1 and director2 have not been read" in text(app))
        assert "none in the files" not in text(app) and "0 virtual" not in text(app)
        assert [problem.severity for problem in pair.view().problems] == [Severity.ERROR] * 2
        pair.link("director1")
        pair.ipvs("director1")
        one = "no virtual server is known of director1; director2 has not been read"
        await until(pilot, lambda: one in text(app))


async def test_a_frozen_screen_stands_still_and_says_so_while_trouble_is_still_counted() -> None:
    fake = two_services.session()
    async with console(fake) as (app, pilot):
        before = two_services.shown(fake)
        await pilot.press("p")
        await until(pilot, lambda: "frozen" in text(app))
        fake.shown = replace(before, virtual_servers=before.virtual_servers[:1], wall=before.wall + 7)
        fake.tell()
        await until(pilot, lambda: "7s ago" in text(app))
        assert two_services.lines(app) == two_services.ALL and "1 virtual · 3 real" in text(app)
        await pilot.press("p")
        await until(pilot, lambda: two_services.lines(app) == two_services.ALL[:4] and "frozen" not in text(app))


async def test_keys_act_on_what_is_now_behind_a_frozen_screen() -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: app.main.frozen)
        for name in NAMES:
            pair.files(name, configuration({8081: 1, 8082: 1, 8083: 1, 8084: 1}))
            pair.ipvs(name, row(8081), row(8082), row(8083), row(8084))
        session.tell()
        await pilot.press("home", "enter")
        await until(pilot, lambda: app.main.looked_at() is not None)  # its rows are there
        await pilot.press("end")
        last = Target("tcp/10.10.0.20:80", "192.168.211.13:8084")
        await until(pilot, lambda: app.main.looked_at() == last)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and last.real_server in text(app))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.main)
        view = session.view()
        session.shown = replace(view, directors=(view.directors[0], replace(view.directors[1], state=LinkState.LOST)))
        session.tell()
        await until(pilot, lambda: app.main.newest is session.shown)
        await pilot.press("R")
        await until(pilot, lambda: session.reconnected == ["director2"])
        assert app.main.frozen


async def test_another_unit_holds_at_once_even_on_a_frozen_screen() -> None:
    async with console(two_services.session(), (160, 40)) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: "frozen" in text(app))
        assert text(app).count("Mb/s") >= 3, "both cards and the table"
        app.choose(units="binary")
        await until(pilot, lambda: text(app).count("MiB/s") >= 3 and "Mb/s" not in text(app))


@pytest.mark.parametrize("size", [(59, 30), (100, 15)])
async def test_a_terminal_that_is_too_small_says_so(size: tuple[int, int]) -> None:
    async with console(two_services.session()) as (app, pilot):
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: "too small" in text(app) and f"{size[0]}x{size[1]}" in text(app))
        assert "8081" not in text(app)
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: "too small" not in text(app) and "8081" in text(app))
