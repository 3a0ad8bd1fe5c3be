"""What an agent tells of the time before the drill began is no part of it."""

from __future__ import annotations

from lvstui.cluster.drill.result import DrillCause
from lvstui.director.protocol.sighting_messages import Sighting
from tests.support.failover_story import FailoverStory

ONE, TWO = "director1", "director2"


def told_late(story: FailoverStory, name: str, at: float, told: float, source: str) -> None:
    """An advert of a MASTER of before, of which a Director that was away tells when its agent begins."""
    seen = Sighting(
        "advert", story.there(name, at), 0.001, interface="ens33", own=False, family="inet", source=source,
        vrid=51, version=2, priority=50, interval=1.0,
    )  # fmt: skip
    story._sightings(name, told, seen)


def test_an_advert_of_before_is_no_takeover() -> None:
    """director2 was MASTER while director1 was away, and stepped down before anybody watched."""
    story = FailoverStory()
    told_late(story, ONE, -0.18, 0.3, "10.10.0.12")
    story.adverts(ONE, 1.0, 5.0)
    result = story.result(10.0)
    assert result.failovers == result.failbacks == ()
    assert [event.text for event in result.events if event.director == TWO] == []
    story.becomes_master(TWO, 5.0 + 3 + 206 / 256)
    story.adverts(TWO, 9.9, 12.9)
    assert {one.cause for one in story.result(14.0).failovers} == {DrillCause.UNKNOWN}


def test_one_that_may_be_of_the_drill_is() -> None:
    """Within the uncertainty of the clock nothing is left out."""
    story = FailoverStory()
    told_late(story, ONE, -0.001, 0.3, "10.10.0.12")
    [one] = story.result(10.0).failovers
    assert (one.name, one.old, one.new) == ("VI_1", ONE, TWO)
