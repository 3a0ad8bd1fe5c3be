"""What is acknowledged stays so until it changes: kind, subject, severity or the reason that is stated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.problem_subject import ProblemSubject
from lvstui.cluster.view import ClusterView, LinkState, Problem, Severity
from lvstui.console.acknowledgements import Acknowledgements
from tests.support.telling import Pair

DOWN = Problem(ProblemKind.DOWN, "down", Severity.ERROR, "8081 is DOWN", "the row shows the reason", None, 0.0)
OTHER = Problem(ProblemKind.LINK, "link:director1", Severity.WARNING, "not heard", "", "director1", 0.0)
SERVER = ProblemSubject((Target("tcp/10.10.0.20:80", "192.168.211.13:8081"),))


def telling(*problems: Problem) -> ClusterView:
    return replace(Pair().up().view(), problems=problems)


def test_what_is_acknowledged_comes_last_and_is_counted() -> None:
    known = Acknowledgements()
    assert known.toggle(DOWN) and DOWN in known and OTHER not in known
    info = replace(OTHER, id="missing", severity=Severity.INFO)
    assert known.order((DOWN, OTHER, info)) == (OTHER, DOWN) and known.count((DOWN, OTHER)) == 1
    assert not known.toggle(DOWN) and known.order((DOWN, OTHER)) == (DOWN, OTHER)


@pytest.mark.parametrize(
    "changed",
    [
        replace(DOWN, severity=Severity.CRITICAL),
        replace(DOWN, text="8081 and 8082 are DOWN"),
        replace(DOWN, subject=SERVER),
        replace(DOWN, kind=ProblemKind.DRIFT),
    ],
)
def test_it_is_new_when_it_changes_and_stays_new_when_it_changes_back(changed: Problem) -> None:
    known = Acknowledgements()
    known.toggle(DOWN)
    assert changed not in known
    known.keep(telling(changed))
    known.keep(telling(DOWN))
    assert DOWN not in known


def test_it_is_new_when_it_was_gone() -> None:
    known = Acknowledgements()
    known.toggle(DOWN)
    known.keep(telling(replace(DOWN, since=5.0, detail="another advice")))
    assert DOWN in known, "neither is what it is"
    known.keep(telling())
    assert DOWN not in known


def test_nothing_is_forgotten_before_all_has_been_told() -> None:
    """So what is acknowledged stays so when another cluster is looked at, and this one again."""
    known = Acknowledgements()
    known.toggle(DOWN)
    known.keep(Pair().view())
    first, second = telling().directors
    silent = replace(second, keepalived=replace(second.keepalived, checkers_told=False))
    known.keep(replace(telling(), directors=(first, silent)))
    assert DOWN in known
    known.keep(replace(telling(), directors=(first, replace(silent, state=LinkState.LOST))))
    assert DOWN not in known


def test_one_that_counts_is_the_same_with_another_number() -> None:
    counting = replace(DOWN, counting=True)
    known = Acknowledgements()
    known.toggle(counting)
    assert replace(counting, text="8081 is DOWN for 6 s") in known
    assert replace(counting, severity=Severity.CRITICAL) not in known
