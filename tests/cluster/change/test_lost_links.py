"""A Director whose link is lost during a change: what it shows when it is back says how the change was left there."""

from __future__ import annotations

import pytest

from lvstui.cluster.director_facts import UnfinishedView
from tests.support.changing_pair import CONFIRMED, ORDER, Cluster, run_until_lost
from tests.support.pair import PATH


@pytest.mark.parametrize("name", ORDER)
@pytest.mark.parametrize("step", ["install", "verify"])
def test_a_director_that_comes_back_with_the_old_files_is_no_doubt(name: str, step: str) -> None:
    cluster = Cluster((name, step, "lost"))
    run_until_lost(cluster)
    cluster.comes_back(name, new=False)
    outcome = cluster.change.outcome
    assert outcome is not None
    assert outcome.kind == "rolled back"
    assert "restored the old files" in outcome.directors[name]
    assert cluster.commands("Confirm") == []


@pytest.mark.parametrize("name", ORDER)
@pytest.mark.parametrize("step", ["confirm", "close"])
def test_a_director_that_lost_its_link_when_it_was_confirmed_is_closed_when_it_comes_back(name: str, step: str) -> None:
    cluster = Cluster((name, step, "lost"))
    run_until_lost(cluster)
    cluster.comes_back(name, new=True, unfinished=CONFIRMED)
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "done"
    assert cluster.commands("Settle") == [name]
    assert cluster.settled == [True]
    assert cluster.commands("RollBack") == []


@pytest.mark.parametrize("name", ORDER)
def test_a_director_that_lost_its_link_when_it_was_closed_and_has_nothing_open_was_closed(name: str) -> None:
    cluster = Cluster((name, "close", "lost"))
    run_until_lost(cluster)
    cluster.comes_back(name, new=True)
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "done"


@pytest.mark.parametrize("name", ORDER)
def test_a_director_that_put_it_back_takes_a_confirmed_one_along(name: str) -> None:
    cluster = Cluster((name, "confirm", "lost"))
    run_until_lost(cluster)
    [other] = set(ORDER) - {name}
    cluster.comes_back(name, new=False)
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "rolled back"
    assert cluster.commands("RollBack") == [other]
    assert cluster.commands("Close") == []


def test_a_confirmed_director_that_comes_back_after_another_has_failed_is_put_back() -> None:
    cluster = Cluster(("director1", "confirm", "lost"))
    run_until_lost(cluster)
    cluster.change.lost("director2", cluster.now)
    cluster.comes_back("director2", new=False)
    cluster.comes_back("director1", new=True, unfinished=CONFIRMED)
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "rolled back"
    assert cluster.settled == [False]


@pytest.mark.parametrize("step", ["install", "confirm"])
def test_an_agent_that_was_killed_is_said_with_what_it_left(step: str) -> None:
    cluster = Cluster(("director1", step, "lost"))
    run_until_lost(cluster)
    left = UnfinishedView("t1", "Drain", "ana@ops1", 1.0, (f"{PATH} is the new file",))
    cluster.comes_back("director1", new=True, unfinished=left)
    outcome = cluster.change.outcome
    assert outcome is not None
    assert outcome.kind == "undecided"
    assert f"{PATH} is the new file" in outcome.directors["director1"]


def test_a_director_whose_old_agent_is_still_at_work_is_waited_for() -> None:
    cluster = Cluster(("director1", "confirm", "lost"))
    run_until_lost(cluster)
    cluster.comes_back("director1", new=True, busy="t1")
    assert cluster.change.outcome is None
    cluster.comes_back("director1", new=False)
    assert cluster.change.outcome is not None
    assert cluster.change.outcome.kind == "rolled back"


def test_a_director_that_comes_back_otherwise_is_said_to_be_so() -> None:
    cluster = Cluster(("director1", "install", "lost"))
    run_until_lost(cluster)
    cluster.comes_back("director1", new=True, weight=5)
    assert cluster.change.outcome is None
    cluster.now += 100
    cluster.change.tick(cluster.now)
    outcome = cluster.change.outcome
    assert outcome is not None
    assert outcome.kind == "undecided"
    assert "NOT AS IT WAS: it has the new files" in outcome.directors["director1"]
