"""Nothing blocks the loop: the whole console with 10,000 real servers ticking, a watchdog beside it.

Measured in CPU time of the loop's thread, which a busy machine does not add to: how much of it goes by between two turns that
the watchdog gets. The first frame apart, which comes before any figure. As it would be on the machine of docs/performance.md: one
whose processor does half as much just now takes twice as long for everything, and is not what is tested.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from statistics import fmean

from lvstui.cluster.drain import Drains
from lvstui.console.app import ConsoleApp
from lvstui.console.screens.change import ChangeScreen
from lvstui.console.screens.configuration import ConfigurationScreen
from lvstui.console.widgets.filter_line import FilterLine
from lvstui.director.protocol import MARKER, encode
from lvstui.session import Session
from tests.bench.bench_cluster import NAMES, ROLES, configuration, files, messages
from tests.bench.bench_console import views
from tests.bench.bench_plan import Told, alive, ticks
from tests.cluster.telling import Pair
from tests.console.fake_session import FakeSession
from tests.console.support import console, table, text, until
from tests.console.watchdog import Watchdog, slowness

LONGEST = 0.05  # seconds
KEYS = [*"jGgzZZ", *["greater_than_sign"] * 5, *"oFjoF", "space"]
TICKS = len(KEYS)


async def best(measure: Callable[[], Awaitable[dict[str, float]]], times: int = 3) -> dict[str, float]:
    """The longest hold of each part, in the best of up to so many: what a busy machine adds is not in all of them."""
    longest = await measure()
    for _ in range(times - 1):
        if max(longest.values()) >= LONGEST:
            again = await measure()
            longest = {part: min(longest[part], again[part]) for part in again}
    return longest


async def test_nothing_blocks_the_loop_with_ten_thousand_ticking() -> None:
    longest = await best(_ticking)
    assert max(longest.values()) < LONGEST, longest


async def test_a_filter_over_ten_thousand_does_not_block_either() -> None:
    longest = await best(_filtering)
    assert max(longest.values()) < LONGEST, longest


async def test_the_start_dialogs_screens_and_files_do_not_block_it_with_ten_thousand_either() -> None:
    longest = await best(_all_day, 5)
    assert max(longest.values()) < LONGEST, longest


async def _all_day() -> dict[str, float]:
    """By the whole console on a session of its own."""
    gc.unfreeze()
    gc.collect()  # what the last one left
    links = [Told(name) for name in NAMES]
    frames = ticks()
    told = [list(map(encode, messages(name, role))) for name, role in zip(NAMES, ROLES, strict=True)]
    changed = encode(files(50.0, b"# a line more\n" + configuration("MASTER"), -10))
    longest: dict[str, float] = {}
    app = ConsoleApp(lambda questions: Session(links, name="many"))
    async with app.run_test(size=(160, 50)) as pilot:

        async def during(part: str, act: Callable[[], Awaitable[object]], over: Callable[[], bool]) -> None:
            tick, before = next(frames), slowness()
            with Watchdog() as watchdog:
                await act()
                links[0].tell(tick)
                await until(pilot, over, within=60)
                await asyncio.sleep(0.7)  # what it set off
            longest[part] = watchdog.longest / fmean((before, slowness()))

        async def start() -> None:
            for link, some in zip(links, told, strict=True):
                for frame in (MARKER, *some):
                    link.tell(frame)

        async def rates() -> None:
            for _ in range(3):
                links[0].tell(next(frames))
                await asyncio.sleep(0.5)

        async def file() -> None:
            links[0].tell(changed)

        def up() -> bool:
            """Everything that was told is on the screen."""
            view = app.main.view
            return view is not None and sum(server.up for server in view.virtual_servers) == 10_000

        def planned() -> bool:
            return isinstance(app.screen, ChangeScreen) and app.screen._plan is not None

        def shown() -> bool:
            return isinstance(app.screen, ConfigurationScreen) and "lb_algo" in text(app)

        await during("start", start, up)
        async with alive(links):
            await during("first rates", rates, up)
            await during("d", lambda: pilot.press("down", "d"), planned)
            await during("c", lambda: pilot.press("escape", "c"), shown)
            await during("back", lambda: pilot.press("escape"), lambda: app.screen is app.main)
            await during("another file", file, up)
    return longest


async def _ticking() -> dict[str, float]:
    session = FakeSession(Pair().up())
    known = session.view()
    ticks = [
        type(known)(view.wall, known.directors, view.virtual_servers, known.problems, known.events)
        for view in views(TICKS + 1)
    ]
    session.shown = ticks[0]
    async with console(session, (160, 50)) as (app, pilot):
        await until(pilot, lambda: table(app).listing.matching == 10_000)
        before = slowness()
        with Watchdog() as watchdog:
            for tick, key in zip(ticks[1:], KEYS, strict=True):
                session.shown = tick
                session.tell()
                await pilot.press(key)
                await until(pilot, lambda tick=tick: app.main.view is tick)  # type: ignore[misc]
        return {"keys": watchdog.longest / fmean((before, slowness()))}


async def _filtering() -> dict[str, float]:
    session = FakeSession(Pair().up())
    known = session.view()
    (view,) = views(1)
    session.shown = type(known)(view.wall, known.directors, view.virtual_servers, known.problems, known.events)
    async with console(session, (160, 50)) as (app, pilot):
        await until(pilot, lambda: table(app).listing.matching == 10_000)
        before = slowness()
        with Watchdog() as watchdog:
            await pilot.press("slash", *"192.168.7. active:<50")
            await until(pilot, lambda: table(app).listing.matching == 100 and "100 of 10,000" in text(app))
            await pilot.press("escape")
            await until(pilot, lambda: not app.main.query_one(FilterLine).display)
        return {"keys": watchdog.longest / fmean((before, slowness()))}


def test_drains_of_ten_thousand_servers_cost_next_to_nothing_where_there_are_few() -> None:
    (view,) = views(1)
    drains = Drains()
    drains.show(view.virtual_servers, view.directors, 0.0)
    began = time.thread_time()
    for _ in range(10):
        assert drains.show(view.virtual_servers, view.directors, 0.0) == ((), [])
    assert time.thread_time() - began < 10 * 0.005
