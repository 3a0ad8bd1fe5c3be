"""Which events may have happened before those that stand above them."""

from __future__ import annotations

from lvstui.cluster.event_kind import EventClock
from lvstui.cluster.events.event_order import unsettled
from lvstui.cluster.view import EventView, Severity

AT = 1_900_000_000.0


def told(
    by: str, seconds: float, uncertainty_s: float | None = 0.01, *, early_s: float = 0.0, late_s: float = 0.0
) -> EventView:
    clock = EventClock(by, AT + seconds + 40, None if uncertainty_s is None else 40.0, uncertainty_s, early_s, late_s)
    return EventView(AT + seconds, Severity.INFO, by, "", "", clock=clock)


def own(seconds: float) -> EventView:
    return EventView(AT + seconds, Severity.INFO, "you", "", "")


def test_two_clocks_settle_what_is_further_apart_than_both_uncertainties() -> None:
    assert unsettled([told("one", 0.0), told("two", 0.03)]) == [False, False]
    assert unsettled([told("one", 0.0), told("two", 0.015)]) == [False, True]
    assert unsettled([told("one", 0.0, 0.0), told("two", 0.015)]) == [False, False]


def test_one_clock_settles_its_own_events_however_uncertain_its_offset_is() -> None:
    assert unsettled([told("one", 0.0, 2.0), told("one", 0.001, 2.0), told("one", 0.001, None)]) == [False] * 3


def test_a_sample_or_a_whole_second_leaves_the_order_of_one_clock_open_too() -> None:
    assert unsettled([told("one", 0.0), told("one", 0.5, early_s=1.0)]) == [False, True]
    assert unsettled([told("one", 0.0, late_s=1.0), told("one", 0.5)]) == [False, True]
    assert unsettled([told("one", 0.0, late_s=1.0), told("one", 1.5)]) == [False, False]


def test_a_clock_that_was_not_compared_settles_nothing_near() -> None:
    assert unsettled([told("one", 0.0), told("two", 3.0, None), own(3.5)]) == [False, True, True]
    assert unsettled([told("one", 0.0), told("two", 9.0, None)]) == [False, False]


def test_an_event_in_between_does_not_hide_one_further_above() -> None:
    assert unsettled([told("one", 0.0, 0.5), own(0.1), told("two", 0.6, 0.3)]) == [False, True, True]


def test_the_operators_own_clock_is_certain() -> None:
    assert unsettled([own(0.0), own(0.0), told("one", 0.02)]) == [False, False, False]
