"""Drains: what is left, how long it will take, when it is safe to stop, and the times that a reason names."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.identity.target import Target
from lvstui.cluster.servers.drain_pace import ENOUGH, Pace
from lvstui.cluster.servers.drains import Drains, overdue
from lvstui.cluster.view import DrainView, RealServerState
from tests.support.draining_pair import MARK, draining, left
from tests.support.telling import NAMES, WALL, Pair, configuration, row

DRAINED = "192.168.211.13:8082"


def only(pair: Pair) -> DrainView:
    (drain,) = pair.view().drains
    return drain


def safe_events(pair: Pair) -> list[str]:
    return [event for event in pair.events() if "safe to stop" in event]


def test_a_drain_says_what_is_left_since_when_and_by_whom() -> None:
    drain = only(draining())
    assert (drain.virtual_server, drain.real_server) == ("tcp/10.10.0.20:80", DRAINED)
    assert drain.left == {"director1": 40, "director2": 0} and drain.state is RealServerState.DRAINING
    assert drain.told is not None
    assert (drain.told.by, drain.told.when, drain.told.reason) == ("ana@ops1", "2026-11-22 14:01", "kernel update")
    assert drain.eta_s is None and not drain.safe, "one sample tells no pace"


def test_nothing_is_drained_where_nothing_is() -> None:
    assert Pair().up().view().drains == ()


def test_the_time_left_is_that_of_connections_that_end_by_chance() -> None:
    pair = draining(active=1000)
    for second in range(1, 21):
        left(pair, round(1000 * math.exp(-second / 14))).view()
    drain = only(pair)
    now = 1000 * math.exp(-20 / 14)
    assert drain.eta_s == pytest.approx(14 * math.log(now + 1), rel=0.1)
    assert drain.per_s is not None and now / 14 < drain.per_s < 1000 / 14


def test_connections_that_stay_have_no_end_in_sight() -> None:
    pair = draining()
    for _ in range(10):
        left(pair, 40).view()
    drain = only(pair)
    assert drain.eta_s is None and drain.per_s == 0.0


def test_safe_to_stop_after_two_quiet_samples_on_both_told_once() -> None:
    pair = draining()
    pair.view()
    left(pair, 0, backup=3).view()
    left(pair, 0).view()
    assert not only(pair).safe and safe_events(pair) == []
    left(pair, 0).view()
    assert only(pair).safe
    left(pair, 0).view()
    assert safe_events(pair) == [
        f"drain tcp/10.10.0.20:80 {DRAINED} safe to stop: weight 0 and no open connection left on either Director"
    ]


def test_a_new_connection_between_two_quiet_samples_is_seen() -> None:
    pair = draining()
    pair.view()
    left(pair, 0, connections=0).view()
    left(pair, 0, connections=1).view()
    assert not only(pair).safe
    left(pair, 0, connections=1).view()
    assert only(pair).safe


def test_what_was_safe_when_the_console_began_is_no_event() -> None:
    pair = draining(active=0)
    pair.view()
    left(pair, 0)
    assert only(pair).safe and safe_events(pair) == []


def test_an_idle_server_that_is_drained_now_is_told_safe() -> None:
    pair = Pair().up()
    pair.view()
    pair.after(60.0).sample().view()
    data = configuration({8081: 1, 8082: MARK, 8083: 1})
    for name in NAMES:
        pair.files(name, data)
    for _ in range(3):
        left(pair, 0).view()
    assert len(safe_events(pair)) == 1


def test_nothing_is_safe_while_a_director_is_not_heard() -> None:
    pair = draining(active=0)
    pair.view()
    assert left(pair, 0).view().drains[0].safe
    pair.state.failed("director2", "connection refused", "", permanent=False, retry_in=1, now=pair.now)
    drain = only(pair)
    assert not drain.safe and drain.unknown == "director2 is stale" and drain.left["director2"] is None
    assert drain.eta_s is None


def test_what_is_left_is_not_known_where_its_kernel_does_not_have_it() -> None:
    """keepalived was stopped there, and took its servers out."""
    pair = draining(active=10)
    for _ in range(10):
        left(pair, 10)
    assert only(pair).unknown is None
    pair.after(1).keepalived("director1", running=False)
    pair.ipvs("director1")
    drain = only(pair)
    assert drain.left == {"director1": None, "director2": 0}
    assert drain.unknown == "no figures of it on director1" and not drain.safe and drain.eta_s is None


def test_what_is_left_is_not_known_between_a_new_connection_and_its_first_sample() -> None:
    pair = draining(active=40)
    assert only(pair).left["director1"] == 40
    pair.state.failed("director1", "connection refused", "", permanent=False, retry_in=1, now=pair.now)
    pair.after(2.0).link("director1")
    drain = only(pair)
    assert drain.left["director1"] is None
    assert drain.unknown == "director1 has sent no figures since it was connected"
    left(pair, 30)
    drain = only(pair)
    assert (drain.left, drain.unknown) == ({"director1": 30, "director2": 0}, None)


def test_a_restored_server_is_no_drain_any_more() -> None:
    pair = draining()
    for name in NAMES:
        pair.files(name, configuration())
        pair.ipvs(name, row(8081), row(8082), row(8083))
    assert pair.view().drains == ()


def at(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").timestamp()


@pytest.mark.parametrize(
    ("reason", "deadline", "restore_at"),
    [
        ("kernel update", None, None),
        ("restore at 15:30", None, at("2026-11-22 15:30")),
        ("update, deadline 14:30, restore at 2026-11-24 06:00", at("2026-11-22 14:30"), at("2026-11-24 06:00")),
        ("restore at 09:00", None, at("2026-11-23 09:00")),
        ("deadline 25:00", None, None),
    ],
)
def test_the_times_of_a_reason(reason: str, deadline: float | None, restore_at: float | None) -> None:
    drain = only(draining(reason))
    assert (drain.deadline, drain.restore_at) == (deadline, restore_at)


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_what_is_overdue_is_a_problem(in_utc: None) -> None:
    late = only(draining("deadline 14:30, restore at 15:30"))
    assert [finding.id for finding in overdue([late], at("2026-11-22 14:29"))] == []
    (finding,) = overdue([late], at("2026-11-22 14:31"))
    assert "drain overdue since 14:30 UTC: 40 connections are still on it" in finding.text
    (finding,) = overdue([late], at("2026-11-22 15:31"))
    assert "restore overdue since 15:30 UTC" in finding.text and "ana@ops1" in finding.detail
    assert finding.subject.targets == (Target(late.virtual_server, late.real_server),)
    (finding,) = overdue([late], at("2026-11-24 09:00"))
    assert "restore overdue since 2026-11-22 15:30 UTC" in finding.text, "not today"


def test_overdue_is_shown_with_the_other_problems() -> None:
    assert at("2026-11-22 15:30") < WALL, "the pair's clock is later"
    assert f"restore:tcp/10.10.0.20:80:{DRAINED}" in draining("restore at 15:30").problems()


@given(st.floats(2.0, 200.0), st.integers(20, 5000), st.integers(6, 25))
def test_a_pace_of_any_half_life(life: float, first: int, seconds: int) -> None:
    pace = Pace()
    for second in range(seconds + 1):
        pace.add(float(second), round(first * math.exp(-second / life)))
    last = first * math.exp(-seconds / life)
    eta = pace.eta()
    if last >= 20 and first - last >= 20:
        assert eta == pytest.approx(life * math.log(last + 1), rel=0.35)
    assert eta is None or eta >= 0


@given(st.lists(st.integers(0, 10_000), max_size=60))
def test_a_pace_never_promises_what_it_cannot_know(counts: list[int]) -> None:
    pace = Pace()
    for second, count in enumerate(counts):
        pace.add(float(second), count)
    eta, per_s = pace.eta(), pace.per_s()
    if len(counts) <= ENOUGH:
        assert per_s is None and eta in (None, 0.0)
    assert eta is None or 0 <= eta <= 86400
    assert (eta == 0.0) == bool(counts and counts[-1] == 0)
    assert per_s is None or per_s >= 0


def test_drains_of_no_servers() -> None:
    assert Drains().show((), (), 0.0) == ((), [])
