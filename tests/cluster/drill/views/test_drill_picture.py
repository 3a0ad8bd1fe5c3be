"""The picture of a failover says what its windows and milestones say, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from lvstui.cluster.drill.result import DrillCause, DrillResult
from lvstui.cluster.drill.views.drill_picture import pictures
from lvstui.cluster.drill.views.picture_parts import BarKind, DrillPicture, Lane, LaneKind, ticks
from tests.support.drill_pages import tame, whole
from tests.support.drill_results import A_STOP, ANY, BEGIN, STOPPED


def lane(picture: DrillPicture, kind: LaneKind, director: str, name: str = "") -> Lane:
    found = [one for one in picture.lanes if (one.kind, one.director) == (kind, director) and name in ("", one.name)]
    return found[0]


def test_states_change_where_the_windows_begin_and_end() -> None:
    failover, failback = pictures(whole())
    old, new = (lane(failover, LaneKind.STATE, name, "VI_1") for name in ("director1", "director2"))
    assert [bar.kind for bar in old.bars] == [BarKind.MASTER, BarKind.STOPPED]
    assert [bar.kind for bar in new.bars] == [BarKind.BACKUP, BarKind.MASTER]
    assert (old.bars[0].end, new.bars[1].start) == (BEGIN + 1.0, BEGIN + 1.61)
    back = lane(failback, LaneKind.STATE, "director2", "VI_1")
    assert [bar.kind for bar in back.bars] == [BarKind.MASTER, BarKind.BACKUP]
    assert back.bars[0].end == BEGIN + 7.003


def test_each_step_is_in_the_lane_of_who_did_it() -> None:
    failover, _ = pictures(whole())
    steps = [mark for mark in lane(failover, LaneKind.ADVERTS, "director1").marks if mark.step]
    assert steps[0].text == "VI_1: last advert"
    assert any(mark.step for mark in lane(failover, LaneKind.ARP, "director2").marks)
    vips = lane(failover, LaneKind.VIPS, "director1").marks
    assert vips[0].text == "VI_1: VIP left the kernel 10.10.0.20"
    clients = lane(failover, LaneKind.CLIENTS, "")
    assert [bar.kind for bar in clients.bars] == [BarKind.ANSWERED, BarKind.UNANSWERED, BarKind.ANSWERED]


def test_of_a_probe_that_ended_it_shows_what_it_saw_until_then() -> None:
    result = whole()
    assert result.probe is not None
    ended = replace(result, probe=replace(result.probe, error="it ended by itself", until=BEGIN + 1.7))
    failover, failback = (lane(one, LaneKind.CLIENTS, "") for one in pictures(ended))
    kinds = [BarKind.ANSWERED, BarKind.UNANSWERED, BarKind.ANSWERED, BarKind.NO_DATA]
    assert [bar.kind for bar in failover.bars] == kinds
    assert failover.bars[-1].start == BEGIN + 1.7
    assert [bar.kind for bar in failback.bars] == [BarKind.NO_DATA]
    broken = replace(result, probe=replace(result.probe, error="there is no python3 on it"))
    assert not any(one.kind is LaneKind.CLIENTS for picture in pictures(broken) for one in picture.lanes)


@pytest.mark.parametrize(
    ("cause", "after"),
    [
        (DrillCause.POWER_CUT, BarKind.SILENT),
        (DrillCause.HANDOVER, BarKind.BACKUP),
        (DrillCause.FAULT, BarKind.FAULT),
        (DrillCause.SPLIT_BRAIN, BarKind.MASTER),
        (DrillCause.UNKNOWN, BarKind.NO_DATA),
    ],
)
def test_the_old_master_is_afterwards_what_the_cause_makes_of_it(cause: DrillCause, after: BarKind) -> None:
    (picture,) = pictures(replace(A_STOP, failovers=(replace(STOPPED, cause=cause),)))
    assert lane(picture, LaneKind.STATE, "director1").bars[-1].kind is after


@given(ANY)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_no_bar_and_no_tick_lies_outside(result: DrillResult) -> None:
    for picture in pictures(tame(result)):
        assert picture.start < picture.end
        for one in picture.lanes:
            assert all(picture.start <= bar.start <= bar.end <= picture.end for bar in one.bars)
        assert all(picture.start <= at <= picture.end for at, _ in ticks(picture, 12))


def test_ticks_are_round_and_count_from_the_first_step() -> None:
    failover, _ = pictures(whole())
    assert [label for _, label in ticks(failover, 8)] == ["-0.2 s", "0", "+0.2 s", "+0.4 s", "+0.6 s", "+0.8 s"]
