"""A watch that has been armed for hours tells the same as one that has just been armed."""

from __future__ import annotations

import pytest

from lvstui.cluster.drill import drill_sources, recogniser
from lvstui.cluster.drill.result import DrillCause, DrillVerdict
from tests.support.failover_story import FailoverStory

ONE, TWO = "director1", "director2"
DOWN_50 = 3 + 206 / 256


def test_a_watch_that_was_armed_for_long_recognises_the_same() -> None:
    """More adverts were told than are kept, and what comes last is told in no fact."""
    story, begins = FailoverStory(), 2300.0
    story.adverts(ONE, 1.0, begins)
    for name in (ONE, TWO):
        story.ping(name, begins)
    story.adverts(ONE, begins + 1, begins + 3, lost=True)
    story.becomes_master(TWO, begins + DOWN_50, lost=True)
    assert len(story.result(begins + 3.9).failovers) == 2, "it is looked at often"
    for place, vip in (("ens33", "10.10.0.20"), ("ens36", "192.168.211.20")):
        story.saw(ONE, begins + DOWN_50 + 0.01, "neighbour", interface=place, address=vip, own=False)
    story.result(begins + 4.0)
    facts = story.recogniser.facts
    story.adverts(ONE, begins + 4, begins + 7, lost=True)
    assert story.recogniser.facts == facts and story.recogniser.taken > facts
    result = story.result(begins + 8)
    assert {one.cause for one in result.failovers} == {DrillCause.SPLIT_BRAIN}
    assert result.verdict is DrillVerdict.TWO_MASTERS
    assert all(one.no_master == () for one in result.failovers)


def test_events_are_told_once_however_many_facts_there_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "_MOST", 10)
    story = FailoverStory()
    for second in range(1, 15):
        story.saw(ONE, second, "down", interface="ens36", uncertainty=0.05)
    told = story.recogniser.facts
    assert story.recogniser.new_events(told) == []
    story.saw(ONE, 20.0, "up", interface="ens36", uncertainty=0.05)
    assert [one.text for one in story.recogniser.new_events(told)] == ["ens36 has a link again"]
    assert len(story.recogniser.new_events(0)) == 10


def cut() -> FailoverStory:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.recogniser.lose(ONE, story.began + 8.5)
    story.becomes_master(TWO, 5.0 + DOWN_50, lost=True)
    return story


def test_a_power_cut_stays_one_when_its_director_is_back() -> None:
    story = cut()
    assert {one.cause for one in story.result(12.0).failovers} == {DrillCause.POWER_CUT}
    story.ping(ONE, 40.0)
    story.adverts(TWO, 41.0, 45.0)
    assert {one.cause for one in story.result(50.0).failovers} == {DrillCause.POWER_CUT}


def test_a_director_whose_link_is_lost_long_after_the_takeover_had_no_power_cut() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.becomes_master(TWO, 5.0 + DOWN_50, lost=True)
    story.ping(ONE, 20.0)
    story.recogniser.lose(ONE, story.began + 30.0)
    assert {one.cause for one in story.result(40.0).failovers} == {DrillCause.UNKNOWN}


def test_a_director_that_was_linked_again_before_the_takeover_had_no_power_cut() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.recogniser.lose(ONE, story.began + 6.0)
    story.ping(ONE, 7.0)
    story.becomes_master(TWO, 5.0 + DOWN_50, lost=True)
    story.ping(ONE, 20.0)
    assert {one.cause for one in story.result(25.0).failovers} == {DrillCause.UNKNOWN}


def test_a_failover_that_has_settled_stays_measured_however_long_the_hold_of_a_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drill_sources, "_KEPT_LASTS_S", 20.0)
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.saw(ONE, 5.3, "ended", uncertainty=0.05)
    story.becomes_master(TWO, 5.0 + DOWN_50)
    story.adverts(TWO, 9.9, 12.9)
    measured = [(one.cause, one.verdict, one.measured) for one in story.result(13.0).failovers]
    assert [one[:2] for one in measured] == [(DrillCause.KILL, DrillVerdict.AS_EXPECTED)] * 2
    story.recogniser.know(story.pair.view(), story.began + 13.0)
    story.adverts(TWO, 13.9, 113.9)
    assert [(one.cause, one.verdict, one.measured) for one in story.result(115.0).failovers] == measured


def test_each_last_advert_is_kept_once_however_often_a_pair_moves() -> None:
    """Each failover that has settled keeps what is new; what is old is forgotten while nothing happens."""
    story = FailoverStory()
    source = story.recogniser._sources[ONE]
    for begins in (1.0, 20.0, 40.0):
        story.adverts(ONE, begins, begins + 9.0)
        source.keep_lasts()
    assert len(list(source.all_lasts())) == len(set(map(id, source.all_lasts()))) == source.told_lasts
    story.adverts(ONE, 100.0, 400.0)
    kept = [one.fact.received - story.began for one in source.all_lasts()]
    assert min(kept) < 2.0 and not any(51.0 < at < 279.0 for at in kept)


def test_a_result_without_any_step_of_the_drill_is_no_error() -> None:
    """All of it was before the drill, as a clock that is known by now tells."""
    story = cut()
    assert story.recogniser._failovers()
    story.recogniser._facts.clear()
    assert story.recogniser.last_step() is None and not story.recogniser.settled(story.began + 70.0)


def test_the_log_of_a_takeover_is_waited_for_though_it_told_of_one_before() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.saw(ONE, 5.3, "ended", uncertainty=0.05)
    story.becomes_master(TWO, 5.0 + DOWN_50)
    story.adverts(TWO, 9.9, 10.9)
    story.log(ONE, -500.0, "(VI_1) Entering MASTER STATE", history=True, told=0.1)
    story.advert(ONE, "VI_1", 13.0)
    assert [one.name for one in story.result(15.0).failbacks] == ["VI_1"]
    assert not story.recogniser.settled(story.began + 17.0)
    assert story.recogniser.settled(story.began + 22.0), "a log that says nothing is not waited for longer than that"
    story.log(ONE, 13.0, "(VI_1) Entering MASTER STATE", told=17.5)
    assert not story.recogniser.settled(story.began + 20.0)
    assert story.recogniser.settled(story.began + 21.0)
