"""Pictures of the console, held against those that are stored beside this file, in `__snapshots__`.

A change that was meant: `pytest tests/console/test_pictures.py -n 0 --snapshot-update`, then look at the difference.

Not for: what the screens say and do, which other tests ask of them in words.
What is seen of one scene is taken in one console, that is led from one picture to the next.
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
from tests.support.console import text, until
from tests.support.drill_console import of_day
from tests.support.drill_pages import whole
from tests.support.fake_drills import FakeDrills
from tests.support.looked_at_screens import go_back
from tests.support.past_console import PastConsole, lived, looked_back
from tests.support.picture_album import (
    LARGE,
    NEARLY,
    NO_COLOR,
    NORMAL,
    SMALL,
    Album,
    Albums,
    Shot,
    Sitting,
    take,
)
from tests.support.recorded_story import RecordedStory
from tests.support.scenes import ANSI, CONTRAST, DARK, DRAINED, LIGHT, Scene, Staged

Compare = Callable[..., bool]
Seen = Callable[[Sitting, Shot], bool]


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


@pytest.fixture(scope="module")
def albums() -> Albums:
    return Albums()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, snap_compare: Compare, albums: Albums) -> Seen:
    """Is it the picture that is stored?"""
    return lambda sitting, shot: snap_compare(albums.picture(monkeypatch, sitting, shot))


def sitting(
    name: str, scene: Scene, shots: Sequence[Shot], drills: Callable[[], FakeDrills | None] = lambda: None
) -> Sitting:
    """Return the sitting for pictures of a scene, on a console with such drills."""

    async def taken(monkeypatch: pytest.MonkeyPatch, shots: Sequence[Shot], album: Album) -> None:
        stage = Staged(monkeypatch, scene, DARK, drills())
        app = stage.app
        app.animation_level = "none"
        monkeypatch.setattr(screen, "datetime", Now(stage.story.time()))
        async with app.run_test(size=shots[0].size, notifications=True) as pilot:
            await stage.play(pilot)
            for shot in shots:
                album[shot] = await take(app, pilot, shot, lambda: until(pilot, lambda: shot.shows in text(app)))  # noqa: B023
                await go_back(app, pilot)

    return Sitting(name, shots, taken)


class Now:
    """In the place of datetime, for who asks what time it is."""

    def __init__(self, at: float) -> None:
        self._at = at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._at, UTC).replace(tzinfo=None)


MAIN = [
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
]
BOTH_SIZES = pytest.mark.parametrize("size", [SMALL, NORMAL], ids=["80x24", "120x40"])


def real_server() -> Shot:
    return Shot(("home", "down", "down", "enter"), shows=f"{DRAINED.real_server}  in")


def director(size: tuple[int, int]) -> Shot:
    return Shot(("i",), size, shows="is MASTER: its priority")


def virtual_server(size: tuple[int, int]) -> Shot:
    return Shot(("home", "enter"), size, shows="bytes in")


def drain(size: tuple[int, int]) -> Shot:
    return Shot(("home", "down", "down", "d"), size, shows="Apply on both")


TOPOLOGY = Shot(("t",), shows="clients")
CONFIGURATION = Shot(("c",), shows="the files agree")
TROUBLE = sitting(
    "trouble",
    scenes.trouble,
    sorted(
        [
            *(Shot((), size, theme) for size, theme in MAIN),
            TOPOLOGY,
            *(make(size) for size in (SMALL, NORMAL) for make in (director, virtual_server)),
            real_server(),
        ],
        key=lambda shot: (shot.keys != (), shot.size),
    ),
)
CALM = sitting("calm", scenes.calm, [drain(SMALL), drain(NORMAL), CONFIGURATION])
SPLIT_BRAIN = sitting("split brain", scenes.split_brain, [Shot()])


@pytest.mark.parametrize(
    ("size", "theme"), MAIN, ids=lambda value: value if isinstance(value, str) else "x".join(map(str, value))
)
def test_main(seen: Seen, size: tuple[int, int], theme: str) -> None:
    assert seen(TROUBLE, Shot((), size, theme))


@BOTH_SIZES
def test_drain(seen: Seen, size: tuple[int, int]) -> None:
    assert seen(CALM, drain(size))


def test_split_brain(seen: Seen) -> None:
    assert seen(SPLIT_BRAIN, Shot())


def test_real_server(seen: Seen) -> None:
    assert seen(TROUBLE, real_server())


@BOTH_SIZES
def test_director(seen: Seen, size: tuple[int, int]) -> None:
    assert seen(TROUBLE, director(size))


@BOTH_SIZES
def test_virtual_server(seen: Seen, size: tuple[int, int]) -> None:
    assert seen(TROUBLE, virtual_server(size))


def test_topology(seen: Seen) -> None:
    assert seen(TROUBLE, TOPOLOGY)


def test_configuration(seen: Seen) -> None:
    assert seen(CALM, CONFIGURATION)


PAST = {
    "80x24": Shot((), SMALL),
    "typed": Shot(("9",), SMALL),
    "120x40": Shot(),
    "light": Shot((), NORMAL, LIGHT),
    "200x60": Shot((), LARGE),
    "topology": Shot(("t",)),
    "no-colour": Shot((), SMALL, NO_COLOR),
}


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sitting]:
    with lived(tmp_path_factory.mktemp("story")) as recorded:
        yield Sitting("past", list(PAST.values()), partial(take_past, recorded))


async def take_past(story: RecordedStory, monkeypatch: pytest.MonkeyPatch, shots: Sequence[Shot], album: Album) -> None:
    monkeypatch.setattr(earlier, "SECONDS", 60.0)
    console = PastConsole(story, DARK)
    console.app.animation_level = "none"
    shows = "PAST 14:01:59"
    async with console.app.run_test(size=shots[0].size, notifications=True) as pilot:
        await console.show(pilot, 118.0, (), shows)

        async def shown() -> None:
            await until(pilot, lambda: shows in text(console.app) and looked_back(console.app, console.past))

        for shot in shots:
            album[shot] = await take(console.app, pilot, shot, shown)
            if shot.keys:
                await pilot.press("escape")


@pytest.mark.parametrize("shot", PAST.values(), ids=PAST)
def test_past(seen: Seen, past: Sitting, shot: Shot) -> None:
    assert seen(past, shot)


def some_drills() -> FakeDrills:
    return FakeDrills(of_day(26, 0.61), of_day(27, 0.7), of_day(28, 1.2), whole())


def drill_that_happens() -> FakeDrills:
    drills = some_drills()
    drills.become(phase=DrillPhase.SEEN, result=replace(whole(), failbacks=()))
    return drills


HAPPENING = {
    "80x24": (SMALL, DARK),
    "light": (NORMAL, LIGHT),
    "ansi": (NORMAL, ANSI),
    "no-colour": (NORMAL, NO_COLOR),
}


def happening(size: tuple[int, int], theme: str) -> Shot:
    return Shot(("D",), size, theme, shows="measuring a failover")


def earlier_drills(size: tuple[int, int]) -> Shot:
    return Shot(("D",), size, shows="2025-11-29 08:00")


def result_of_a_drill(size: tuple[int, int]) -> Shot:
    return Shot(("D", "end", "home", "enter"), size, shows="director2 took over VI_1 and VI_2")


RUN = Shot(("D", "r"), SMALL, shows="type handover")
DRILL = sitting("drill", scenes.calm, [happening(*one) for one in HAPPENING.values()], drill_that_happens)
DRILLS = sitting(
    "drills",
    scenes.calm,
    [earlier_drills(SMALL), result_of_a_drill(SMALL), RUN, earlier_drills(NORMAL), result_of_a_drill(LARGE)],
    some_drills,
)


@pytest.mark.parametrize(("size", "theme"), HAPPENING.values(), ids=HAPPENING)
def test_drill_as_it_happens(seen: Seen, size: tuple[int, int], theme: str) -> None:
    assert seen(DRILL, happening(size, theme))


@BOTH_SIZES
def test_earlier_drills(seen: Seen, size: tuple[int, int]) -> None:
    assert seen(DRILLS, earlier_drills(size))


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])
def test_result_of_a_drill(seen: Seen, size: tuple[int, int]) -> None:
    assert seen(DRILLS, result_of_a_drill(size))


def test_run_of_a_drill(seen: Seen) -> None:
    assert seen(DRILLS, RUN)
