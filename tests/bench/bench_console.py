"""The console's table with 10,000 real servers, beside a DataTable doing the same: first frame, a tick, a key.

A key's time is from its event to the frame in which the cursor has moved, while the table ticks. Views share what did not
change, as those of `cluster.state` do.

python -m tests.bench.bench_console
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
from collections.abc import Callable

from rich.console import RenderableType
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import DataTable

from lvstui.cluster.director_facts import HostView, KeepalivedView
from lvstui.cluster.view import (
    ClusterView,
    DirectorView,
    Figures,
    LinkState,
    RealServerState,
    RealServerView,
    VirtualServerView,
)
from lvstui.console.actions import LVSTUI_KEYS
from lvstui.console.look.display import Display
from lvstui.console.look.themes import THEMES, sheets
from lvstui.console.runtime.garbage_collection import THRESHOLDS
from lvstui.console.table.columns import columns
from lvstui.console.table.row_cells import CellContext
from lvstui.console.table.rows import TableRow
from lvstui.console.table.server_table import ServerTable
from lvstui.console.table.trends import Trends

SERVERS, EACH, TICKS = 100, 100, 40
NAMES = ("director1", "director2")


def views(count: int) -> list[ClusterView]:
    """One in ten real servers differs from the view before."""
    daemon = KeepalivedView("2.2.7", True, None, False, 0.0, 0.0)
    host = HostView(None, None, None, None, None, None, None, None)
    directors = tuple(
        DirectorView(name, name, LinkState.LIVE, 0.1, None, None, 0.01, "root", (), daemon, (), host, "MASTER")
        for name in NAMES
    )
    reals = [[_real(server, number, 0) for number in range(EACH)] for server in range(SERVERS)]
    made = []
    for tick in range(count):
        virtual = []
        for number, some in enumerate(reals):
            for one in range(tick % 10, EACH, 10):
                some[one] = _real(number, one, tick)
            virtual.append(VirtualServerView(f"tcp/10.10.{number}.20:80", (), "rr", "NAT", tuple(some)))
        made.append(ClusterView(1000.0 + tick, directors, tuple(virtual), (), ()))
    return made


def _real(server: int, number: int, moved: int) -> RealServerView:
    one = Figures(
        RealServerState.UP, 1, 1, True, 40 + moved, 12 + moved, 0, moved, moved, moved, 35.0 + moved, 1e6, 1e7, None
    )
    id = f"192.168.{server}.{number}:8080"
    return RealServerView(id, f"tcp/10.10.{server}.20:80", RealServerState.UP, None, None, dict.fromkeys(NAMES, one))


class Ours(App[None]):
    CSS_PATH = sheets()

    def __init__(self) -> None:
        super().__init__()
        self.trends = Trends()
        self.keys, self.shown_as = LVSTUI_KEYS, Display()
        self.register_theme(THEMES[0])
        self.theme = THEMES[0].name

    def compose(self) -> ComposeResult:
        yield ServerTable()

    def show(self, view: ClusterView) -> None:
        table = self.query_one(ServerTable)
        for _ in self.trends.add(view.virtual_servers, view.wall):
            pass
        table.show(view, self.shown_as, self.trends)


class Theirs(App[None]):
    """The same cells in a DataTable, those that changed updated."""

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def show(self, view: ClusterView) -> None:
        table: DataTable[str] = self.query_one(DataTable)
        chosen = columns([(name, True) for name in NAMES], 160, Display())
        moment = CellContext(view.wall, Trends())
        first = not table.columns
        if first:
            self.before: dict[str, list[str]] = {}
            for number, column in enumerate(chosen):
                table.add_column(column.title, width=column.width, key=str(number))
        for virtual in view.virtual_servers:
            for real in virtual.real_servers:
                cells = [column.cell(TableRow(virtual, real), moment)[0] for column in chosen]
                if first:
                    table.add_row(*cells, key=real.id)
                else:
                    for number, (was, text) in enumerate(zip(self.before[real.id], cells, strict=True)):
                        if was != text:
                            table.update_cell(real.id, str(number), text)
                self.before[real.id] = cells


async def _timed(pilot: Pilot[None], act: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU time in ms until the screen is drawn."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    await pilot._wait_for_screen()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _cursor(app: Ours | Theirs) -> object:
    if isinstance(app, Ours):
        row = app.query_one(ServerTable).current()
        return None if row is None else row.key
    return app.query_one(DataTable).cursor_row


async def _key(app: Ours | Theirs) -> float:
    """ms from a key's event until the frame that it makes is out."""
    painted = asyncio.Event()
    display, before = app._display, _cursor(app)

    def displayed(screen: Screen[object], renderable: RenderableType | None) -> None:
        display(screen, renderable)
        if _cursor(app) != before:
            painted.set()

    app._display = displayed  # type: ignore[method-assign]
    began = time.perf_counter()
    app.post_message(events.Key("down", None))
    await painted.wait()
    app._display = display  # type: ignore[method-assign]
    return (time.perf_counter() - began) * 1000


async def measure(app: Ours | Theirs) -> None:
    made = views(TICKS + 1)
    async with app.run_test(size=(160, 50)) as pilot:
        first, first_cpu = await _timed(pilot, lambda: app.show(made[0]))
        await pilot.pause()
        gc.set_threshold(*THRESHOLDS)  # as the console does
        ticks, keys = [], []
        table = app.query_one("ServerTable, DataTable")
        table.focus()
        await pilot.pause()
        for one in made[1:]:
            ticks.append((await _timed(pilot, lambda one=one: app.show(one)))[1])  # type: ignore[misc]
            await pilot.pause()
            app.show(one)  # a tick just before the key
            keys.append(await _key(app))
    p95 = statistics.quantiles(keys, n=20)[-1]
    print(
        f"{type(app).__name__:>7}: first {first:6.0f} ms ({first_cpu:.0f} ms CPU)   "
        f"CPU per tick {statistics.median(ticks):6.1f} ms   "
        f"key to paint p95 {p95:6.1f} ms"
    )


async def main() -> None:
    for app in (Ours(), Theirs()):
        await measure(app)


if __name__ == "__main__":
    asyncio.run(main())
