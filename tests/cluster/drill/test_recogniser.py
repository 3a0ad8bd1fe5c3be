"""Each kind of failover is recognised by the messages alone, with its times on one clock and what timers let expect."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lvstui.cluster.drill.drill_routers import InstanceTimers
from lvstui.cluster.drill.milestones import MilestoneKind, MomentSource, Unseen
from lvstui.cluster.drill.result import DrillCause, DrillNote, DrillResult, DrillVerdict, InstanceFailover
from lvstui.cluster.drill.result_json import dumps, loads
from tests.support.failover_story import ROUND_TRIP, FailoverStory

SKEW_50, DOWN_50 = 206 / 256, 3 + 206 / 256
ONE, TWO = "director1", "director2"
SURE = ROUND_TRIP  # seconds: what a clock's offset and a stamp may be off together


def moved(result: DrillResult, name: str) -> InstanceFailover:
    [found] = [one for one in result.failovers if one.name == name]
    return found


def at(result: DrillResult, one: InstanceFailover, kind: MilestoneKind) -> float:
    moment = one.moment(kind)
    assert moment is not None, kind
    assert 0 < moment.uncertainty < 0.02
    return moment.at - result.started


def stopped() -> FailoverStory:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.gives_up(ONE, 5.4)
    story.saw(ONE, 5.6, "ended", uncertainty=0.05)
    story.becomes_master(TWO, 5.4 + SKEW_50)
    story.adverts(TWO, 7.2, 9.2)
    return story


def test_a_stop_costs_the_skew() -> None:
    result = stopped().result(10.0)
    one = moved(result, "VI_1")
    assert (result.cause, result.director, one.cause) == (DrillCause.STOP, ONE, DrillCause.STOP)
    assert (one.old, one.new, one.vips) == (ONE, TWO, ("10.10.0.20",))
    kinds = MilestoneKind
    for kind, when in (
        (kinds.LAST_ADVERT, 5.0),
        (kinds.SILENCE_NOTICED, 5.4),
        (kinds.MASTER_ENTERED, 5.4 + SKEW_50),
        (kinds.VIP_ADDED, 5.4 + SKEW_50 + 0.0005),
        (kinds.GRATUITOUS_ARP, 5.4 + SKEW_50 + 0.003),
        (kinds.VIP_REMOVED, 5.5),
    ):
        moment = one.moment(kind)
        assert moment is not None
        assert abs(moment.at - result.started - when) <= moment.uncertainty, kind
    assert one.measured is not None
    assert abs(one.measured - SKEW_50) <= one.measured_uncertainty
    assert one.expected is not None
    assert (one.expected.earliest, one.expected.skew) == (SKEW_50, SKEW_50)
    [window] = one.no_master
    assert window.length is not None
    assert abs(window.length - SKEW_50) <= window.uncertainty
    assert one.two_masters == ()
    assert (one.verdict, result.verdict) == (DrillVerdict.AS_EXPECTED, DrillVerdict.AS_EXPECTED)
    assert [step.unseen for step in one.milestones if step.kind is kinds.FIRST_ANSWER] == [Unseen.NO_PROBE]
    assert loads(dumps(result)) == result


def test_the_way_back_is_a_failback_without_a_time_without_master() -> None:
    story = stopped()
    story.log(ONE, 9.5, "(VI_1) Entering BACKUP STATE (init)")
    story.log(ONE, 9.5, "(VI_2) Entering BACKUP STATE (init)")
    story.adverts(TWO, 10.2, 13.0)
    story.becomes_master(ONE, 9.5 + 3 + 156 / 256)
    story.enters(TWO, "BACKUP", 9.5 + 3 + 156 / 256 + 0.01)
    result = story.result(15.0)
    assert [one.name for one in result.failovers] == ["VI_1", "VI_2"]
    back = result.failbacks[0]
    assert (back.cause, back.old, back.new, back.no_master) == (DrillCause.FAILBACK, TWO, ONE, ())
    [window] = back.two_masters
    assert window.length is not None
    assert abs(window.length - 0.01) <= window.uncertainty
    assert back.measured is not None
    assert abs(back.measured - (3 + 156 / 256)) <= back.measured_uncertainty
    assert back.verdict is DrillVerdict.AS_EXPECTED
    assert result.cause is DrillCause.STOP


def killed() -> FailoverStory:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.saw(ONE, 5.3, "ended", uncertainty=0.05)
    story.becomes_master(TWO, 5.0 + DOWN_50)
    story.adverts(TWO, 9.9, 10.9)
    return story


def test_a_kill_costs_the_master_down_interval() -> None:
    result = killed().result(12.0)
    one = moved(result, "VI_1")
    assert one.cause is DrillCause.KILL
    assert at(result, one, MilestoneKind.LAST_ADVERT) == pytest.approx(5.0, abs=SURE)
    assert one.expected is not None and one.measured is not None
    assert one.expected.earliest == DOWN_50
    assert abs(one.measured - DOWN_50) <= one.measured_uncertainty
    [window] = one.no_master
    assert window.length is not None
    assert abs(window.length - (DOWN_50 - 0.3)) <= window.uncertainty
    assert one.verdict is DrillVerdict.AS_EXPECTED


def test_a_power_cut_is_recognised_by_the_other_director_alone() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.recogniser.lose(ONE, story.began + 8.5)
    story.becomes_master(TWO, 5.0 + DOWN_50, lost=True)
    result = story.result(12.0)
    for one in result.failovers:
        assert one.cause is DrillCause.POWER_CUT
        [window] = one.no_master  # it died between its last advert and when the next was due
        assert window.length is not None
        assert window.length - window.uncertainty >= DOWN_50 - 1.0 - 3 * SURE
        assert window.length + window.uncertainty <= DOWN_50 + 0.1
        assert one.verdict is DrillVerdict.AS_EXPECTED
    assert (len(result.failovers), result.notes) == (2, ())


def cut_nat() -> FailoverStory:
    """The LVS-NAT network carries nothing any more; both Directors live."""
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    for second in (6.0, 7.0, 8.0):
        story.adverts(ONE, second, second, "VI_1")
        story.adverts(ONE, second, second, "VI_2", lost=True)
    story.becomes_master(TWO, 5.0 + DOWN_50, "VI_2", lost=True)
    for second in (9.0, 10.0, 11.0):
        story.adverts(ONE, second, second, "VI_1")
        story.adverts(ONE, second, second, "VI_2", lost=True)
        story.adverts(TWO, second, second, "VI_2", lost=True)
    return story


def test_one_network_cut_parts_the_service_vip_from_the_gateway_vip() -> None:
    result = cut_nat().result(12.0)
    [one] = result.failovers
    assert (one.name, one.cause) == ("VI_2", DrillCause.NETWORK_CUT)
    [window] = one.two_masters
    assert window.end is None
    notes = {note.note: note for note in result.notes}
    assert notes[DrillNote.SERVICE_STAYED].vips == ("10.10.0.20", "192.168.211.20")
    assert notes[DrillNote.SERVICE_STAYED].directors == (TWO, ONE)
    assert DrillNote.MOVED_SEPARATELY in notes


@pytest.mark.parametrize("both_ways", [False, True])
def test_adverts_that_are_not_heard_make_a_split_brain(both_ways: bool) -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.adverts(ONE, 6.0, 8.0, lost=True)
    for router in ("VI_1", "VI_2"):
        story.becomes_master(TWO, 5.0 + DOWN_50, router, lost=both_ways)
        if both_ways:  # adverts alone are lost
            vip, place = (("10.10.0.20", "ens33"), ("192.168.211.20", "ens36"))[router == "VI_2"]
            story.saw(ONE, 8.81, "neighbour", interface=place, address=vip, own=False)
    story.adverts(ONE, 9.0, 12.0, lost=True)
    story.adverts(TWO, 9.9, 12.0, lost=both_ways)
    result = story.result(13.0)
    assert {one.cause for one in result.failovers} == {DrillCause.SPLIT_BRAIN}
    assert result.verdict is DrillVerdict.TWO_MASTERS
    assert all(one.no_master == () and one.two_masters[0].end is None for one in result.failovers)
    story.enters(TWO, "BACKUP", 14.0)
    healed = story.result(15.0)
    for one in healed.failovers:
        [window] = one.two_masters
        assert window.length is not None
        assert abs(window.length - (14.0 - 5.0 - DOWN_50)) <= window.uncertainty


def test_a_handover_leaves_no_time_without_a_master() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    for second in (6.0, 7.0, 8.0):
        for router in ("VI_1", "VI_2"):
            story.advert(ONE, router, second, priority=40)
    story.becomes_master(TWO, 5.0 + DOWN_50)
    story.enters(ONE, "BACKUP", 5.0 + DOWN_50 + 0.004)
    result = story.result(12.0)
    for one in result.failovers:
        assert (one.cause, one.verdict) == (DrillCause.HANDOVER, DrillVerdict.AS_EXPECTED)
        assert one.no_master == ()
        assert one.measured is not None
        assert abs(one.measured - DOWN_50) <= one.measured_uncertainty, "since the last advert that it took"
    assert len(result.failovers) == 2


def test_a_handover_is_not_said_to_leave_a_gap_that_no_clock_proves() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    for router in ("VI_1", "VI_2"):
        story.advert(ONE, router, 8.0, priority=40)
    story.becomes_master(TWO, 5.0 + DOWN_50)
    story.enters(ONE, "BACKUP", 5.0 + DOWN_50 - 0.001)  # by a clock that is a millisecond off
    for one in story.result(12.0).failovers:
        assert (one.cause, one.no_master, one.two_masters) == (DrillCause.HANDOVER, (), ())


def test_an_interface_without_a_link_is_a_network_cut() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.saw(ONE, 5.5, "down", interface="ens36", uncertainty=0.05)
    story.log(ONE, 5.5, "(VI_2) Entering FAULT STATE")
    story.adverts(ONE, 6.0, 8.0, "VI_1")
    story.becomes_master(TWO, 5.0 + DOWN_50, "VI_2", lost=True)
    story.adverts(ONE, 9.0, 10.0, "VI_1")
    [one] = story.result(12.0).failovers
    assert one.cause is DrillCause.NETWORK_CUT
    [window] = one.no_master
    assert window.length is not None
    assert abs(window.length - (DOWN_50 - 0.5)) <= window.uncertainty


def test_a_takeover_that_comes_late_is_told() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 5.0)
    story.saw(ONE, 5.3, "ended", uncertainty=0.05)
    story.becomes_master(TWO, 5.0 + DOWN_50 + 1.5)
    result = story.result(12.0)
    assert {one.verdict for one in result.failovers} == {DrillVerdict.TOO_LATE} == {result.verdict}


def test_timers_of_the_files_count() -> None:
    story = killed()
    story.recogniser.know_timers({(TWO, "VI_1"): InstanceTimers("", 5, 0.0), (TWO, "VI_2"): InstanceTimers("BOTH")})
    one, other = moved(story.result(12.0), "VI_1"), moved(story.result(12.0), "VI_2")
    assert (one.expected and one.expected.earliest, one.verdict) == (DOWN_50 + 2, DrillVerdict.TOO_EARLY)
    assert (other.expected and other.expected.earliest, other.verdict) == (DOWN_50, DrillVerdict.AS_EXPECTED)
    story.recogniser.know_timers({(TWO, name): InstanceTimers("BOTH", 5) for name in ("VI_1", "VI_2")})
    assert {one.verdict for one in story.result(12.0).failovers} == {DrillVerdict.AS_EXPECTED}, (
        "each may lead the other"
    )


def test_without_root_the_log_and_the_kernel_tell_what_they_can() -> None:
    story = FailoverStory(root=False)
    story.gives_up(ONE, 5.4)
    story.saw(ONE, 5.6, "ended", uncertainty=0.05)
    story.log(TWO, 5.4, "(VI_1) Backup received priority 0 advertisement")
    story.becomes_master(TWO, 5.4 + SKEW_50)
    result = story.result(10.0)
    one = moved(result, "VI_1")
    assert one.cause is DrillCause.STOP, "keepalived has removed its VIPs"
    assert at(result, one, MilestoneKind.MASTER_ENTERED) == pytest.approx(5.4 + SKEW_50, abs=SURE)
    assert at(result, one, MilestoneKind.SILENCE_NOTICED) == pytest.approx(5.4, abs=SURE)
    assert at(result, one, MilestoneKind.VIP_ADDED) == pytest.approx(5.4 + SKEW_50, abs=0.01)
    unseen = {step.kind: step.unseen for step in one.milestones}
    assert unseen[MilestoneKind.GRATUITOUS_ARP] is Unseen.NO_ROOT
    assert (one.measured, one.verdict) == (None, DrillVerdict.NOT_MEASURED)
    assert DrillNote.NO_ROOT in {note.note for note in result.notes}


def test_nothing_that_stays_as_it_is_is_a_failover() -> None:
    story = FailoverStory()
    story.adverts(ONE, 1.0, 9.0)
    result = story.result(10.0)
    assert (result.failovers, result.failbacks, result.verdict) == ((), (), DrillVerdict.NO_FAILOVER)
    assert not story.recogniser.settled(story.began + 100)


def test_a_line_of_the_logs_past_counts_only_if_it_is_of_the_drill() -> None:
    story = killed()
    story.log(ONE, -500.0, "(VI_1) Entering MASTER STATE", history=True, told=11.0)
    story.log(ONE, 10.0, "(VI_1) Entering BACKUP STATE (init)", history=True, told=11.0)
    texts = [
        (event.director, event.text, round(event.at - story.recogniser.clock.began))
        for event in story.result(12).events
    ]
    assert (ONE, "enters BACKUP", 10) in texts
    assert not [one for one in texts if one[2] < 0]


def test_the_timeline_is_in_the_order_in_which_it_was() -> None:
    result = stopped().result(10.0)
    times = [event.at for event in result.events]
    assert times == sorted(times)
    assert {event.source for event in result.events} >= {MomentSource.ADVERT, MomentSource.LOG, MomentSource.NETLINK}
    said = [event.text for event in result.events if event.director == ONE]
    assert "gives up VRID 51 (priority 0)" in said


@pytest.mark.parametrize("story", [stopped, killed, cut_nat])
def test_a_recording_tells_the_same_failovers(story: Callable[[], FailoverStory]) -> None:
    live = story()
    result, again = live.result(12.0), live.replayed().result(live.began + 12.0)
    assert [event.text for event in again.events] == [event.text for event in result.events]
    for one, other in zip(result.failovers, again.failovers, strict=True):
        assert (other.name, other.cause, other.verdict) == (one.name, one.cause, one.verdict)
        assert other.measured == pytest.approx(one.measured, abs=1e-5), "a recording keeps microseconds"
