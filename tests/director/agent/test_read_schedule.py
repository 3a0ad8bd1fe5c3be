"""When keepalived is asked: soon after each hint, never late for long, and not more often than its journal bears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from lvstui.director.agent.outbox import Outbox
from lvstui.director.agent.read_schedule import APART, SETTLED, SLOWLY, SOON, ReadSchedule
from lvstui.director.agent.readings import Readings
from tests.support.fake_system import FakeSystem

_STEP = 0.01  # seconds
Happen = Callable[[], None]


class Played:
    """A schedule whose hours pass at once: `reads` are the times at which it has read."""

    def __init__(self, schedule: ReadSchedule) -> None:
        self.schedule = schedule
        self.now = 0.0
        self.reads: list[float] = []

    def until(self, end: float, happens: list[tuple[float, Happen]]) -> None:
        """Play until then; `happens` are the times of what happens, and what it is."""
        happens = sorted(happens, key=lambda one: one[0])
        for step in range(round(self.now / _STEP), round(end / _STEP)):
            self.now = step * _STEP
            while happens and happens[0][0] <= self.now:
                happens.pop(0)[1]()
            if self.schedule.due() <= self.now:
                self.schedule.started(self.now)
                self.reads.append(self.now)

    def after(self, moment: float) -> list[float]:
        """Return how long after that moment each read began."""
        return [round(one - moment, 2) for one in self.reads if one >= moment]


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> tuple[Played, Happen, Happen]:
    """The schedule of an agent's checkers; what a weight that moved does to it, and what a line of the log does."""
    readings = Readings(FakeSystem(), Outbox(), lambda: 5.0, lambda request: None)
    played = Played(readings._checkers)
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: SimpleNamespace(time=lambda: played.now))
    return played, readings.weights_moved, lambda: readings._hint(frozenset(("checkers",)))


def each_second(what: Happen, begin: float, end: float) -> list[tuple[float, Happen]]:
    return [(begin + second, what) for second in range(round(end - begin))]


def test_a_hint_is_answered_at_once_and_once_more_and_nothing_is_read_for_no_reason(
    played: tuple[Played, Happen, Happen],
) -> None:
    schedule, _, log_said = played
    schedule.until(100.0, [(10.0, log_said)])
    assert schedule.reads[0] == 0.0
    assert schedule.after(5.0) == pytest.approx([5.0 + SOON, 5.0 + SETTLED, 5.0 + SETTLED + SLOWLY], abs=0.03)


def test_a_burst_of_hints_is_answered_by_few_reads(played: tuple[Played, Happen, Happen]) -> None:
    schedule, _, log_said = played
    schedule.until(20.0, [(10.0 + number / 50, log_said) for number in range(50)])
    assert schedule.after(10.0) == pytest.approx([SOON, SOON + APART, SOON + 2 * APART, 0.98 + SETTLED], abs=0.06)


@pytest.mark.parametrize("phase", [0.0, 0.01, 0.5, 0.99])
def test_weights_that_move_all_the_time_do_not_put_a_read_off(
    played: tuple[Played, Happen, Happen], phase: float
) -> None:
    """A sample each second in which a weight moves, for five minutes; and then an edge in the log."""
    schedule, weights_moved, log_said = played
    happens = each_second(weights_moved, 1.0, 301.0)
    schedule.until(400.0, [*happens, (200.0 + phase, log_said)])
    for moment, _ in happens:
        assert schedule.after(moment)[0] <= 2.05
    assert schedule.after(200.0 + phase)[0] <= APART + 0.02
    assert len([one for one in schedule.reads if one < 300.0]) < 210, "two looks in three seconds at most"
    assert len(schedule.after(304.0)) <= 3


def test_weights_that_move_with_each_line_of_the_log_are_read_with_it(played: tuple[Played, Happen, Happen]) -> None:
    schedule, weights_moved, log_said = played
    lines = each_second(log_said, 1.3, 300.3)
    schedule.until(400.0, [*each_second(weights_moved, 1.0, 301.0), *lines])
    for moment, _ in lines:
        assert schedule.after(moment)[0] <= APART + 0.02
    assert schedule.after(300.0)[0] <= 2.05


@pytest.mark.parametrize("apart", [0.0, 0.2, 0.6, 0.99, 1.0, 1.5, 1.99, 2.0, 2.5])
@pytest.mark.parametrize("line", [None, 0.1, 1.1, 2.1])
def test_the_last_weight_that_moved_is_always_read(
    played: tuple[Played, Happen, Happen], apart: float, line: float | None
) -> None:
    schedule, weights_moved, log_said = played
    edges = [] if line is None else [(10.0 + line, log_said)]
    last = 12.0 + apart
    schedule.until(20.0, [(10.0, weights_moved), (12.0, weights_moved), (last, weights_moved), *edges])
    assert schedule.after(last)[0] <= 2.05
