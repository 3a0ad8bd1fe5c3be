"""A run in which some instances alone move is not as expected: the others' time without a MASTER is in its result."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.drill.failover_measure import DrillAim
from lvstui.cluster.drill.result import DrillCause, DrillKind, DrillResult, DrillVerdict
from lvstui.cluster.drill.result_json import dumps, loads
from lvstui.cluster.drill.views.drill_picture import pictures
from lvstui.cluster.drill.views.drill_words import verdict
from lvstui.cluster.drill.views.picture_parts import BarKind, LaneKind
from lvstui.report.report_json import as_json
from tests.support.failover_story import FailoverStory
from tests.support.telling import VIPS

ONE, TWO = "director1", "director2"
SKEW_50 = 206 / 256
AIM = DrillAim(ONE, frozenset(("VI_1", "VI_2")), DrillCause.STOP)
BACK = 18.4  # when director1 is MASTER of VI_2 again


def half(*, back: bool = True) -> FailoverStory:
    """A stop after which VI_1 alone is taken over; director1 begins again with VI_2 as MASTER."""
    story = FailoverStory(kind=DrillKind.STOP)
    story.adverts(ONE, 1.0, 5.0)
    story.gives_up(ONE, 5.4)
    story.saw(ONE, 5.6, "ended", uncertainty=0.05)
    story.becomes_master(TWO, 5.4 + SKEW_50, "VI_1")
    story.adverts(TWO, 7.2, 18.2, "VI_1")
    if back:
        story.becomes_master(ONE, BACK, "VI_2")
    return story


def ran(story: FailoverStory, at: float = 20.0) -> DrillResult:
    aim = AIM._replace(cause=DrillCause(story.kind))
    return story.recogniser.result(story.began + at, (), aim, director=ONE, restored=True)


def test_an_instance_that_nobody_took_over_is_in_the_result_with_its_time_without_a_master() -> None:
    result = ran(half())
    first, second = result.failovers
    assert (first.name, first.new, first.verdict) == ("VI_1", TWO, DrillVerdict.AS_EXPECTED)
    assert (second.name, second.old, second.new, second.cause) == ("VI_2", ONE, None, DrillCause.STOP)
    assert (second.verdict, result.verdict) == (DrillVerdict.NOT_TAKEN_OVER, DrillVerdict.NOT_TAKEN_OVER)
    [window] = second.no_master
    assert window.length is not None
    assert abs(window.length - (BACK - 5.4)) <= window.uncertainty
    assert result.outage == window.length
    assert loads(dumps(result)) == result


def test_it_is_in_the_sentence_the_json_and_the_picture() -> None:
    result = ran(half())
    said = verdict(result)
    assert said.startswith(
        "Not taken over: no other Director became MASTER of VI_2 after director1 was lost; without a"
    )
    assert "without a MASTER for 13.0" in said
    told = as_json(result)
    assert [(one["name"], one["to"], one["verdict"]) for one in told["instances"]] == [
        ("VI_1", TWO, "as expected"),
        ("VI_2", None, "not taken over"),
    ]
    assert told["windows"]["no_master_ms"] == pytest.approx(13_000, abs=10)
    (picture,) = [one for one in pictures(result) if one.title.startswith("Failover")]
    (lane,) = [one for one in picture.lanes if (one.kind, one.director, one.name) == (LaneKind.STATE, ONE, "VI_2")]
    assert [bar.kind for bar in lane.bars] == [BarKind.MASTER, BarKind.STOPPED, BarKind.MASTER]


def test_a_time_without_a_master_that_did_not_end_lasts_to_the_end() -> None:
    result = ran(half(back=False))
    [window] = result.failovers[1].no_master
    assert window.end is None
    assert result.outage == pytest.approx(20.0 - 5.4, abs=0.01)


def test_an_instance_that_no_run_was_to_move_is_none_of_it() -> None:
    story = half()
    only = story.recogniser.result(story.began + 20, (), AIM._replace(instances=frozenset(("VI_1",))), restored=True)
    assert ([one.name for one in only.failovers], only.verdict) == (["VI_1"], DrillVerdict.AS_EXPECTED)


def test_a_handover_after_which_nobody_took_over_has_no_time_without_a_master() -> None:
    story = FailoverStory(kind=DrillKind.HANDOVER)
    story.adverts(ONE, 1.0, 5.0)
    for router in VIPS:
        story.advert(ONE, router, 6.0, priority=40)
    story.adverts(ONE, 7.0, 12.0)
    result = ran(story)
    assert [(one.name, one.no_master) for one in result.failovers] == [("VI_1", ()), ("VI_2", ())]
    assert result.verdict is DrillVerdict.NOT_TAKEN_OVER
    assert "after director1 was handed over; no instance was ever without a MASTER" in verdict(result)


def test_one_that_a_view_alone_shows_on_the_other_director_is_not_measured_and_has_no_invented_gap() -> None:
    story = half()
    view = story.pair.view()
    seen = replace(
        view,
        directors=tuple(
            replace(
                one,
                vrrp=tuple(
                    replace(some, state="MASTER") if (one.name, some.name) == (TWO, "VI_2") else some
                    for some in one.vrrp
                ),
            )
            for one in view.directors
        ),
    )
    story.recogniser.know(seen, story.pair.now)
    result = ran(story)
    second = result.failovers[1]
    assert (second.new, second.no_master, second.verdict) == (TWO, (), DrillVerdict.NOT_MEASURED)
    assert result.verdict is DrillVerdict.NOT_MEASURED


def gone(*, back: bool) -> FailoverStory:
    """A MASTER that is killed, and that nobody takes over; it may come back by itself."""
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.saw(ONE, 5.3, "ended", uncertainty=0.05)
    if back:
        story.becomes_master(ONE, 9.0)
        story.adverts(ONE, 10.0, 20.0)
    return story


@pytest.mark.parametrize("back", [True, False])
def test_a_watch_tells_of_a_master_that_was_gone_and_that_nobody_took_over(back: bool) -> None:
    result = gone(back=back).result(60.0)
    assert result.verdict is DrillVerdict.NOT_TAKEN_OVER
    assert [(one.name, one.old, one.new, one.cause) for one in result.failovers] == [
        ("VI_1", ONE, None, DrillCause.UNKNOWN),
        ("VI_2", ONE, None, DrillCause.UNKNOWN),
    ]
    assert result.outage == pytest.approx(3.7 if back else 54.7, abs=0.1)


def test_a_watch_in_which_no_master_was_gone_has_no_failover() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 50.0)
    assert story.result(60.0).verdict is DrillVerdict.NO_FAILOVER


def test_what_was_taken_over_is_not_told_twice() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.gives_up(ONE, 5.4)
    story.saw(ONE, 5.6, "ended", uncertainty=0.05)
    story.becomes_master(TWO, 5.4 + SKEW_50)
    assert [one.new for one in story.result(20.0).failovers] == [TWO, TWO]


def test_a_stop_whose_end_nobody_told_does_not_claim_that_there_was_a_master() -> None:
    story = FailoverStory(kind=DrillKind.STOP)
    story.adverts(ONE, 1.0, 5.0)
    story.recogniser.lose(ONE, story.began + 5.2)
    result = ran(story)
    assert result.verdict is DrillVerdict.NOT_TAKEN_OVER and result.outage is None
    assert "the time without a MASTER was not measured" in verdict(result)
