"""The collector runs in a turn of its own, goes through everything only when nobody presses anything, and leaves nothing."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from textual.screen import Screen
from textual.strip import Strip

from lvstui.console.app import ConsoleApp
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.runtime.garbage_collection import FULL_EVERY, IDLE, PATIENCE, THRESHOLDS, GarbageCollectionSchedule
from tests.support.console import console, settled, until
from tests.support.fake_session import FakeSession
from tests.support.telling import Pair, row


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Observed:
    """A schedule, and what it went through at each second."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.collected: list[int] = []
        self.frozen = 0
        self.schedule = GarbageCollectionSchedule(self.collected.append, self._freeze, self.clock)
        self.seconds(int(IDLE))  # the first time that nobody does anything
        assert self.collected == [0] * (int(IDLE) - 1) and self.frozen == 1

    def _freeze(self) -> None:
        self.frozen += 1

    def seconds(self, count: int, *, pressing: bool = False, alone: bool = True) -> list[int]:
        """The generations that were gone through meanwhile."""
        self.collected.clear()
        for _ in range(count):
            self.clock.now += 1
            if pressing:
                self.schedule.pressed()
            self.schedule.collect_if_due(alone=alone)
        return self.collected


def test_what_is_young_is_gone_through_once_after_a_screen_when_nobody_presses_anything() -> None:
    observed = Observed()
    assert observed.seconds(60, pressing=True) == [0] * 60
    assert observed.seconds(60) == [0] * 60
    assert observed.seconds(10, alone=False) == [0] * 10
    assert observed.seconds(60, pressing=True) == [0] * 60
    assert observed.seconds(60) == [0] * (int(IDLE) - 1) + [1] + [0] * (60 - int(IDLE))


def test_nothing_of_an_open_screen_grows_old() -> None:
    observed = Observed()
    assert observed.seconds(int(FULL_EVERY + PATIENCE) + 10, alone=False) == [0] * (int(FULL_EVERY + PATIENCE) + 10)
    assert observed.seconds(10) == [0] * (int(IDLE) - 1) + [2] + [0] * (10 - int(IDLE))  # which was due, and found all


def test_what_a_screen_left_is_found_though_it_is_the_first_time_that_nobody_does_anything() -> None:
    found = list[int]()
    clock = Clock()
    schedule = GarbageCollectionSchedule(found.append, lambda: found.append(-1), clock)
    for second in range(8):
        clock.now += 1
        schedule.collect_if_due(alone=second > 1)
    assert found == [0] * (int(IDLE) + 1) + [1, 0]


def test_everything_is_gone_through_once_in_an_hour() -> None:
    observed = Observed()
    assert observed.seconds(int(FULL_EVERY) * 3).count(2) == 3


def test_who_never_rests_is_not_waited_for_for_ever() -> None:
    observed = Observed()
    observed.seconds(1, alone=False)
    assert observed.seconds(int(PATIENCE) - 1, pressing=True) == [0] * (int(PATIENCE) - 1)
    assert observed.seconds(1, pressing=True) == [1]
    assert observed.seconds(int(FULL_EVERY + PATIENCE), pressing=True).count(2) == 1


async def test_python_and_textual_are_as_they_were_when_the_console_has_ended() -> None:
    before = gc.get_threshold(), Strip.divide, gc.get_freeze_count()
    async with console(FakeSession(Pair().up())):
        assert gc.get_threshold() == THRESHOLDS and Strip.divide is not before[1]
        assert gc.get_freeze_count() > before[2]
    assert (gc.get_threshold(), Strip.divide, gc.get_freeze_count()) == before


async def test_a_crash_of_the_console_gives_them_back_too() -> None:
    before = gc.get_threshold(), Strip.divide, gc.get_freeze_count()
    with pytest.raises(RuntimeError, match="on purpose"):
        async with console(FakeSession(Pair().up())) as (app, _):
            app._handle_exception(RuntimeError("on purpose"))
    assert (gc.get_threshold(), Strip.divide, gc.get_freeze_count()) == before


def is_over(dialog: Screen[Any] | None) -> bool:
    """Does Textual hold it no more?"""
    return dialog is None or not (dialog.is_attached or dialog.is_running)


async def test_a_dialog_that_was_closed_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, look = list[bool](), GarbageCollectionSchedule.collect_if_due

    def counted(schedule: GarbageCollectionSchedule, *, alone: bool) -> None:
        look(schedule, alone=alone)
        looks.append(alone)

    monkeypatch.setattr(GarbageCollectionSchedule, "collect_if_due", counted)
    now = [0.0]
    async with console(FakeSession(Pair().up())) as (app, pilot):
        assert gc.get_threshold() == THRESHOLDS
        monkeypatch.setattr(app._garbage_collection, "_clock", lambda: now[0])
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and app.screen.state.plan is not None)
        dialog = weakref.ref(app.screen)
        await until(pilot, lambda: looks.count(False) >= 3)  # it is gone through while it is open
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main and is_over(dialog()))
        await settled(pilot)
        now[0] = IDLE  # only now: what is looked through while it is still held is not looked through again for an hour
        await until(pilot, lambda: dialog() is None)


@pytest.mark.usefixtures("every_frame")
async def test_what_is_drawn_anew_all_the_time_is_freed_without_the_collector() -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        app._garbage_collection._collect = id  # nothing
        gc.collect()
        gc.disable()
        try:
            for number in range(51):
                pair.ipvs("director1", row(8081, active=number), full=False)
                session.tell()
                await until(pilot, lambda number=number: connections(app) == number)  # type: ignore[misc]
                await pilot.pause()
            assert app.main.table.listing.matching
            await until(pilot, lambda: drawn() > 0)
            # Count the lines that the collector frees: how many lines there are depends on how much a slow console has drawn.
            freed = drawn()
            gc.collect()
            freed -= drawn()
            assert freed < 20
        finally:
            gc.enable()


def connections(app: ConsoleApp) -> int | None:
    """Return those that the main screen has of the first real server on director1."""
    assert app.main.view is not None
    return app.main.view.virtual_servers[0].real_servers[0].directors["director1"].active


def drawn() -> int:
    """Textual's lines that there are."""
    return sum(isinstance(one, Strip) for one in gc.get_objects())
