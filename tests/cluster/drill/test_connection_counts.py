"""Connections are counted at the last moment before anything moved, and when the failover has settled, whenever that is."""

from __future__ import annotations

from lvstui.cluster.drill.result import ConnectionCount, DrillResult
from lvstui.cluster.drill.views.drill_report import report
from lvstui.report.report_json import as_json
from tests.support.failover_story import FailoverStory
from tests.support.telling import row

ONE, TWO = "director1", "director2"
SKEW_50 = 206 / 256
TAKEN = 5.4 + SKEW_50


def seen(story: FailoverStory, at: float, active: int) -> None:
    """A view, in which director1 has so many active connections."""
    story.pair.ipvs(ONE, row(8081, active=active))
    story.recogniser.know(story.pair.view(), story.began + at)


def counted(count: ConnectionCount | None, result: DrillResult) -> tuple[int, float]:
    assert count is not None
    [active] = [one.active for one in count.servers if one.director == ONE]
    return active, round(count.at - result.started, 3)


def stopped() -> FailoverStory:
    story = FailoverStory()
    seen(story, 0.5, 1)
    story.adverts(ONE, 1.0, 5.0)
    seen(story, 5.2, 2)
    story.gives_up(ONE, 5.4)
    seen(story, 5.8, 3)  # nobody is MASTER
    story.becomes_master(TWO, TAKEN)
    seen(story, 6.5, 4)  # more may still come of it
    return story


def test_before_is_the_newest_view_in_which_nothing_had_moved_and_after_the_first_one_when_it_had_settled() -> None:
    story = stopped()
    seen(story, 11.0, 5)
    seen(story, 40.0, 6)
    result = story.result(50.0)
    assert counted(result.before, result) == (2, 5.2)
    assert counted(result.after, result) == (5, 11.0)


def test_of_a_run_those_after_the_failover_are_those_before_it_is_undone() -> None:
    story = stopped()
    seen(story, 11.0, 5)
    seen(story, 15.0, 6)
    story.recogniser.end_hold()
    seen(story, 40.0, 7)
    result = story.result(50.0)
    assert counted(result.after, result) == (6, 15.0)


def test_a_hold_that_ends_before_anything_moved_counts_nothing() -> None:
    story = FailoverStory()
    seen(story, 0.5, 1)
    story.recogniser.end_hold()
    seen(story, 2.0, 2)
    result = story.result(3.0)
    assert counted(result.before, result) == counted(result.after, result) == (2, 2.0)


def test_a_director_that_is_silent_is_no_longer_looked_at() -> None:
    story = FailoverStory()
    seen(story, 0.5, 1)
    story.adverts(ONE, 1.0, 5.0)
    story.recogniser.lose(ONE, story.began + 6.0)
    seen(story, 7.0, 2)
    result = story.result(8.0)
    assert counted(result.before, result) == (1, 0.5)


def test_report_and_json_say_when_each_was_counted() -> None:
    story = stopped()
    seen(story, 11.0, 5)
    result = story.result(50.0)
    told = as_json(result)["connections"]
    assert (told["before_at"] < told["after_at"], len(told["before"])) == (True, len(told["after"]))
    [table] = [one for one in report(result, None).tables if one.name == "connections"]
    assert table.remark.startswith("Before: at ") and "After: at " in table.remark
