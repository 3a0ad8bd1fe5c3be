"""A server that goes DOWN and comes back: the exact limits, what is told meanwhile, and the return to normal."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lvstui.cluster.event_filter import parse_event_filter
from lvstui.cluster.flapping import FLAPS, QUIET, WITHIN, Flapping, folded
from lvstui.cluster.identity.target import Target
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import EventView, Problem, ServerTurn, Severity
from tests.support.telling import NAMES, Pair, checked, row

KEY = ("tcp/10.10.0.20:80", "192.168.211.13:8083")
DOWN, UP = ServerTurn.DOWN, ServerTurn.UP


@dataclass
class Change:
    director: str
    turn: ServerTurn | None
    key: tuple[str, str] = KEY


def flapping(*downs: float, director: str = "director1") -> Flapping:
    made = Flapping()
    for at in downs:
        made.after([Change(director, DOWN)], at)
    return made


def test_it_flaps_from_its_third_change_to_down_within_a_minute() -> None:
    assert (FLAPS, WITHIN, QUIET) == (3, 60.0, 60.0)
    assert flapping(0.0, 30.0).after([], 30.0) == {}
    run = flapping(0.0, 30.0, 60.0).after([], 60.0)[KEY]
    assert (run.count, run.text()) == (3, "flapped 3 times in 60 s")
    assert flapping(0.0, 30.0, 60.01).after([], 60.01) == {}
    assert flapping(0.0, 30.0, 60.01, 90.0).after([], 90.0)[KEY].text() == "flapped 3 times in 60 s"


def test_what_both_directors_see_is_counted_once_and_nothing_of_one_is_added_to_the_other() -> None:
    made = Flapping()
    for at in (0.0, 10.0):
        made.after([Change(name, DOWN) for name in NAMES], at)
    assert made.after([], 10.0) == {}
    assert made.after([Change(name, DOWN) for name in NAMES], 20.0)[KEY].count == 3


def test_it_is_normal_again_after_a_minute_without_any_change() -> None:
    made = flapping(0.0, 10.0, 20.0)
    made.after([Change("director1", UP)], 25.0)
    assert KEY in made.after([], 25.0 + QUIET - 0.01)
    assert made.after([], 25.0 + QUIET) == {}
    made.after([Change("director1", DOWN)], 90.0)
    assert made.after([], 90.0) == {}, "it is counted from the beginning"


def test_a_slow_one_that_flaps_goes_on_flapping_and_one_that_never_did_does_not() -> None:
    assert flapping(0.0, 10.0, 20.0, 79.0, 138.0).after([], 138.0)[KEY].text() == "flapped 5 times in 2 min"
    assert flapping(*(at * 59.0 for at in range(20))).after([], 59.0 * 19) == {}


def flap(pair: Pair, *names: str, alive: bool) -> None:
    for name in names:
        rows = [row(8081), row(8082), *([row(8083)] if alive else [])]
        pair.ipvs(name, *rows)
        pair.checkers(name, checked(8081), checked(8082), checked(8083, alive=alive))


def problems(pair: Pair) -> dict[ProblemKind, Problem]:
    return {problem.kind: problem for problem in pair.view().problems}


def test_a_pair_tells_of_one_problem_whatever_its_state_is_until_it_is_calm() -> None:
    pair = Pair().up()
    pair.view()
    for number in range(3):
        flap(pair.after(5), *NAMES, alive=False)
        assert (ProblemKind.DOWN in problems(pair)) is (number < 2)
        flap(pair.after(5), *NAMES, alive=True)
        pair.view()
    found = problems(pair)
    assert list(found) == [ProblemKind.FLAPPING]
    told = found[ProblemKind.FLAPPING]
    assert told.text == "192.168.211.13:8083 in tcp/10.10.0.20:80 flapped 3 times in 25 s"
    assert (told.severity, told.subject.targets, told.counting) == (Severity.ERROR, (Target(*KEY),), True)
    events = [event for event in pair.view().events if event.turn is not None]
    assert len(events) == 12, "each is still there for whoever wants them all"
    pair.after(QUIET - 0.01).sample()
    assert ProblemKind.FLAPPING in problems(pair)
    pair.after(0.01).sample()
    assert problems(pair) == {}
    flap(pair.after(1), *NAMES, alive=False)
    assert list(problems(pair)) == [ProblemKind.DOWN]


def test_many_that_flap_are_one_problem() -> None:
    pair = Pair().up()
    made = pair.state._problems.flapping
    pair.view()
    for _ in range(3):
        made.after([Change("director1", DOWN, (KEY[0], f"10.0.0.{number}:80")) for number in range(5)], pair.now)
    told = problems(pair)[ProblemKind.FLAPPING]
    assert told.text == "5 real servers are flapping: 10.0.0.0:80, 10.0.0.1:80, 10.0.0.2:80 and 2 more"
    assert len(told.subject.targets) == 5


# --- its events ---


def event(wall: float, turn: ServerTurn | None, source: str = "director1", server: str = KEY[1]) -> EventView:
    text = "DOWN: refused" if turn is DOWN else "UP: back in service"
    return EventView(wall, Severity.ERROR, source, server, text, (Target(KEY[0], server),), turn=turn)


def run_of(count: int, apart: float = 10.0) -> list[EventView]:
    return [event(number * apart / 2, UP if number % 2 else DOWN) for number in range(2 * count)]


def test_its_events_are_one_line_where_the_last_of_them_was() -> None:
    other = event(7.0, None)
    events = [*run_of(3)[:2], other, *run_of(3)[2:]]
    one, two = folded(events)
    assert one is other
    assert (two.wall, two.text) == (25.0, "flapped 3 times in 25 s; last: UP: back in service")
    assert (two.source, two.targets, two.severity) == ("director1", (Target(*KEY),), Severity.ERROR)


@pytest.mark.parametrize("count", [1, 2])
def test_those_of_a_server_that_does_not_flap_are_as_they_were(count: int) -> None:
    assert folded(run_of(count)) == tuple(run_of(count))
    assert folded(()) == ()
    assert len(folded(run_of(20, apart=59.0))) == 40, "a failure a minute is no flapping"


def test_each_run_and_each_server_has_its_own_line_and_a_filter_still_finds_both_directors() -> None:
    both = [event(at, turn, name) for at, turn in ((0, DOWN), (5, UP)) * 1 for name in NAMES]
    both += [event(at + 10.0, one.turn, one.source) for at, one in zip((0, 0, 5, 5), both, strict=True)]
    both += [event(at + 20.0, one.turn, one.source) for at, one in zip((0, 0, 5, 5), both[:4], strict=True)]
    later = [event(200.0 + one.wall, one.turn) for one in run_of(3)]
    lone = event(300.0, DOWN, server="192.168.211.13:8081")
    first, second, third = folded([*both, *later, lone])
    assert first.source == "both" and "flapped 3 times in 25 s on director1 and director2" in first.text
    assert second.source == "director1" and third is lone
    assert [parse_event_filter(f"director:{name}").shows(first) for name in (*NAMES, "director3")] == [
        True,
        True,
        False,
    ]
