"""What is said in the place of plots that there are not."""

from __future__ import annotations

from lvstui.console.panels import plots_text
from tests.support.console import console, shows
from tests.support.fake_session import FakeSession
from tests.support.telling import NAMES, Pair, configuration, row

MANY = range(8000, 8210)


def test_only_what_is_not_plotted_is_said_so() -> None:
    assert plots_text.unplotted(200, 80) == plots_text.unplotted(1234, 80) == []
    [line] = plots_text.unplotted(0, 80)
    assert line.plain == "no plots: there is no real server"


async def test_a_virtual_server_with_very_many_real_servers_has_plots_of_their_sums() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.files(name, configuration(dict.fromkeys(MANY, 1)))
        pair.ipvs(name, *(row(port) for port in MANY))
    for size in ((120, 60), (200, 60)):
        async with console(FakeSession(pair), size) as (app, pilot):
            await pilot.press("home")
            await shows(app, pilot, "active  d1 0  d2 0", "new/s")
