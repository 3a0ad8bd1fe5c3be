"""What holds for every test of the console: style sheets are parsed once, no frame is drawn that no test looks at, and a slow
machine may take its time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from typing import Any

import pytest
from rich.console import RenderableType
from textual._compositor import Compositor
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.screen import Screen

from tests.support.patience import held_live
from tests.support.waiting import LIMIT_S

__all__ = ["held_live"]

_RENDER_UPDATE = Compositor.render_update


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Iterator[None]:
    """Keep what Textual has parsed for the next app that has the same style sheet, and the same variables."""
    parse = Stylesheet._parse_rules
    kept: dict[object, list[RuleSet]] = {}

    @wraps(parse)
    def parse_rules(stylesheet: Stylesheet, *args: Any, **named: Any) -> list[RuleSet]:
        key = (frozenset(stylesheet._variables.items()), args, frozenset(named.items()))
        if key not in kept:
            kept[key] = parse(stylesheet, *args, **named)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_rules)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_unseen_frames() -> Iterator[None]:
    """Draw nothing for a terminal that is not there; what a test reads of the screen, or takes a picture of, is drawn for it."""

    @wraps(_RENDER_UPDATE)
    def rendered(
        compositor: Compositor,
        full: bool = False,
        screen_stack: list[Screen[Any]] | None = None,
        simplify: bool = False,
    ) -> RenderableType | None:
        if full or screen_stack:  # a picture, or a dialog: what is read of it has what is beneath as it was drawn last
            return _RENDER_UPDATE(compositor, full, screen_stack, simplify)
        compositor._dirty_regions.clear()
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", rendered)
        yield


@pytest.fixture
def every_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw every frame, for a test of the drawing."""
    monkeypatch.setattr(Compositor, "render_update", _RENDER_UPDATE)


@pytest.fixture(scope="session", autouse=True)
def patient_pilot() -> Iterator[None]:
    """Let the screen take in a key for as long as a test waits for anything; Textual gives it 30 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pilot._wait_for_screen, "__defaults__", (LIMIT_S,))
        yield


@pytest.fixture(scope="session", autouse=True)
def notifications_that_stay() -> Iterator[None]:
    """Let no notification go before a test has looked: Textual's own five seconds are over soon on a busy machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "NOTIFICATION_TIMEOUT", LIMIT_S)
        yield
