"""Keys and mouse of the time bar: each goes to the moment that it says, and every screen shows that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.binding import Binding
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
from tests.support.past_console import PastConsole, in_the_past, lived, recorded_console
from tests.support.recorded_story import RecordedStory

SECONDS = 150
STEPS = [
    ("left", -1), ("shift+left", -10), ("ctrl+left", -60), ("right", 1), ("shift+right", 10), ("ctrl+right", 60),
]  # fmt: skip


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedStory]:
    with lived(tmp_path_factory.mktemp("story"), SECONDS) as recorded:
        yield recorded


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch, story: RecordedStory) -> PastConsole:
    """A console whose plots look back over five seconds."""
    monkeypatch.setattr(earlier, "SECONDS", 5.0)
    return PastConsole(story)


async def test_arrows_move_by_a_second_ten_and_a_minute(past: PastConsole) -> None:
    async with in_the_past(past) as (app, pilot):
        at = past.began + 100
        app.playback.go(at)
        for key, seconds in STEPS:
            await pilot.press(key)
            at += seconds
            await past.at(pilot, at)
        (view,) = [one for one in past.recorded.views if one.wall == at]
        assert app.main.view == view


async def test_home_and_end_are_the_ends_of_the_recording(past: PastConsole) -> None:
    async with in_the_past(past) as (_, pilot):
        await pilot.press("home", "left")
        await past.at(pilot, past.began)
        await pilot.press("end", "right")
        await past.at(pilot, past.recorded.views[-1].wall)


async def test_events_are_gone_to_one_by_one(past: PastConsole) -> None:
    async with in_the_past(past) as (app, pilot):
        walls = [past.began, *sorted({mark.wall for mark in past.past.recorded.marks if mark.wall > past.began})]
        assert len(walls) > 5
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


async def test_a_time_is_typed(past: PastConsole) -> None:
    typed = [("1m ago", 60), ("90s", 90), (":-1m", 60), ("14:01:03", None), ("1m30s ago", 90)]
    names = {" ": "space", ":": "colon", "-": "minus"}
    async with in_the_past(past) as (app, pilot):
        await until(pilot, lambda: app.playback.now() == past.recorded.story.time())
        for keys, ago in typed:
            await pilot.press(*(names.get(key, key) for key in keys), "enter")
            await past.at(pilot, past.began + 62 if ago is None else past.recorded.story.time() - ago)
            assert past.bar.has_focus


async def test_what_is_no_time_is_told_and_what_was_not_recorded_is_near_something(past: PastConsole) -> None:
    async with in_the_past(past) as (app, pilot):
        await pilot.press("9", "x", "enter")
        await until(pilot, lambda: "'9x' is not a time" in told(app))
        await pilot.press("escape")
        await until(pilot, lambda: past.bar.has_focus and app.playback.away)
        await pilot.press("1", "3", "colon", "0", "0", "enter")
        await until(pilot, lambda: "Nothing was recorded then" in told(app))
        await past.at(pilot, past.began)


async def test_the_mouse_drags_the_moment(past: PastConsole) -> None:
    async with in_the_past(past) as (app, pilot):
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


async def test_it_plays_to_the_end_at_the_speed_that_is_chosen(past: PastConsole) -> None:
    async with in_the_past(past) as (app, pilot):
        await pilot.press("home")
        await past.at(pilot, past.began)
        await pilot.press(*["minus"] * len(SPEEDS), "space")
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


async def test_a_key_that_is_held_does_not_queue_up(past: PastConsole, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_the_past(past) as (_, pilot):
        made: list[float] = []
        looked = past.past._looked
        monkeypatch.setattr(past.past, "_looked", lambda wall: made.append(wall) or looked(wall))  # type: ignore[func-returns-value]
        for _ in range(60):
            past.app.playback.step(-1)
        await past.at(pilot, past.recorded.views[-1].wall - 60)
        assert len(made) <= 3, "those in between were not asked for any more"


SCREENS = ["enter", "c", "t", "e", "i", "P"]


@pytest.mark.parametrize("key", SCREENS)
async def test_every_screen_shows_the_moment_and_has_the_bar(past: PastConsole, key: str) -> None:
    async with in_the_past(past) as (app, pilot):
        at = past.began + 30
        app.playback.go(at)
        await past.at(pilot, at)
        await pilot.press("down", key)
        await until(pilot, lambda: isinstance(app.screen, ViewedScreen))
        await shows(app, pilot, "PAST 14:00:31", "connections/s")
        screen: Screen[object] = app.screen
        for pressed, clock in (("shift+left", "14:00:21"), ("ctrl+right", "14:01:21"), ("right", "14:01:22")):
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
        assert app.main.view == past.session.view()


async def test_escape_in_the_table_returns_to_the_present_too(past: PastConsole) -> None:
    async with in_the_past(past) as (app, pilot):
        app.main.table.focus()
        await pilot.press("space", "escape")
        await pilot.pause()
        assert app.playback.away, "first the marks"
        await pilot.press("escape")
        await until(pilot, lambda: "PAST" not in text(app))
        assert app.main.session is past.session


@pytest.mark.parametrize("keys", [("home", "enter"), ("down", "enter")], ids=["virtual server", "real server"])
async def test_its_speed_is_chosen_on_a_page_whose_keys_change_weights(
    past: PastConsole, keys: tuple[str, ...]
) -> None:
    async with in_the_past(past) as (app, pilot):
        await pilot.press("T", *keys)
        await until(pilot, lambda: isinstance(app.screen, ViewedScreen) and past.bar.display)
        assert not past.bar.has_focus and app.playback.speed == 1
        await pilot.press("plus")
        await until(pilot, lambda: app.playback.speed > 1)
        await pilot.press("minus")
        await until(pilot, lambda: app.playback.speed == 1)
        assert told(app) == ""


async def test_nothing_is_written_from_the_past(past: PastConsole) -> None:
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


async def test_a_problem_that_begins_in_the_present_is_told(past: PastConsole) -> None:
    async with in_the_past(past, (200, 60)) as (app, pilot):
        await pilot.press("home")
        await past.at(pilot, past.began)
        now = past.session.view()
        began = Problem(
            ProblemKind.SPLIT_BRAIN, "new", Severity.CRITICAL, "SPLIT BRAIN: both are MASTER", "", None, now.wall
        )
        past.session.shown = replace(now, problems=(began, *now.problems))
        past.session.tell()
        await shows(app, pilot, "now: SPLIT BRAIN: both are MASTER")
        assert app.main.view is not None and began not in app.main.view.problems
        await pilot.press("t")
        await until(pilot, lambda: app.screen is not app.main)
        await shows(app, pilot, "now: SPLIT BRAIN: both are MASTER")
        await pilot.press("T")
        await until(pilot, lambda: past.bar.has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: "PAST" not in text(app))


async def test_the_range_grows_while_the_past_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    past = await recorded_console(monkeypatch, tmp_path, SECONDS)
    async with in_the_past(past) as (app, pilot):
        await pilot.press("home")
        ended = past.past.recorded.ended
        await past.recorded.until(SECONDS + 20)
        past.session.tell()
        await until(pilot, lambda: past.past.recorded.ended == ended + 20)
        await pilot.press("end")
        await past.at(pilot, past.recorded.views[-1].wall)
        assert app.main.view == past.recorded.views[-1]


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


async def test_no_key_of_the_table_of_actions_is_dead_in_the_bar(
    past: PastConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {key for one in TimeBar.BINDINGS if isinstance(one, Binding) for key in one.key.split(",")}
    async with in_the_past(past) as (_, pilot):
        recorder = Recorder(monkeypatch)
        keys = {action.name: action.key.partition(",")[0] for action in ACTIONS}
        assert {name for name, key in keys.items() if key in own} == {
            "mark", "clear", "sort_left", "sort_right", "weight_up", "weight_down",
        }  # fmt: skip
        expected = [name for name, key in keys.items() if key not in own]
        for number, name in enumerate(expected, 1):
            await pilot.press(keys[name])
            await until(pilot, lambda number=number: len(recorder.ran) == number)  # type: ignore[misc]
        assert recorder.ran == expected and past.bar.has_focus
