"""Pictures of the console, held against those that are stored beside this file, in `__snapshots__`.

A change that was meant: `pytest tests/console/test_pictures.py -n 0 --snapshot-update`, then look at the difference.

Not for: what the screens say and do, which other tests ask of them in words.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

import pytest

from lvstui.console import dialogs
from lvstui.console.screens import change
from tests.console import scenes
from tests.console.scenes import ANSI, CONTRAST, DARK, DRAINED, LIGHT, Scene, Staged

SMALL, NORMAL, LARGE = (80, 24), (120, 40), (200, 60)
NO_COLOR = "no-colour"

Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def anywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same time, operator and terminal on whatever machine."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(dialogs, "operator", lambda: "ana@ops1")
    yield
    monkeypatch.undo()
    time.tzset()


def taken(
    monkeypatch: pytest.MonkeyPatch,
    snap_compare: Compare,
    scene: Scene,
    keys: Sequence[str],
    size: tuple[int, int],
    theme: str = DARK,
    shows: str = "",
) -> bool:
    """Is it the picture that is stored? It is taken as soon as it `shows` that."""
    if theme == NO_COLOR:
        monkeypatch.setenv("NO_COLOR", "1")
    stage = Staged(monkeypatch, scene, DARK if theme == NO_COLOR else theme)
    stage.app.animation_level = "none"
    monkeypatch.setattr(change, "datetime", Now(stage.story.time()))
    return snap_compare(stage.app, terminal_size=size, run_before=partial(stage.play, keys=keys, shows=shows))


class Now:
    """In the place of datetime, for who asks what time it is."""

    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._at, UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("size", "theme"),
    [
        (SMALL, DARK),
        (NORMAL, DARK),
        (LARGE, DARK),
        (SMALL, LIGHT),
        (NORMAL, LIGHT),
        (NORMAL, ANSI),
        (NORMAL, CONTRAST),
        (NORMAL, NO_COLOR),
    ],
    ids=lambda value: value if isinstance(value, str) else "x".join(map(str, value)),
)
def test_main(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, size: tuple[int, int], theme: str) -> None:
    assert taken(monkeypatch, snap_compare, scenes.trouble, (), size, theme)


@pytest.mark.parametrize("size", [SMALL, NORMAL], ids=["80x24", "120x40"])
def test_drain(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert taken(monkeypatch, snap_compare, scenes.calm, ["down", "d"], size, shows="Apply on both")


def test_split_brain(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare) -> None:
    assert taken(monkeypatch, snap_compare, scenes.split_brain, (), NORMAL)


def test_real_server(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare) -> None:
    keys, shows = ["down", "enter"], f"{DRAINED.real_server}  in"
    assert taken(monkeypatch, snap_compare, scenes.trouble, keys, NORMAL, shows=shows)


def test_topology(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare) -> None:
    assert taken(monkeypatch, snap_compare, scenes.trouble, ["t"], NORMAL, shows="clients")


def test_configuration(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare) -> None:
    assert taken(monkeypatch, snap_compare, scenes.calm, ["c"], NORMAL, shows="the files agree")
