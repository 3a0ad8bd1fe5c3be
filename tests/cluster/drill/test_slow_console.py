"""What lies between two stamps of one Director is their difference, however late and unevenly this machine has heard of them."""

from __future__ import annotations

import pytest

from lvstui.cluster.drill.drill_facts import Fact, FactKind, StampClock
from lvstui.cluster.drill.milestones import MomentSource
from lvstui.cluster.drill.result import DrillResult, DrillVerdict
from lvstui.cluster.observed.clock_offset import ClockOffset
from lvstui.director.protocol.link_messages import Pong
from tests.support import failover_story
from tests.support.failover_story import BOOT, FailoverStory

ONE, TWO = "director1", "director2"
SKEW_50, DOWN_100 = 206 / 256, 3 + 156 / 256


def slow_clock() -> ClockOffset:
    """A clock that is really 100 s ahead, known by one round trip whose way back took 0.8 s and whose way there none."""
    clock = ClockOffset()
    clock.receive(Pong(at=100.0, received=100.0, sent=0.0, wall=1100.0), 0.8)
    return clock


def fact(clock: ClockOffset | None, stamp: float, received: float, scale: StampClock = StampClock.MONOTONIC) -> Fact:
    return Fact(FactKind.ADVERT, ONE, stamp, scale, 0.001, MomentSource.ADVERT, received, clock)


def test_the_offset_of_a_clock_and_the_time_of_receipt_are_no_part_of_a_difference() -> None:
    clock = slow_clock()
    first, second = fact(clock, 110.0, 10.01), fact(clock, 113.6, 19.0)
    assert second.console_time()[0] - first.console_time()[0] > 3.7, (
        "the first one is held to have come before it was told"
    )
    assert second.seconds_after(first) == pytest.approx((3.6, 0.002))


def test_nor_where_one_of_them_is_of_the_directors_wall_clock() -> None:
    clock = slow_clock()
    first, second = fact(clock, 1110.0, 10.01, StampClock.WALL), fact(clock, 113.6, 19.0)
    assert second.seconds_after(first) == pytest.approx((3.6, 0.002))
    assert first.seconds_after(second) == pytest.approx((-3.6, 0.002))


def test_between_two_directors_it_is_part_of_the_uncertainty() -> None:
    first, second = fact(slow_clock(), 110.0, 19.0), fact(slow_clock(), 113.6, 19.0)
    seconds, uncertainty = second.seconds_after(first)
    assert seconds == pytest.approx(3.6) and uncertainty > 0.8
    assert second.seconds_after(fact(None, 10.0, 10.0, StampClock.CONSOLE))[1] > 0.4


class SlowConsole(FailoverStory):
    """Its round trips take long on their way back, and not there: each offset is known to 0.6 s, and off by nearly that."""

    def ping(self, name: str, at: float) -> None:
        sent, left = self.began + at, self.there(name, at + 0.001)
        self._receive(name, Pong(left, sent, left, left + BOOT[name]), sent + 1.2)


def came_back(monkeypatch: pytest.MonkeyPatch, begins: str | None) -> DrillResult:
    """A stop and the way back, of which this machine hears seconds late; `begins`: what sets the timer of the failback."""
    story = SlowConsole()
    story.adverts(ONE, 1.0, 5.0)
    story.gives_up(ONE, 5.4)
    story.becomes_master(TWO, 5.4 + SKEW_50)
    story.adverts(TWO, 7.2, 9.2)
    if begins is None:
        story.enters(ONE, "BACKUP", 9.5)
    else:
        story.log(ONE, 9.1, "Reloading ...")
        story.log(ONE, 9.3, "Reloading")
        story.log(ONE, 9.5, begins)
    story.adverts(TWO, 10.2, 13.0)
    monkeypatch.setattr(failover_story, "LATE", 4.0)
    story.becomes_master(ONE, 9.5 + DOWN_100)
    story.enters(TWO, "BACKUP", 9.5 + DOWN_100 + 0.01)
    return story.result(20.0)


def test_a_failback_that_a_busy_console_hears_of_late_is_not_called_late(monkeypatch: pytest.MonkeyPatch) -> None:
    back = came_back(monkeypatch, None).failbacks
    assert [one.verdict for one in back] == [DrillVerdict.AS_EXPECTED] * 2
    for one in back:
        assert one.measured is not None
        assert one.measured == pytest.approx(DOWN_100, abs=0.001) and one.measured_uncertainty < 0.01


def test_a_keepalived_that_begins_sets_its_timers_when_all_instances_have_their_state() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.gives_up(ONE, 5.4)
    story.becomes_master(TWO, 5.4 + SKEW_50)
    story.log(ONE, 9.3, "(VI_1) Entering BACKUP STATE (init)")
    story.log(ONE, 9.5, "(VI_2) Entering BACKUP STATE (init)")  # the machine did something else in between
    story.adverts(TWO, 10.2, 13.0)
    story.becomes_master(ONE, 9.5 + DOWN_100)
    story.enters(TWO, "BACKUP", 9.5 + DOWN_100 + 0.01)
    for one in story.result(20.0).failbacks:
        assert one.measured == pytest.approx(DOWN_100, abs=0.001)
        assert one.verdict is DrillVerdict.AS_EXPECTED


def test_the_timers_of_a_reload_are_set_between_its_first_line_and_its_last(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in came_back(monkeypatch, "Reload complete").failbacks:
        assert one.measured == pytest.approx(DOWN_100, abs=0.001)
        assert one.measured_uncertainty == pytest.approx(0.4, abs=0.01)
        assert one.verdict is DrillVerdict.AS_EXPECTED
    for one in came_back(monkeypatch, "Got SIGHUP, reloading checker configuration").failbacks:
        assert 0.9 < one.measured_uncertainty < 1.1, "nothing says when it was over"
