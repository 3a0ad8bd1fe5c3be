"""Measure how long keys and a filter hold the loop, with 10,000 real servers ticking on the console.

In CPU time of the loop's thread, which a busy machine does not add to, divided by how many times as long as in a quiet hour a
fixed piece of work takes just then (`watchdog`). The start, dialogs, screens and files: `bench_plan`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import fmean

from lvstui.cluster.servers.drains import Drains
from lvstui.console.table.filter_line import FilterLine
from tests.bench.bench_console import views
from tests.support.console import console, table, text, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair
from tests.support.watchdog import Watchdog, slowness

LONGEST = 0.05  # seconds
DRAINS = 0.005  # seconds
KEYS = [*"jGgzZZ", *["greater_than_sign"] * 5, *"oFjoF", "space"]
TICKS = len(KEYS)


async def best(measure: Callable[[], Awaitable[float]]) -> float:
    """Return the longest hold, in seconds, in the best of three runs: what a busy machine adds is not in all of them."""
    return min([await measure() for _ in range(3)])


async def keys() -> float:
    """Return the longest hold, in seconds, while the table is sorted, folded, flattened and walked through."""
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
        return watchdog.longest / fmean((before, slowness()))


async def filtering() -> float:
    """Return the longest hold, in seconds, while a filter is typed and taken away."""
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
        return watchdog.longest / fmean((before, slowness()))


def drains() -> float:
    """Return the seconds of CPU time that a view's drains take where there is none."""
    (view,) = views(1)
    known = Drains()
    known.show(view.virtual_servers, view.directors, 0.0)
    began = time.thread_time()
    for _ in range(10):
        known.show(view.virtual_servers, view.directors, 0.0)
    return (time.thread_time() - began) / 10


def main() -> int:
    """Return 0 if every bound is kept."""
    found = {
        "keys over a ticking table": (asyncio.run(best(keys)), LONGEST),
        "a filter": (asyncio.run(best(filtering)), LONGEST),
        "no drain to show": (drains(), DRAINS),
    }
    for what, (seconds, bound) in found.items():
        print(f"{what}: {seconds * 1000:.1f} ms of the loop's own work (at most {bound * 1000:.0f})")
    return int(any(seconds >= bound for seconds, bound in found.values()))


if __name__ == "__main__":
    sys.exit(main())
