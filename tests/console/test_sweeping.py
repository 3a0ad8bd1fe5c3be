"""The collector runs in a turn of its own, goes through everything only when nobody presses anything, and leaves nothing."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from textual.strip import Strip

from lvstui.console import sweeping
from lvstui.console.screens.change import ChangeScreen
from lvstui.console.sweeping import FULL_EVERY, IDLE, PATIENCE, THRESHOLDS, Sweeper
from tests.cluster.telling import Pair, row
from tests.console.fake_session import FakeSession
from tests.console.support import console, until


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Swept:
    """A sweeper, and what it went through at each second."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.collected: list[int] = []
        self.frozen = 0
        self.sweeper = Sweeper(self.collected.append, self._freeze, self.clock)
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
                self.sweeper.pressed()
            self.sweeper.sweep(alone=alone)
        return self.collected


def test_what_is_young_is_gone_through_once_after_a_screen_when_nobody_presses_anything() -> None:
    swept = Swept()
    assert swept.seconds(60, pressing=True) == [0] * 60
    assert swept.seconds(60) == [0] * 60
    assert swept.seconds(10, alone=False) == [0] * 10
    assert swept.seconds(60, pressing=True) == [0] * 60
    assert swept.seconds(60) == [0] * (int(IDLE) - 1) + [1] + [0] * (60 - int(IDLE))


def test_nothing_of_an_open_screen_grows_old() -> None:
    swept = Swept()
    assert swept.seconds(int(FULL_EVERY + PATIENCE) + 10, alone=False) == [0] * (int(FULL_EVERY + PATIENCE) + 10)
    assert swept.seconds(10) == [0] * (int(IDLE) - 1) + [2] + [0] * (10 - int(IDLE))  # which was due, and found all


def test_what_a_screen_left_is_found_though_it_is_the_first_time_that_nobody_does_anything() -> None:
    found = list[int]()
    clock = Clock()
    sweeper = Sweeper(found.append, lambda: found.append(-1), clock)
    for second in range(8):
        clock.now += 1
        sweeper.sweep(alone=second > 1)
    assert found == [0] * (int(IDLE) + 1) + [1, 0]


def test_everything_is_gone_through_once_in_an_hour() -> None:
    swept = Swept()
    assert swept.seconds(int(FULL_EVERY) * 3).count(2) == 3


def test_who_never_rests_is_not_waited_for_for_ever() -> None:
    swept = Swept()
    swept.seconds(1, alone=False)
    assert swept.seconds(int(PATIENCE) - 1, pressing=True) == [0] * (int(PATIENCE) - 1)
    assert swept.seconds(1, pressing=True) == [1]
    assert swept.seconds(int(FULL_EVERY + PATIENCE), pressing=True).count(2) == 1


async def test_a_dialog_that_was_closed_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "IDLE", 1.5)
    async with console(FakeSession(Pair().up())) as (app, pilot):
        assert gc.get_threshold() == THRESHOLDS
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and app.screen._plan is not None)
        dialog = weakref.ref(app.screen)
        await pilot.pause(2.5)  # it is gone through while it is open
        await pilot.press("escape")
        await until(pilot, lambda: dialog() is None)


async def test_what_is_drawn_anew_all_the_time_is_freed_without_the_collector() -> None:
    pair = Pair().up()
    session = FakeSession(pair)
    async with console(session) as (app, pilot):
        app._sweeper._collect = id  # nothing
        gc.collect()
        gc.disable()
        try:
            before = drawn()
            for number in range(50):
                pair.ipvs("director1", row(8081, active=number), full=False)
                session.tell()
                await pilot.pause(0.01)
            assert app.main.table.listing.matching
            assert drawn() < before + 20
        finally:
            gc.enable()


def drawn() -> int:
    """Textual's lines that there are."""
    return sum(isinstance(one, Strip) for one in gc.get_objects())
