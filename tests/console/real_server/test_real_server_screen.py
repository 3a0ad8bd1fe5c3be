"""The screen of a real server: what it shows of both Directors, its keys, and a server that vanishes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.view import ClusterView, RealServerState
from lvstui.cluster.views.real_server_view import RealServerDetail
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.real_server.screen import RealServerScreen
from lvstui.console.widgets.plot import Plot
from lvstui.settings.values import Preferences
from tests.support.change_dialog import planned
from tests.support.console import SIZES, console, screen, shows, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, Pair, checked, configuration, row

SECOND = Target("tcp/10.10.0.20:80", "192.168.211.13:8082")


@pytest.mark.parametrize("size", SIZES)
async def test_a_real_server_on_both_directors_side_by_side(size: tuple[int, int]) -> None:
    async with screen(FakeSession(Pair().up()), "down", "enter", size=size) as (app, pilot):
        assert isinstance(app.screen, RealServerScreen) and app.screen.target == SECOND
        shown = await shows(app, pilot, "▲ MASTER", "▽ BACKUP", "weight 1", "kernel", "thresholds")
        first = next(line for line in shown.splitlines() if "weight 1" in line)
        assert first.count("▌") == 2 and first.count("weight 1") == 2
        assert "192.168.211.13:8082  in tcp/10.10.0.20:80" in shown and "● UP" in shown


async def test_it_says_what_differs_and_what_the_checkers_found() -> None:
    pair = Pair().up()
    async with screen(FakeSession(session_pair := pair), "down", "enter", size=(120, 50)) as (app, pilot):
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


async def test_a_check_that_is_suspended_says_nothing_of_the_server() -> None:
    """ha_suspend: the BACKUP does not hold the address, and runs no checks for its virtual server."""
    pair = Pair().up()
    real = checked(8082)
    suspended = real._replace(checks=tuple(check._replace(enabled=False) for check in real.checks))
    pair.checkers("director2", checked(8081), suspended, checked(8083))
    async with screen(FakeSession(pair), "down", "enter", size=(160, 50)) as (app, pilot):
        await shows(app, pilot, "TCP_CHECK suspended: ha_suspend", "TCP_CHECK passes")


async def test_what_is_not_known_is_said() -> None:
    pair = Pair().up()
    async with screen(FakeSession(pair), "down", "enter") as (app, pilot):
        await shows(app, pilot, "● alive")
        pair.files("director2", configuration({8081: 1}))
        pair.ipvs("director2", row(8081))
        app._news.set()
        await shows(app, pilot, "in no file of this Director", "not in the kernel's table")


async def test_what_a_lost_director_said_last_is_not_shown_as_how_it_is() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.checkers(name, checked(8081), checked(8082), checked(8083))
    pair.view()
    pair.state.failed("director2", "refused", "", permanent=True, retry_in=None, now=pair.now)
    async with console(FakeSession(pair), (160, 50)) as (app, pilot):
        await pilot.press("down")
        await until(pilot, lambda: "keepalived.conf:30  unknown" in text(app))
        assert "not configured" not in text(app) and "? TCP_CHECK unknown" in text(app)
        await pilot.press("enter")
        shown = await shows(app, pilot, "checkers  ● alive", "checkers  verdict unknown")
        assert shown.count("● TCP_CHECK passes") == shown.count("? TCP_CHECK unknown") == 1


async def test_its_plots_have_the_scale_of_its_virtual_server() -> None:
    """What is idle beside a busy server looks idle."""
    pair = Pair().up()
    pair.after(1).ipvs("director1", row(8081, active=200), row(8082, active=3), row(8083))
    async with screen(FakeSession(pair), "down", "enter", size=(120, 50)) as (app, pilot):
        await until(pilot, lambda: "200┤" in str(app.screen.query_one("#active", Plot).content))


async def test_marks_in_the_table_do_not_count_there() -> None:
    session = FakeSession(Pair().up())
    async with screen(session) as (app, pilot):
        await pilot.press("space", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RealServerScreen))
        target = app.screen.target if isinstance(app.screen, RealServerScreen) else None
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and "weight 0" in planned(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
        assert session.applied[0][0].intent.targets == (target,)


async def test_nothing_is_changed_from_it_when_nothing_may_be() -> None:
    session = FakeSession(Pair().up(), read_only="clusters.toml says so")
    async with screen(session, "down", "enter") as (app, pilot):
        await shows(app, pilot, "no writes: clusters.toml says so")
        await pilot.press("d")
        await until(pilot, lambda: "clusters.toml says so" in told(app))
        assert isinstance(app.screen, RealServerScreen)


async def test_a_server_that_vanishes_is_said_to_be_gone() -> None:
    pair = Pair().up()
    async with screen(FakeSession(pair), "down", "enter") as (app, pilot):
        await shows(app, pilot, "● alive")
        for name in NAMES:
            pair.files(name, configuration({8081: 1}))
            pair.ipvs(name, row(8081))
        app._news.set()
        await shows(app, pilot, "no longer exists")
        await pilot.press("d")
        await until(pilot, lambda: "no longer exists" in told(app))
        assert isinstance(app.screen, RealServerScreen)


async def test_escape_leads_back() -> None:
    async with screen(FakeSession(Pair().up()), "down", "enter") as (app, pilot):
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


LONG = "kernel update of the whole rack, agreed with the network team, ends when the last disk is replaced"


def drained(pair: Pair) -> Pair:
    mark = f"0  # drained, was 1, 2026-11-22 14:01 by ana@ops1: {LONG}"
    for name in NAMES:
        pair.files(name, configuration({8081: 1, 8082: mark, 8083: 1}))
        pair.ipvs(name, row(8081), row(8082, 0, active=3), row(8083))
        pair.checkers(name, checked(8081), checked(8082, weight=0), checked(8083))
    return pair


def words(shown: str, half: int) -> str:
    """Return what one half of the screen says, as words."""
    lines = [line[: len(line) // 2] if half == 0 else line[len(line) // 2 :] for line in shown.splitlines()]
    return " ".join(" ".join(line.strip(" │|╭╮╰╯") for line in lines).split())


@pytest.mark.parametrize("ascii", [False, True])
async def test_nothing_of_the_files_lines_is_cut_at_80_columns(ascii: bool) -> None:
    choices = LivePreferences(line=Preferences(ascii=ascii))
    async with console(FakeSession(drained(Pair().up())), (80, 40), choices=choices) as (app, pilot):
        await pilot.press("down", "enter")
        shown = await shows(app, pilot, "real_server", "kernel", "thresholds")
        for half in (0, 1):
            said = words(shown, half)
            assert "real_server 192.168.211.13 8082 {" in said and LONG in said
            assert "/etc/keepalived/keepalived.conf" in said.replace(" ", "")


async def test_the_whole_reason_is_there_where_the_first_line_has_no_room_for_it() -> None:
    session = FakeSession(Pair().up())
    why = "TCP_CHECK on service [192.168.211.13]:tcp:8082 failed after 3 retries, and so did everything else that was tried"
    detail = session.detail

    def with_reason(
        virtual_server: str, real_server: str, view: ClusterView, over: PlotRange | None = None
    ) -> RealServerDetail:
        found = detail(virtual_server, real_server, view, over)
        assert found.real is not None
        return replace(found, real=found.real._replace(state=RealServerState.DOWN, reason=why))

    session.detail = with_reason  # type: ignore[method-assign]
    for size in ((80, 24), (240, 40)):
        async with screen(session, "down", "enter", size=size) as (app, pilot):
            await until(pilot, lambda: why in " ".join(text(app).split()))
            assert app.screen.query_one("#why").display is (size[0] == 80)
