"""The range of the plots: every plot shows it, and where there is none the new range is told."""

from __future__ import annotations

import pytest

from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.console.look.formatting import age
from tests.support.console import console, text, told, until
from tests.support.console_pages import SCREENS
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair

WITHOUT = [("i",), ("c",), ("t",), ("e",), ("P",)]
TOLD = "Plots now show 5 min."


def since(over: PlotRange) -> str:
    """Return how the axis of a plot begins."""
    return f"−{age(over)}"


@pytest.mark.parametrize("keys", WITHOUT, ids=str)
async def test_where_there_is_no_plot_the_new_range_is_told(keys: tuple[str, ...]) -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        await pilot.press(*keys)
        await until(pilot, lambda: type(app.screen) is SCREENS[keys])
        await pilot.press("v")
        await until(pilot, lambda: TOLD in told(app))
        assert [one.severity for one in app._notifications] == ["information"]


async def test_it_is_told_while_the_screen_is_frozen_and_where_it_has_no_room_for_plots() -> None:
    async with console(FakeSession(Pair().up()), (80, 24)) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: TOLD in told(app))
        app.clear_notifications()
        await pilot.resize_terminal(200, 60)
        await until(pilot, lambda: "5 min  v: range" in text(app))
        await pilot.press("p", "v")
        await until(pilot, lambda: "Plots now show 1 h." in told(app))


@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
async def test_where_there_are_plots_they_show_it_and_nothing_is_told(size: tuple[int, int]) -> None:
    async with console(FakeSession(Pair().up()), size) as (app, pilot):
        await pilot.press("down")
        await until(pilot, lambda: since(PlotRange.MINUTE) in text(app))
        await pilot.press("v")
        await until(pilot, lambda: since(PlotRange.FIVE_MINUTES) in text(app))
        await pilot.press("home", "enter")
        await until(pilot, lambda: "new/s · 5 min ·" in text(app))
        await pilot.press("v")
        await until(pilot, lambda: "new/s · 1 h ·" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: since(PlotRange.HOUR) in text(app) and app.main.looked_at() is not None)
        await pilot.press("v")
        await until(pilot, lambda: since(PlotRange.DAY) in text(app))
        assert told(app) == ""
