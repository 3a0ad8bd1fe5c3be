"""Pictures of the running console on the simulated pair, for the README: `make screenshots`.

Not for: tests, which look at what is on the screen and not at its picture.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from lvstui import launch
from lvstui.console.app import ConsoleApp
from lvstui.console.widgets.server_table import ServerTable
from lvstui.demo.pair import DemoPair

HERE = Path(__file__).resolve().parent
LIMIT = 30.0  # seconds for what is to be seen


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Raises TimeoutError when it does not come to be."""
    deadline = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the console never showed what was to be pictured")
        await pilot.pause(0.05)


def shown(app: ConsoleApp) -> str:
    return app.export_screenshot().replace("&#160;", " ")


async def picture(pair: DemoPair, name: str, size: tuple[int, int], theme: str | None = None, keys: str = "") -> None:
    app = ConsoleApp(
        lambda questions: launch.session(
            pair.names, questions, ssh_config=pair.ssh_config, name="demo (simulated)", interval=1.0, read_only=None
        ),
        theme=theme,
    )
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.main.query_one(ServerTable).current() is not None)
        await until(pilot, lambda: "MASTER" in shown(app) and "not known" not in shown(app))
        app.main.query_one(ServerTable).action_move(1)
        started = time.monotonic()
        await until(pilot, lambda: time.monotonic() - started > 8)  # the rates need a few samples
        await pilot.press(*keys)
        if keys:
            await until(pilot, lambda: "Apply on both" in shown(app))
        (HERE / f"{name}.svg").write_text(app.export_screenshot(title="lvstui"))
    print(HERE / f"{name}.svg")


def main() -> None:
    with DemoPair() as pair:
        for name, size, theme, keys in (
            ("main", (120, 40), None, ""),
            ("drain", (120, 40), None, "d"),
            ("light", (120, 40), "lvstui-light", ""),
            ("small", (80, 24), None, ""),
            ("wide", (200, 60), None, ""),
        ):
            asyncio.run(picture(pair, name, size, theme, keys))


if __name__ == "__main__":
    main()
