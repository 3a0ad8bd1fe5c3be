"""`m` on a Director hands it over, and takes it back: on its card, on its page, and from anywhere by the palette's action."""

from __future__ import annotations

import pytest

from lvstui.console.director_page.screen import DirectorScreen
from lvstui.console.widgets.director_card import DirectorCard
from tests.support.change_dialog import apply, change, opened, planned
from tests.support.console import console, text, told, until
from tests.support.fake_session import FakeSession
from tests.support.handed_over import handed_over
from tests.support.telling import Pair


async def test_m_on_a_card_shows_the_diff_of_one_file_and_applies_it() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        next(card for card in app.main.query(DirectorCard) if card.director == "director1").focus()
        await pilot.pause()
        await opened(pilot, app, "m", shows="handed over, was 100")
        shown = planned(app)
        assert "director2 becomes MASTER of VI_1 and VI_2" in shown
        assert shown.count("# handed over, was 100, ") == 2
        assert "director2 (BACKUP)\n  no change here" in shown
        assert "Apply on director1" in text(app)
        assert change(app).state.plan is not None
        await pilot.press(*"kernel")
        await until(pilot, lambda: ": kernel" in planned(app))
        await apply(pilot, app, session)
    [(plan, _)] = session.applied
    assert (plan.intent.action, plan.intent.director, plan.intent.reason) == ("handover", "director1", "kernel")


async def test_m_on_the_page_takes_back_what_is_handed_over() -> None:
    session = FakeSession(handed_over(Pair().up()))
    async with console(session) as (app, pilot):
        await pilot.press("i", "tab")
        await until(pilot, lambda: isinstance(app.screen, DirectorScreen) and app.screen.director == "director1")
        await opened(pilot, app, "m", shows="priority 100")
        assert "director1 is handed over by ana@ops1 since 2026-11-29 08:10: kernel update; safe to stop" in " ".join(
            planned(app).split()
        )
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(session.applied))
    assert session.applied[0][0].intent.action == "takeback"


@pytest.mark.parametrize("over, action", [(False, "handover"), (True, "takeback")])
async def test_elsewhere_it_is_the_master_or_the_one_that_is_handed_over(over: bool, action: str) -> None:
    pair = Pair().up()
    session = FakeSession(handed_over(pair) if over else pair)
    async with console(session) as (app, pilot):
        await opened(pilot, app, "O", shows="priority")
        await until(pilot, lambda: change(app).state.plan is not None)
        plan = change(app).state.plan
        assert plan is not None
        assert (plan.intent.action, plan.intent.director) == (action, "director1")


async def test_the_other_way_restarts_keepalived() -> None:
    session = FakeSession(Pair().up())
    async with console(session) as (app, pilot):
        await opened(pilot, app, "O", shows="handed over")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "by-stop" in planned(app))
        await apply(pilot, app, session)
    assert session.applied[0][0].intent.by_stop


async def test_read_only_no_dialog_opens() -> None:
    async with console(FakeSession(Pair().up(), read_only="it was asked for")) as (app, pilot):
        await pilot.press("O")
        await until(pilot, lambda: "No changes are possible now" in told(app))
        assert app.screen is app.main


@pytest.mark.parametrize("moved, says", [(True, "safe to stop, upgrade or reboot"), (False, "NOT safe to stop")])
async def test_banner_card_and_page_say_who_since_when_why_and_whether_it_is_safe(moved: bool, says: str) -> None:
    who = "handed over by ana@ops1 since 2026-11-29 08:10: kernel update"
    async with console(FakeSession(handed_over(Pair().up(), moved=moved)), size=(200, 60)) as (app, pilot):
        await until(pilot, lambda: text(app).count(who) == 2)  # the banner and the card
        assert says in text(app)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, DirectorScreen))
        if isinstance(app.screen, DirectorScreen):
            await app.screen.turn_to("director1")
        await until(pilot, lambda: who in text(app) and says in text(app))


async def test_where_a_card_is_one_line_it_says_so_too() -> None:
    async with console(FakeSession(handed_over(Pair().up())), size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: "○ director1 handed over by ana@ops1" in text(app))
