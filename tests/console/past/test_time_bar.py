"""Keys and mouse of the time bar: each goes to the moment that it says, and every screen shows that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen

from lvstui.cli.past.console_past import READ_ONLY
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import Problem, Severity
from lvstui.console.actions import ACTIONS
from lvstui.console.app import ConsoleApp
from lvstui.console.base.live_screen import ViewedScreen
from lvstui.console.cluster_choice import Cluster
from lvstui.console.moment.playback import SPEEDS
from lvstui.console.past.time_bar import TimeBar
from lvstui.record.past import earlier
from lvstui.session.replay_session import PAST, ReplaySession
from tests.support.action_recorder import Recorder
from tests.support.console import console, ready, settled, shows, text, told, until
from tests.support.named_case import case
from tests.support.past_console import PastConsole, in_the_past, lived, recorded_console
from tests.support.recorded_story import RecordedStory

SECONDS = 75  # into the second chunk of the recording
SMALL = (80, 24)  # where only the moment is asked for
STEPS = {"left": -1, "shift+left": -10, "ctrl+left": -60, "right": 1, "shift+right": 10, "ctrl+right": 60}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedStory]:
    with lived(tmp_path_factory.mktemp("story"), SECONDS) as recorded:
        yield recorded


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch, story: RecordedStory) -> PastConsole:
    """A console whose plots look back over five seconds."""
    monkeypatch.setattr(earlier, "SECONDS", 5.0)
    return PastConsole(story)


async def test_keys_go_to_moments(past: PastConsole, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_the_past(past, SMALL) as (app, pilot):
        at = past.began + 72
        app.playback.go(at)
        for key, seconds in STEPS.items():
            with case(key):
                await pilot.press(key)
                at += seconds
                await past.at(pilot, at)
        (view,) = [one for one in past.recorded.views if one.wall == at]
        assert app.main.view == view
        with case("the ends of the recording"):
            await pilot.press("home", "left")
            await past.at(pilot, past.began)
            await pilot.press("end", "right")
            await past.at(pilot, past.recorded.views[-1].wall)
        with case("events, one by one"):
            walls = [past.began, *sorted({mark.wall for mark in past.past.recorded.marks if mark.wall > past.began})]
            assert len(walls) > 4
            await pilot.press("home")
            for wall in walls[1:4]:
                await pilot.press("greater_than_sign")
                await past.at(pilot, wall)
            for wall in walls[2:0:-1]:
                await pilot.press("less_than_sign")
                await past.at(pilot, wall)
            await pilot.press("end", "greater_than_sign")
            await until(pilot, lambda: "No later event." in told(app))
            await pilot.press("home", "less_than_sign")
            await until(pilot, lambda: "No earlier event." in told(app))
        with case("a key that is held does not queue up"):
            app.playback.go(past.recorded.views[-1].wall)
            await past.at(pilot, past.recorded.views[-1].wall)
            made: list[float] = []
            looked = past.past._looked
            monkeypatch.setattr(past.past, "_looked", lambda wall: made.append(wall) or looked(wall))  # type: ignore[func-returns-value]
            for _ in range(60):
                app.playback.step(-1)
            await past.at(pilot, past.recorded.views[-1].wall - 60)
            assert len(made) <= 3, "those in between were not asked for any more"


async def test_a_time_is_typed(past: PastConsole) -> None:
    typed = [("1m ago", 60), ("70s", 70), (":-1m", 60), ("14:01:07", None), ("1m10s ago", 70)]
    names = {" ": "space", ":": "colon", "-": "minus"}
    async with in_the_past(past, SMALL) as (app, pilot):
        await until(pilot, lambda: app.playback.now() == past.recorded.story.time())
        for keys, ago in typed:
            with case(keys):
                await pilot.press(*(names.get(key, key) for key in keys), "enter")
                await past.at(pilot, past.began + 66 if ago is None else past.recorded.story.time() - ago)
                assert past.bar.has_focus
        with case("what is no time"):
            await pilot.press("9", "x", "enter")
            await until(pilot, lambda: "'9x' is not a time" in told(app))
            await pilot.press("escape")
            await until(pilot, lambda: past.bar.has_focus and app.playback.away)
        with case("what was not recorded is near something"):
            await pilot.press("1", "3", "colon", "0", "0", "enter")
            await until(pilot, lambda: "Nothing was recorded then" in told(app))
            await past.at(pilot, past.began)


async def test_the_mouse_drags_the_moment_and_it_plays_from_there(past: PastConsole) -> None:
    async with in_the_past(past, SMALL) as (app, pilot):
        await settled(pilot)
        line = app.screen.query_one("#time-line")
        await pilot.mouse_down(line, offset=(0, 1))
        await past.at(pilot, past.began)
        await settled(pilot)
        await pilot.hover(line, offset=(line.size.width - 1, 1))
        await past.at(pilot, past.recorded.views[-1].wall)
        await pilot.hover(line, offset=((line.size.width - 1) // 2, 1))
        await pilot.mouse_up(line, offset=((line.size.width - 1) // 2, 1))
        middle = app.playback.at
        assert abs(middle - past.began - SECONDS / 2) < 3
        await past.at(pilot, middle)
        await pilot.hover(line, offset=(0, 1))
        await pilot.pause()
        assert app.playback.at == middle, "the button is up"
        with case("it plays to the end at the speed that is chosen"):
            started = past.recorded.views[-1].wall - 8
            app.playback.go(started)
            await past.at(pilot, started)
            await pilot.press(*["minus"] * (SPEEDS.index(1.0) + 1), "space")
            await until(pilot, lambda: "▶ 0.25x" in text(app))
            await pilot.press(*["plus"] * len(SPEEDS))
            assert app.playback.speed == 60
            await until(pilot, lambda: not app.playback.playing)
            await past.at(pilot, past.recorded.views[-1].wall)
            await pilot.press(*["minus"] * len(SPEEDS))
            assert app.playback.speed == 0.25
            await pilot.press("home", "space")
            await until(pilot, lambda: app.playback.at > past.began + 0.2)
            await pilot.press("space")
            assert not app.playback.playing


async def test_every_screen_shows_the_moment_and_has_the_bar(past: PastConsole) -> None:
    async with in_the_past(past) as (app, pilot):
        await _speed_is_chosen(past, app, pilot)
        for key in ("enter", "c", "t", "e", "i", "P"):
            with case("the screen of the key", key):
                app.main.table.focus()
                await pilot.press("home")
                await past.enter(pilot)
                await _shown_on_a_screen(past, pilot, key)
                assert app.main.view == past.session.view()


async def _shown_on_a_screen(past: PastConsole, pilot: Pilot[None], key: str) -> None:
    """Go to moments on the screen of a key, then to the present, and back to the table."""
    app, at = past.app, past.began + 16
    app.playback.go(at)
    await past.at(pilot, at)
    await pilot.press("down", key)
    await until(pilot, lambda: isinstance(app.screen, ViewedScreen))
    await shows(app, pilot, "PAST 14:00:17", "connections/s")
    screen: Screen[object] = app.screen
    for pressed, clock in (("shift+left", "14:00:07"), ("ctrl+right", "14:01:07"), ("right", "14:01:08")):
        if (key, pressed) != ("i", "right"):  # the other Director
            await pilot.press(pressed)
            await shows(app, pilot, f"PAST {clock}")
    await pilot.press("T")
    await until(pilot, lambda: past.bar.has_focus)
    await pilot.press("home")
    await shows(app, pilot, "PAST 14:00:01")
    assert app.screen is screen
    await pilot.press("escape")
    await until(pilot, lambda: "PAST" not in text(app))
    assert app.screen is screen and not past.bar.display
    await pilot.press("escape")
    await until(pilot, lambda: app.screen is app.main)


async def _speed_is_chosen(past: PastConsole, app: ConsoleApp, pilot: Pilot[None]) -> None:
    """On the pages whose keys change weights."""
    await pilot.press("T")
    for page, key in (("virtual server", "home"), ("real server", "down")):
        with case(page):
            await pilot.press(key, "enter")
            await until(pilot, lambda: isinstance(app.screen, ViewedScreen) and past.bar.display)
            assert not past.bar.has_focus and app.playback.speed == 1
            await pilot.press("plus")
            await until(pilot, lambda: app.playback.speed > 1)
            await pilot.press("minus")
            await until(pilot, lambda: app.playback.speed == 1)
            assert told(app) == ""
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.main)
    assert app.playback.away


async def test_in_the_past_the_keys_of_the_table_write_nothing_and_none_is_dead(past: PastConsole) -> None:
    async with in_the_past(past) as (app, pilot):
        await pilot.press("home")
        for key in ("d", "r", "w", "plus", "a", "x", "u", "U"):
            app.clear_notifications()
            if key == "plus":
                await pilot.press("T")  # in the bar it is another key
            await pilot.press(key)
            await until(
                pilot, lambda: READ_ONLY in (told(app) + text(app).replace("\n", " ")) or app.screen is not app.main
            )
            if app.screen is not app.main:
                await pilot.press("escape")
                await until(pilot, lambda: app.screen is app.main)
        assert past.session.applied == []
        await pilot.press("T")
        await until(pilot, lambda: past.bar.has_focus)
        with case("no key is dead in the bar"), pytest.MonkeyPatch.context() as patch:
            await _reached(Recorder(patch), past, pilot)
        with case("escape in the table returns to the present too"):
            app.main.table.focus()
            await pilot.press("space")
            assert app.main.table.marks
            await pilot.press("escape")
            await pilot.pause()
            assert app.playback.away, "first the marks"
            await pilot.press("escape")
            await until(pilot, lambda: "PAST" not in text(app))
            assert app.main.session is past.session


async def _reached(recorder: Recorder, past: PastConsole, pilot: Pilot[None]) -> None:
    """Press the key of each action of the table of actions but those that are the bar's own."""
    own = {key for one in TimeBar.BINDINGS if isinstance(one, Binding) for key in one.key.split(",")}
    keys = {action.name: action.key.partition(",")[0] for action in ACTIONS}
    taken = {name for name, key in keys.items() if key in own}
    assert taken == {"mark", "clear", "sort_left", "sort_right", "weight_up", "weight_down"}
    expected = [name for name, key in keys.items() if key not in own]
    for number, name in enumerate(expected, 1):
        await pilot.press(keys[name])
        await until(pilot, lambda number=number: len(recorder.ran) == number)  # type: ignore[misc]
    assert recorder.ran == expected and past.bar.has_focus


