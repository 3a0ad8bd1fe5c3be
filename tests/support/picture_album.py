"""Pictures of one console, that is led from each to the next: to start one for each picture costs more than the pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, NamedTuple

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from lvstui.console.app import ConsoleApp
from tests.support.console import settled
from tests.support.named_case import case
from tests.support.scenes import DARK

SMALL, NEARLY, NORMAL, LARGE = (80, 24), (119, 40), (120, 40), (200, 60)
NO_COLOR = "no-colour"


class Shot(NamedTuple):
    """One picture: the keys that lead to it from the table, and what it `shows` as soon as it can be taken."""

    keys: tuple[str, ...] = ()
    size: tuple[int, int] = NORMAL
    theme: str = DARK
    shows: str = ""


Album = dict[Shot, str]
"""The pictures of one console."""


class Sitting(NamedTuple):
    """The pictures that are taken one after the other; those without colour need a console of their own.

    A terminal only grows from one to the next: where it has shrunk, some panels are right only with the next second's view, and
    no second passes here.
    """

    name: str
    shots: Sequence[Shot]
    take: Callable[[pytest.MonkeyPatch, Sequence[Shot], Album], Coroutine[Any, Any, None]]


class Picture(App[str]):
    """In the place of a console, for who runs it to get a picture: it was taken already."""

    def __init__(self, picture: str) -> None:
        super().__init__()
        self._picture = picture

    def run(self, **_: Any) -> str:
        return self._picture


class Albums:
    """Those of one module. With the first picture of a console that is looked at, all of that console are taken."""

    def __init__(self) -> None:
        self._albums: dict[tuple[str, bool], Album] = {}

    def picture(self, monkeypatch: pytest.MonkeyPatch, sitting: Sitting, shot: Shot) -> Picture:
        plain = shot.theme == NO_COLOR
        name = (sitting.name, plain)
        if name not in self._albums:
            self._albums[name] = {}
            if plain:
                monkeypatch.setenv("NO_COLOR", "1")
            shots = [one for one in sitting.shots if (one.theme == NO_COLOR) == plain]
            asyncio.run(sitting.take(monkeypatch, shots, self._albums[name]))
        assert shot in self._albums[name], f"{shot} was not taken: one before it in the same console failed"
        return Picture(self._albums[name][shot])


async def take(app: ConsoleApp, pilot: Pilot[None], shot: Shot, shown: Callable[[], Awaitable[None]]) -> str:
    """Let the console have the shot's size and theme, press its keys, wait until it is `shown`, and return the picture."""
    with case(shot):
        if app.size != shot.size:
            await pilot.resize_terminal(*shot.size)
            await settled(pilot)
        app.choose(theme=DARK if shot.theme == NO_COLOR else shot.theme)  # also draws all anew, in its new size
        await settled(pilot)
        for key in shot.keys:
            await pilot.press(key)
            await settled(pilot)
        for field in app.screen.query(Input):
            field.cursor_blink = False
        await shown()
        await settled(pilot)
        await pilot.wait_for_scheduled_animations()
        return app.export_screenshot(title=app.title, simplify=True)
