"""Events stand where they happened, by the clocks of those who tell them, however late they were told."""

from __future__ import annotations

import pytest

from lvstui.cluster.event_kind import EventClock, EventKind
from lvstui.cluster.view import EventView
from lvstui.director.protocol.host_messages import Address, Link, Network
from lvstui.director.protocol.keepalived_messages import Log, LogLine
from lvstui.director.protocol.link_messages import Pong
from tests.support.telling import NAMES, OFF, REAL, VIPS, WALL, Pair, checked, row

DOWN = "Removing service [192.168.211.13]:tcp:8081 from VS [10.10.0.20]:tcp:80"


def pair(round_trip_s: float = 0.002) -> Pair:
    """Two Directors whose clocks have been compared."""
    up = Pair().up()
    for name in NAMES:
        there = up.now - round_trip_s / 2
        up.say(name, Pong(there, up.now - round_trip_s, there, up.wall(there)))
    up.view()
    return up


def event(told: Pair, text: str) -> EventView:
    (found,) = (one for one in told.view().events if text in one.text)
    return found


def clock_of(one: EventView) -> EventClock:
    assert one.clock is not None
    return one.clock


def test_a_transition_is_told_at_the_time_of_its_line_in_the_log() -> None:
    told = pair()
    told.after(5.0).log("director2", "(VI_1) Entering MASTER STATE", at=1001.25)
    one = event(told, "BACKUP → MASTER")
    assert one.wall == pytest.approx(WALL + 1001.25, abs=0.0011)
    assert one.kind is EventKind.VRRP
    clock = clock_of(one)
    assert (clock.director, clock.wall) == ("director2", told.wall(1001.25))
    assert clock.offset_s == pytest.approx(OFF, abs=0.0011)
    assert clock.uncertainty_s == pytest.approx(0.001 + 5 * 0.0001)
    assert (clock.early_s, clock.late_s) == (0.0, 0.0)


def test_a_log_with_whole_seconds_leaves_a_second_open() -> None:
    told = pair()
    told.after(5.0)
    line = LogLine(told.wall(1001.0), "Keepalived_vrrp", "(VI_1) Entering MASTER STATE")
    told.say("director2", Log(told.now, "/var/log/syslog", False, (line,), None))
    assert clock_of(event(told, "BACKUP → MASTER")).late_s == 1.0


def test_what_is_told_late_stands_before_what_happened_later() -> None:
    told = pair()
    told.after(1.0).log("director1", "(VI_1) Entering BACKUP STATE", at=1000.9)
    told.after(4.0).log("director2", "(VI_1) Entering MASTER STATE", at=1000.5)
    assert [one.text for one in told.view().events] == ["BACKUP → MASTER", "MASTER → BACKUP"]


def test_a_weight_in_the_kernel_was_set_since_the_sample_before() -> None:
    told = pair()
    told.after(1.0).sample().view()
    told.after(1.0).ipvs("director1", row(8081, 5), full=False)
    one = event(told, "weight 1 → 5")
    assert one.kind is EventKind.WEIGHT
    assert one.wall == pytest.approx(WALL + told.now, abs=0.0011)
    assert clock_of(one).early_s == pytest.approx(1.0)


def test_a_verdict_is_told_at_the_time_of_its_line() -> None:
    told = pair()
    told.after(3.0).log("director1", DOWN, at=1000.75)
    told.checkers("director1", checked(8081, alive=False), checked(8082), checked(8083))
    told.ipvs("director1", full=False, gone=(row(8081)[:2],))  # type: ignore[arg-type]  # an id is these two
    one = event(told, "DOWN")
    assert one.subject.endswith(REAL)
    assert one.wall == pytest.approx(WALL + 1000.75, abs=0.0011)


def test_vips_are_told_when_the_kernel_put_them_and_when_they_went() -> None:
    told = pair()
    told.after(2.0).network("director1")
    links = (Link("ens33", True), Link("ens36", True))
    put = tuple(Address("ens33", address, 32, 1001.5) for address in VIPS.values())
    told.say("director2", Network(told.now, links, put, None))
    gone, came = event(told, f"no longer holds {VIPS['VI_1']}"), event(told, f"now holds {VIPS['VI_1']}")
    assert (gone.source, came.source) == NAMES
    assert gone.wall == pytest.approx(WALL + 1002.0, abs=0.0011)
    assert came.wall == pytest.approx(WALL + 1001.5, abs=0.0011)


def test_before_the_clocks_were_compared_the_greeting_alone_tells() -> None:
    told = Pair().up()
    told.view()
    told.after(5.0).log("director2", "(VI_1) Entering MASTER STATE", at=1001.0)
    one = event(told, "BACKUP → MASTER")
    assert one.wall == pytest.approx(WALL + 1001.0)
    assert (clock_of(one).offset_s, clock_of(one).uncertainty_s) == (None, None)


def test_nothing_happened_later_than_it_was_told() -> None:
    told = pair()
    told.after(1.0).log("director2", "(VI_1) Entering MASTER STATE", at=1031.0)
    assert event(told, "BACKUP → MASTER").wall == WALL + told.now


def test_a_link_is_the_consoles_own_to_tell() -> None:
    told = pair()
    told.state.failed("director1", "closed", "", permanent=False, retry_in=4.0, now=told.now)
    assert event(told, "link lost").clock is None
