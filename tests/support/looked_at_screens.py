"""What every screen of a console shows at one moment, to hold one console against another."""

from __future__ import annotations

import re

from textual.pilot import Pilot

from lvstui.console.app import ConsoleApp
from tests.support.console import settled, text, until

SCREENS: dict[tuple[str, ...], str] = {
    (): "virtual and real servers",
    ("down", "enter"): "events of this real server",
    ("home", "enter"): "bytes in",
    ("c",): "keepalived.conf",
    ("t",): "clients",
    ("e",): "newest last",
    ("i",): "Other Director",
    ("P",): "Problems",
}
"""The keys that lead to each from the main screen, and what it shows."""

Shown = dict[tuple[str, ...], list[str]]
_DOTS = re.compile("[\u2801-\u28ff]")


async def looked_at(app: ConsoleApp, pilot: Pilot[None]) -> Shown:
    """Return what each screen shows, without its first and last line: the time, and which keys act."""
    found: Shown = {}
    for keys in SCREENS:
        await go_to(app, pilot, keys)
        found[keys] = lines_of(app)
        await go_back(app, pilot)
    return found


async def go_to(app: ConsoleApp, pilot: Pilot[None], keys: tuple[str, ...]) -> None:
    """Go to a screen from the main one, and wait until it is laid out: a log goes to its end after that."""
    await pilot.press("home", *keys)
    await until(pilot, lambda: SCREENS[keys] in text(app))
    await settled(pilot)


async def go_back(app: ConsoleApp, pilot: Pilot[None]) -> None:
    """Go back to the main screen."""
    while app.screen is not app.main:
        await pilot.press("escape")
        await pilot.pause()


def lines_of(app: ConsoleApp, *, plots: bool = True) -> list[str]:
    """Return the lines of what is shown but the first and the last; without `plots` as if these were empty."""
    lines = text(app).splitlines()[1:-1]
    return lines if plots else [_DOTS.sub(" ", line) for line in lines]