async def test_the_present_goes_on_while_the_past_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    past = await recorded_console(monkeypatch, tmp_path, 20)
    async with in_the_past(past) as (app, pilot):
        with case("the range grows"):
            await pilot.press("home")
            ended = past.past.recorded.ended
            await past.recorded.until(20 + 5)
            past.session.tell()
            await until(pilot, lambda: past.past.recorded.ended == ended + 5)
            await pilot.press("end")
            await past.at(pilot, past.recorded.views[-1].wall)
            assert app.main.view == past.recorded.views[-1]
        with case("a problem that begins is told"):
            await pilot.resize_terminal(200, 60)
            await pilot.press("home")
            await past.at(pilot, past.began)
            now = past.session.view()
            split = "SPLIT BRAIN: both are MASTER"
            began = Problem(ProblemKind.SPLIT_BRAIN, "new", Severity.CRITICAL, split, "", None, now.wall)
            past.session.shown = replace(now, problems=(began, *now.problems))
            past.session.tell()
            await shows(app, pilot, f"now: {split}")
            assert app.main.view is not None and began not in app.main.view.problems
            await pilot.press("t")
            await until(pilot, lambda: app.screen is not app.main)
            await shows(app, pilot, f"now: {split}")
            await pilot.press("T")
            await until(pilot, lambda: past.bar.has_focus)
            await pilot.press("escape")
            await until(pilot, lambda: "PAST" not in text(app))


async def test_a_recording_that_is_opened_has_the_bar_and_no_present(past: PastConsole) -> None:
    session = ReplaySession(past.recorded.path, past.began + 20)
    app = ConsoleApp(Cluster(session.name, lambda questions: session, read_only=PAST))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: ready(app) and "PAST 22 Nov 14:00:21" in text(app))
        assert "connections/s" not in text(app)
        await pilot.press("T")
        await shows(app, pilot, "connections/s")
        await pilot.press("right")
        await shows(app, pilot, "PAST 22 Nov 14:00:22")
        await pilot.press("0", "1", "colon", "0", "0", "enter")  # of the day that was recorded
        await shows(app, pilot, "PAST 22 Nov 14:00:01")
        await pilot.press("escape")
        await until(pilot, lambda: "connections/s" not in text(app))
        assert "PAST 22 Nov 14:00:01" in text(app)


async def test_what_is_not_recorded_has_no_past() -> None:
    async with console() as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: "This is not recorded" in told(app))
        assert not app.playback.away
