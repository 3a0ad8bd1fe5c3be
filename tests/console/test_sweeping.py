"""The collector runs in a turn of its own, goes through everything only when nobody presses anything, and leaves nothing."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from lvstui.console.screens.change import ChangeScreen
from lvstui.console.sweeping import FULL_EVERY, IDLE, PATIENCE, THRESHOLDS, Sweeper
from tests.cluster.telling import Pair
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
    """A sweeper whose collections take so long, and what it collected when."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.takes = 0.001
        self.full: list[float] = []
        self.young = 0
        self.sweeper = Sweeper(self._collect, self.clock)

    def _collect(self, generation: int) -> None:
        if generation == 2:
            self.full.append(self.clock.now)
            self.clock.now += self.takes
        else:
            assert generation == 0
            self.young += 1

    def seconds(self, count: int, *, pressing: bool = False) -> None:
        for _ in range(count):
            self.clock.now += 1
            if pressing:
                self.sweeper.pressed()
            self.sweeper.sweep()


def test_everything_is_gone_through_when_nobody_presses_anything() -> None:
    swept = Swept()
    swept.seconds(79, pressing=True)
    assert swept.full == [] and swept.young == 79
    swept.seconds(10)
    assert swept.full == [pytest.approx(100 + 79 + IDLE)]


def test_and_seldom_where_it_takes_long() -> None:
    swept = Swept()
    swept.takes = 0.1
    swept.seconds(100)
    assert swept.full == [pytest.approx(100 + FULL_EVERY)]
    swept.seconds(450)
    assert len(swept.full) == 1
    swept.seconds(60)
    assert len(swept.full) == 2


def test_who_never_rests_is_not_waited_for_for_ever() -> None:
    swept = Swept()
    swept.seconds(int(FULL_EVERY + PATIENCE) - 1, pressing=True)
    assert swept.full == []
    swept.seconds(2, pressing=True)
    assert len(swept.full) == 1


async def test_a_dialog_that_was_closed_is_gone() -> None:
    async with console(FakeSession(Pair().up())) as (app, pilot):
        assert gc.get_threshold() == THRESHOLDS
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, ChangeScreen) and app.screen._plan is not None)
        dialog = weakref.ref(app.screen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)

        def gone() -> bool:
            app._sweeper._pressed = app._sweeper._full_at = 0.0  # nobody has pressed anything for long
            return dialog() is None

        await until(pilot, gone)
