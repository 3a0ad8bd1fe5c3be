"""The estimate of a Director's clock: the true offset is always within its bounds, and a clock that was set is seen."""

from __future__ import annotations

import random

import pytest

from lvstui.cluster.observed.clock_offset import ClockOffset
from lvstui.director.protocol.link_messages import Pong
from tests.support.telling import NAMES, WALL, Pair

AHEAD = 250.0  # seconds of the Director's monotonic clock
BOOT = 1_700_000_000.0  # its wall clock when that was 0


class Wire:
    """A console and a Director, whose clock runs `drift` faster, and what their round trips show."""

    def __init__(self, drift: float = 0.0) -> None:
        self.now = 5000.0
        self.boot = BOOT
        self.ahead = AHEAD
        self._drift = drift
        self.clock = ClockOffset()

    def there(self, now: float) -> float:
        return now + self.ahead + self._drift * (now - 5000.0)

    def ask(self, out_s: float, back_s: float, in_between_s: float = 0.0) -> None:
        sent = self.now
        heard, left = sent + out_s, sent + out_s + in_between_s
        self.now = left + back_s
        wall = self.there(left) + self.boot
        self.clock.receive(Pong(self.there(left), sent, self.there(heard), wall), self.now)

    def error(self) -> tuple[float, float]:
        """Return by how much the estimate is wrong, and what it says that it may be."""
        known = self.clock.of_monotonic(self.now)
        assert known is not None
        return abs(known[0] - (self.there(self.now) - self.now)), known[1]


@pytest.mark.parametrize("seed", range(20))
def test_the_true_offset_is_always_within_the_bounds(seed: int) -> None:
    chance = random.Random(seed)
    wire = Wire(chance.uniform(-90e-6, 90e-6))
    for _ in range(200):
        wire.ask(chance.expovariate(100), chance.expovariate(20), chance.choice([0.0, 0.0, 1.5]))
        wrong, at_most = wire.error()
        assert wrong <= at_most
        wire.now += chance.uniform(0.1, 5.0)
        wrong, at_most = wire.error()
        assert wrong <= at_most


def test_the_least_delay_of_many_round_trips_decides() -> None:
    wire = Wire()
    for out_s, back_s in ((0.2, 0.001), (0.05, 0.3), (0.0005, 0.0005), (0.4, 0.1)):
        wire.ask(out_s, back_s)
    wrong, at_most = wire.error()
    assert wrong <= at_most < 0.001


def test_how_long_the_agent_takes_to_answer_makes_it_no_worse() -> None:
    wire = Wire()
    wire.ask(0.001, 0.001, 20.0)
    assert wire.error()[1] < 0.0025


def test_an_estimate_that_is_not_renewed_grows_uncertain() -> None:
    wire = Wire()
    wire.ask(0.001, 0.001)
    before = wire.error()[1]
    wire.now += 600
    assert wire.error()[1] == pytest.approx(before + 0.06)


def test_a_machine_that_was_suspended_begins_anew() -> None:
    wire = Wire()
    wire.ask(0.001, 0.001)
    wire.ahead -= 30.0
    wire.ask(0.003, 0.001)
    wrong, at_most = wire.error()
    assert wrong <= at_most < 0.003


@pytest.mark.parametrize("step", [3600.0, -0.25])
def test_a_wall_clock_that_was_set_is_followed_at_once(step: float) -> None:
    wire = Wire()
    wire.ask(0.001, 0.001)
    wire.boot += step
    wire.ask(0.001, 0.001)
    wall = 1_700_000_300.0
    known = wire.clock.of_wall(wire.now, wall)
    assert known is not None
    assert known[0] == pytest.approx(wire.there(wire.now) + wire.boot - wall, abs=known[1] + 1e-6)
    assert wire.clock.steps == 1
    assert wire.clock.step == pytest.approx(step)


def test_the_console_s_own_wall_clock_that_was_set_changes_the_offset_by_as_much() -> None:
    wire = Wire()
    wire.ask(0.001, 0.001)
    first, second = wire.clock.of_wall(wire.now, WALL), wire.clock.of_wall(wire.now, WALL + 100.0)
    assert first is not None
    assert second is not None
    assert first[0] - second[0] == pytest.approx(100.0)


def test_what_a_recording_remembers_goes_on_as_before() -> None:
    wire, later = Wire(), ClockOffset()
    for _ in range(5):
        wire.ask(0.002, 0.001)
    later.recall(wire.clock.memory())
    assert later.of_wall(wire.now + 3, WALL) == wire.clock.of_wall(wire.now + 3, WALL)
    later.recall(())
    assert later.of_wall(wire.now, WALL) is not None


def test_nothing_is_said_before_a_round_trip() -> None:
    assert ClockOffset().view(0.0, WALL) is None
    assert ClockOffset().memory() == []


def _answer(pair: Pair, shift: float) -> Pong:
    return Pong(pair.now - 0.001, pair.now - 0.002, pair.now - 0.001, pair.wall(pair.now - 0.001) + shift)


def test_a_director_s_clock_is_shown_and_told_when_it_was_set() -> None:
    pair = Pair().up()
    pair.say("director1", _answer(pair, 0.0))
    clock = pair.view().directors[0].clock
    assert clock is not None
    assert clock.offset_s == pytest.approx(40.0, abs=0.001)
    assert clock.uncertainty_s == pytest.approx(0.001)
    pair.after(2.0).say("director1", _answer(pair, -7.0))
    view = pair.view()
    assert [one.text for one in view.events if one.source == NAMES[0]] == ["its clock was set back by 7.0 s"]
    assert view.directors[0].clock is not None
    assert view.directors[0].clock.offset_s == pytest.approx(33.0, abs=0.001)


def test_an_agent_that_only_answers_pings_shows_figures_that_age() -> None:
    pair = Pair().up()
    pair.after(10.0).say("director1", _answer(pair, 0.0))
    age = pair.view().directors[0].age_s
    assert age is not None
    assert age >= 10.0
