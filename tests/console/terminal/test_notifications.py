"""What an operator who looks elsewhere is told, and how often."""

from __future__ import annotations

from dataclasses import replace

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import ClusterView, EventView, LinkState, Problem, Severity
from lvstui.console.acknowledgements import Acknowledgements
from lvstui.console.terminal.notifications import APART, Notifications
from tests.support.draining_pair import draining
from tests.support.telling import NAMES, Pair, row

VIEW = Pair().up().view()


def problem(number: int, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(ProblemKind.DOWN, f"x:{number}", severity, f"number {number}", "", None, 0.0)


def begun(view: ClusterView = VIEW) -> Notifications:
    made = Notifications()
    made.see(view, Severity.ERROR, Acknowledgements())
    return made


def see(told: Notifications, *problems: Problem, least: Severity = Severity.ERROR) -> None:
    told.see(replace(VIEW, problems=problems), least, Acknowledgements())


def test_a_problem_is_told_when_it_begins_and_when_it_changes_and_not_while_it_lasts() -> None:
    told = begun()
    see(told, problem(1))
    assert told.due(0.0) == ["number 1"]
    see(told, problem(1))
    assert told.due(100.0) == []
    see(told, replace(problem(1), severity=Severity.CRITICAL))
    assert told.due(200.0) == ["number 1"]


def test_only_from_the_severity_that_was_chosen() -> None:
    for least, count in ((Severity.WARNING, 3), (Severity.ERROR, 2), (Severity.CRITICAL, 1)):
        told = begun()
        every = [problem(n, one) for n, one in enumerate((Severity.WARNING, Severity.ERROR, Severity.CRITICAL))]
        see(told, *every, problem(9, Severity.INFO), least=least)
        (text,) = told.due(0.0)
        assert text.startswith(f"{count} new problems: ") is (count > 1)


def test_there_is_one_of_a_kind_in_ten_seconds_and_the_others_are_counted() -> None:
    told = begun()
    see(told, problem(1))
    assert told.due(50.0) == ["number 1"]
    see(told, problem(1), problem(2))
    see(told, problem(1), problem(2), problem(3))
    assert told.due(50.0 + APART - 0.01) == []
    assert told.due(50.0 + APART) == ["2 new problems: number 2"]
    assert told.due(50.0 + 3 * APART) == []


def test_what_was_so_before_both_directors_were_known_did_not_begin() -> None:
    connecting = replace(
        VIEW, directors=tuple(replace(one, state=LinkState.CONNECTING, error=None) for one in VIEW.directors)
    )
    told = begun(connecting)
    see(told, problem(1))
    see(told, problem(1))
    assert told.due(0.0) == []
    see(told, problem(1), problem(2))
    assert told.due(0.0) == ["number 2"]


def test_what_is_acknowledged_is_not_told() -> None:
    told, known = begun(), Acknowledgements()
    known.toggle(problem(1))
    told.see(replace(VIEW, problems=(problem(1),)), Severity.ERROR, known)
    assert told.due(0.0) == []


def test_a_drain_that_is_safe_and_a_change_that_ended_are_told_once_beside_a_problem() -> None:
    pair = draining()
    told = begun(pair.view())
    for _ in range(4):
        pair.after(1)
        for name in NAMES:
            pair.ipvs(name, row(8081), row(8082, 0), row(8083))
        told.see(pair.view(), Severity.ERROR, Acknowledgements())
    assert told.due(0.0) == ["192.168.211.13:8082 is safe to stop (tcp/10.10.0.20:80)"]
    view = pair.view()
    ended = EventView(view.wall, Severity.INFO, "you", "", "drain 8082: done")
    other = replace(ended, source="director1", text="reloaded")
    view = replace(view, events=(*view.events, other, ended), problems=(problem(1),))
    told.see(view, Severity.ERROR, Acknowledgements())
    told.see(view, Severity.ERROR, Acknowledgements())
    assert told.due(5.0) == ["number 1", "drain 8082: done"]
