"""A Director's page: how one gets there, what it tells, its keys and its mouse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from lvstui.cluster.director_facts import ClockView
from lvstui.cluster.view import ClusterView
from lvstui.cluster.views.director_page import DirectorPage
from lvstui.console.app import ConsoleApp
from lvstui.console.director_page import machine_text
from lvstui.console.director_page.screen import DirectorScreen, DirectorTab
from lvstui.console.look.display import Display
from lvstui.console.topology.screen import TopologyScreen
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.console.widgets.lines import Lines
from tests.support import tracking
from tests.support.console import screen, settled, shows, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, Pair

SIZES = [(80, 24), (120, 40), (200, 60), (300, 80)]


def shown(app: ConsoleApp) -> str:
    """The Director whose page is on top."""
    return app.screen.director if isinstance(app.screen, DirectorScreen) else ""


async def on(app: ConsoleApp, pilot: Pilot[None], director: str) -> None:
    await until(pilot, lambda: shown(app) == director and f" {director} " in text(app).partition("\n")[0])


async def test_see_why_a_directors_priority_is_what_it_is_with_enter_on_its_card() -> None:
    data = tracking.tracking()
    async with screen(FakeSession(tracking.pair()), size=(160, 50)) as (app, pilot):
        app.main.query(DirectorCard).first().focus()
        await pilot.press("enter")
        await on(app, pilot, "director1")
        page = await shows(app, pilot, "priority  80", "base  line", "script chk_web  ✖ fails")
        lines = [" ".join(line.split("│")[1].split()) for line in page.splitlines() if line.startswith("│")]
        assert f"100 base line {tracking.line_of(data, 'priority 100')}" in lines
        assert f"-20 script chk_web ✖ fails weight -20, line {tracking.line_of(data, 'chk_web')}" in lines
        assert "director1 80 (base 100) ▽ BACKUP" in lines and "director2 90 ▲ MASTER" in lines
        assert "→ director2 is MASTER: its priority, 90, is the highest" in lines


async def test_the_log_is_that_of_the_moment_though_it_has_as_many_lines() -> None:
    session = FakeSession(Pair().up())
    of, now = session.director_page, ["said now"]

    def with_log(name: str, view: ClusterView) -> DirectorPage:
        return replace(of(name, view), log_lines=201, log=((view.wall, now[0]),))

    session.director_page = with_log  # type: ignore[method-assign]
    async with screen(session, "i") as (app, pilot):
        await shows(app, pilot, "said now")
        now[0] = "said then"
        session.tell()
        await shows(app, pilot, "said then")


async def test_tab_leads_to_the_cards_and_the_arrow_keys_back_to_the_table() -> None:
    async with screen(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press("tab")
        await until(pilot, lambda: isinstance(app.focused, DirectorCard))
        await pilot.press("down")
        await until(pilot, lambda: app.focused is app.main.table)


@pytest.mark.parametrize("size", SIZES[:2])
async def test_a_click_on_a_card_opens_it_and_the_table_keeps_the_keys(size: tuple[int, int]) -> None:
    async with screen(FakeSession(Pair().up()), size=size) as (app, pilot):
        await settled(pilot)
        await pilot.click(app.main.query(DirectorCard).last())
        await on(app, pilot, "director2")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main and app.focused is app.main.table)


@pytest.mark.parametrize("key", ["i", "tab"])
async def test_its_key_shows_the_master_first_and_then_the_other_one(key: str) -> None:
    async with screen(FakeSession(Pair().up(masters=("director2",))), "i") as (app, pilot):
        await on(app, pilot, "director2")
        await pilot.press(key)
        await on(app, pilot, "director1")
        await pilot.press(key)
        await on(app, pilot, "director2")
        await settled(pilot)
        await pilot.click(app.screen.query(DirectorTab).first())
        await on(app, pilot, "director1")


async def test_it_is_gone_to_from_other_screens_and_not_piled_up() -> None:
    async with screen(FakeSession(Pair().up()), "i") as (app, pilot):
        await on(app, pilot, "director1")
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, TopologyScreen))
        await pilot.press("i")
        await on(app, pilot, "director1")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


@pytest.mark.parametrize("size", SIZES)
async def test_all_its_sections_are_there_at_every_size(size: tuple[int, int]) -> None:
    pair = Pair().up()
    for number in range(40):
        pair.log("director1", f"line {number} of the log")
    async with screen(FakeSession(pair), "i", size=size) as (app, pilot):
        await shows(app, pilot, "VRRP instances", "VI_1", "log of keepalived", "line 39 of the log")
        seen = ""
        for _ in range(12):
            seen += text(app)
            await pilot.press("pagedown")
            await pilot.pause()
        for wanted in (
            "keepalived",
            "processes",
            "link",
            "privilege",
            "interfaces",
            "ens36",
            "kernel settings",
            "rp_filter",
        ):
            assert wanted in seen


async def test_the_log_takes_the_whole_page_and_is_scrolled() -> None:
    pair = Pair().up()
    for number in range(100):
        pair.log("director1", f"line {number} of the log")
    async with screen(FakeSession(pair), "i", size=(80, 24)) as (app, pilot):
        await shows(app, pilot, "line 99 of the log")
        await pilot.press("l")
        await until(pilot, lambda: "line 90 of the log" in text(app) and "VRRP instances" not in text(app))
        await pilot.press("home")
        await shows(app, pilot, "line 0 of the log")
        pair.log("director1", "one more line")
        app._news.set()
        await until(pilot, lambda: len(app.screen.query_one(Lines)._lines) == 101)
        assert "line 0 of the log" in text(app)  # who reads further up stays there
        await pilot.press("end")
        await shows(app, pilot, "one more line")
        await pilot.press("escape")
        await shows(app, pilot, "VRRP instances")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_what_is_new_is_shown_and_what_is_not_is_not_drawn_again() -> None:
    pair = tracking.pair()
    async with screen(FakeSession(pair), "i", "i", size=(120, 60)) as (app, pilot):
        await on(app, pilot, "director1")
        await shows(app, pilot, "priority  80")
        box = app.screen.query_one("#kernel")
        before = box._content  # type: ignore[attr-defined]  # what was last drawn
        tracking.tell(pair, "director1", "BACKUP", 100, 100, tracking.script(True), tracking.interface())
        app._news.set()
        await shows(app, pilot, "priority  100", "script chk_web  ● passes")
        assert box._content is before  # type: ignore[attr-defined]


async def test_what_is_not_known_is_said() -> None:
    pair = Pair()
    pair.link("director1")
    for name in NAMES:
        pair.ipvs(name)
    app = ConsoleApp(lambda questions: FakeSession(pair))
    async with app.run_test(size=(120, 60), notifications=True) as pilot:
        await until(pilot, lambda: app.main.view is not None)
        await pilot.press("i")
        await on(app, pilot, "director1")
        page = await shows(app, pilot, "no VRRP instance is known", "not read yet")
        assert "the configuration has not come yet" in page and "? no data yet" in page


async def test_its_name_goes_to_the_clipboard() -> None:
    async with screen(FakeSession(Pair().up()), "i") as (app, pilot):
        await on(app, pilot, "director1")
        await pilot.press("Y")
        await until(pilot, lambda: "director1 was sent to the terminal's clipboard." in told(app))
        assert app.clipboard == "director1"


async def test_text_of_a_director_harms_nothing() -> None:
    pair = Pair().up()
    pair.log("director1", "[bold red]x[/] \x1b[2J\x1b]0;title\x07 end")
    async with screen(FakeSession(pair), "i", size=(120, 60)) as (app, pilot):
        page = await shows(app, pilot, "[bold red]x[/]", " end")
        assert "\x1b" not in page and "title" not in page


async def test_before_any_director_is_known_its_key_says_so() -> None:
    session = FakeSession(Pair())
    session.shown = session.view().__class__(0.0, (), (), (), ())
    app = ConsoleApp(lambda questions: session)
    async with app.run_test(notifications=True) as pilot:
        await until(pilot, lambda: app.main.view is not None)
        await pilot.press("i")
        await until(pilot, lambda: "not connected yet" in told(app))


@pytest.mark.parametrize(
    ("offset_s", "shown"),
    [
        (None, "not compared with this machine's yet"),
        (0.0003, "as this machine's, ± 0.4 ms"),
        (-0.0123, "12 ms behind this machine's, ± 0.4 ms"),
        (40.0213, "40.02 s ahead of this machine's, ± 0.4 ms"),
    ],
)
def test_the_clock_is_shown_with_its_uncertainty(offset_s: float | None, shown: str) -> None:
    pair = Pair().up()
    page = pair.state.director_page("director1", pair.view())
    clock = None if offset_s is None else ClockView(offset_s, 0.0004)
    page = replace(page, director=replace(page.director, clock=clock))
    assert f"clock      {shown}" in machine_text.link(page, Display(), 100).plain
