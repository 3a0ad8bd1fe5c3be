"""A time that is not from today has its date, on every screen; the clock has its time zone on each."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import EventView, Problem, Severity
from lvstui.console.live_preferences import LivePreferences
from lvstui.settings.values import Preferences
from tests.support.console import console, text, until
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, Pair, checked, row

TIME = re.compile(r"\d\d:\d\d(:\d\d)?(?!\d)")
DATED = re.compile(r"(\d{1,2} [A-Z][a-z]{2}|\d{4}-\d\d-\d\d) \d\d:\d\d(:\d\d)?")
SERVER = re.compile(r"\d+\.\d+\.\d+\.\d+(\]:tcp)?:\d+")
DAYS = 2 * 86400


def days_later() -> FakeSession:
    """A pair whose last news is two days old, by the clock of whoever looks."""
    pair = Pair().up()
    for name in NAMES:
        pair.ipvs(name, row(8082), row(8083))
        pair.checkers(name, checked(8081, alive=False), checked(8082), checked(8083))
        pair.log(name, "TCP connection to [192.168.211.13]:tcp:8081 failed.", "Removing service")
    pair.view()
    pair.state.note(EventView(pair.view().wall, Severity.INFO, "you", "", "drained something"))
    view = pair.view()
    since = view.wall - 60
    lasting = Problem(ProblemKind.LINK, "link:director1", Severity.ERROR, "not heard", "look", "director1", since)
    session = FakeSession(pair)
    session.shown = replace(view, wall=view.wall + DAYS, problems=(*view.problems, lasting))
    return session


@pytest.mark.parametrize(
    ("keys", "shows"),
    [
        ((), "drained something"),
        (("e",), "newest last"),
        (("enter",), "events of this real server"),
        (("i",), "Removing service"),
        (("P",), "not heard"),
    ],
    ids=["main", "events", "real server", "Director", "problems"],
)
async def test_no_time_of_another_day_is_without_its_date(keys: tuple[str, ...], shows: str) -> None:
    async with console(days_later(), (160, 60)) as (app, pilot):
        await pilot.press(*keys)
        await until(pilot, lambda: (app.screen is not app.main) is bool(keys) and shows in text(app))
        await until(pilot, lambda: bool(DATED.search(text(app))))
        _, _, beneath = text(app).partition("\n")
        assert DATED.search(beneath) is not None
        assert TIME.findall(DATED.sub("", SERVER.sub("", beneath))) == []


@pytest.mark.parametrize("keys", [(), ("e",), ("t",), ("c",), ("P",)])
async def test_the_clock_of_every_screen_says_its_zone(keys: tuple[str, ...]) -> None:
    choices = LivePreferences(general=Preferences(zone="utc"))
    session = FakeSession(Pair().up())
    at = datetime.fromtimestamp(session.view().wall).astimezone()
    async with console(session, (120, 40), choices=choices) as (app, pilot):
        await pilot.press(*keys)
        await until(pilot, lambda: re.search(r"\d\d:\d\d:\d\d UTC ?$", text(app).split("\n")[0]) is not None)
        assert f"{at:%M:%S} UTC" in text(app)
