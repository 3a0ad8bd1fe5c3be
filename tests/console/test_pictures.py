"""Pictures of the console, held against those that are stored beside this file, in `__snapshots__`.

A change that was meant: `pytest tests/console/test_pictures.py -n 0 --snapshot-update`, then look at the difference.

Not for: what the screens say and do, which other tests ask of them in words.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from lvstui.cluster.drill.views.drill_state import DrillPhase
from lvstui.console.change import screen
from lvstui.console.commands import change_dialogs
from lvstui.record.past import earlier
from tests.support import scenes
from tests.support.drill_console import of_day
from tests.support.drill_pages import whole
from tests.support.fake_drills import FakeDrills
from tests.support.past_console import PastConsole, lived
from tests.support.recorded_story import RecordedStory
from tests.support.scenes import ANSI, CONTRAST, DARK, DRAINED, LIGHT, Scene, Staged

SMALL, NEARLY, NORMAL, LARGE = (80, 24), (119, 40), (120, 40), (200, 60)
NO_COLOR = "no-colour"

Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def anywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same time, operator and terminal on whatever machine."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(change_dialogs, "operator", lambda: "ana@ops1")
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
    drills: FakeDrills | None = None,
) -> bool:
    """Is it the picture that is stored? It is taken as soon as it `shows` that."""
    if theme == NO_COLOR:
        monkeypatch.setenv("NO_COLOR", "1")
    stage = Staged(monkeypatch, scene, DARK if theme == NO_COLOR else theme, drills)
    stage.app.animation_level = "none"
    monkeypatch.setattr(screen, "datetime", Now(stage.story.time()))
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
        (NEARLY, DARK),
        (NORMAL, DARK),
        (LARGE, DARK),
        ((100, 30), DARK),
        ((160, 45), DARK),
        ((300, 80), DARK),
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


BOTH_SIZES = pytest.mark.parametrize("size", [SMALL, NORMAL], ids=["80x24", "120x40"])


@BOTH_SIZES
def test_director(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert taken(monkeypatch, snap_compare, scenes.trouble, ["i"], size, shows="is MASTER: its priority")


@BOTH_SIZES
def test_virtual_server(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, size: tuple[int, int]) -> None:
    keys, shows = ["home", "enter"], "bytes in"
    assert taken(monkeypatch, snap_compare, scenes.trouble, keys, size, shows=shows)


def test_topology(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare) -> None:
    assert taken(monkeypatch, snap_compare, scenes.trouble, ["t"], NORMAL, shows="clients")


def test_configuration(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare) -> None:
    assert taken(monkeypatch, snap_compare, scenes.calm, ["c"], NORMAL, shows="the files agree")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedStory]:
    with lived(tmp_path_factory.mktemp("story")) as recorded:
        yield recorded


@pytest.mark.parametrize(
    ("size", "theme", "keys"),
    [
        (SMALL, DARK, ()),
        (NORMAL, DARK, ()),
        (LARGE, DARK, ()),
        (NORMAL, LIGHT, ()),
        (SMALL, NO_COLOR, ()),
        (NORMAL, DARK, ("t",)),
        (SMALL, DARK, ("9",)),
    ],
    ids=["80x24", "120x40", "200x60", "light", "no-colour", "topology", "typed"],
)
def test_past(
    monkeypatch: pytest.MonkeyPatch,
    snap_compare: Compare,
    story: RecordedStory,
    size: tuple[int, int],
    theme: str,
    keys: Sequence[str],
) -> None:
    if theme == NO_COLOR:
        monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(earlier, "SECONDS", 60.0)
    past = PastConsole(story, DARK if theme == NO_COLOR else theme)
    past.app.animation_level = "none"
    run_before = partial(past.show, at=118.0, keys=keys, shows="PAST 14:01:59")
    assert snap_compare(past.app, terminal_size=size, run_before=run_before)


def some_drills() -> FakeDrills:
    return FakeDrills(of_day(26, 0.61), of_day(27, 0.7), of_day(28, 1.2), whole())


@pytest.mark.parametrize(
    ("size", "theme"),
    [(SMALL, DARK), (NORMAL, LIGHT), (NORMAL, ANSI), (NORMAL, NO_COLOR)],
    ids=["80x24", "light", "ansi", "no-colour"],
)
def test_drill_as_it_happens(
    monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, size: tuple[int, int], theme: str
) -> None:
    drills = some_drills()
    drills.become(phase=DrillPhase.SEEN, result=replace(whole(), failbacks=()))
    shows = "measuring a failover"
    assert taken(monkeypatch, snap_compare, scenes.calm, ["D"], size, theme, shows=shows, drills=drills)


@pytest.mark.parametrize("size", [SMALL, NORMAL], ids=["80x24", "120x40"])
def test_earlier_drills(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, size: tuple[int, int]) -> None:
    shows = "2025-11-29 08:00"
    assert taken(monkeypatch, snap_compare, scenes.calm, ["D"], size, shows=shows, drills=some_drills())


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])
def test_result_of_a_drill(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, size: tuple[int, int]) -> None:
    drills = some_drills()
    keys, shows = ["D", "end", "home", "enter"], "director2 took over VI_1 and VI_2"
    assert taken(monkeypatch, snap_compare, scenes.calm, keys, size, shows=shows, drills=drills)


def test_run_of_a_drill(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare) -> None:
    shows = "type handover"
    assert taken(monkeypatch, snap_compare, scenes.calm, ["D", "r"], SMALL, shows=shows, drills=some_drills())
